"""The fields that the configuration names, on their way into an instance's own view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.settings import config_path, load_settings
from tests.operators.pipeline import HISTORY, INSTANCE, Steps

if TYPE_CHECKING:
    from tests.operators.pipeline import Pipeline


def configure(fields: str) -> None:
    """Give the instance fields."""
    path = config_path()
    rest = path.read_text().splitlines()[1:]
    path.write_text(
        "\n".join([f"instances: {{{INSTANCE}: {{start: 2026-11-01, fields: {fields}}}}}", *rest])
    )
    load_settings.cache_clear()


def filled(pipeline: Pipeline, column: str) -> int:
    """In how many rows of the view a column says something."""
    [row] = pipeline.engine.query(f"select count({column}) as n from mart.v_issues__{INSTANCE}")
    return int(row["n"])


def test_the_view_follows_the_configuration(pipeline: Pipeline) -> None:
    """The sandbox's tasks may have a cost and have no weight."""
    configure("{cost: {field: acme.cost}}")
    pipeline.run("one", *HISTORY)
    assert filled(pipeline, "cost") > 0

    configure("{cost: {field: acme.cost}, weight: {field: weight, type: bigint}}")
    pipeline.run("two", *HISTORY)
    assert filled(pipeline, "weight") == 0

    configure("{cost: {field: acme.cost}, weight: {field: acme.cost}}")
    replay = Steps("three", *HISTORY)
    replay.open("replay")
    replay.load_landed()
    replay.publish(everything=True)
    assert filled(pipeline, "weight") == filled(pipeline, "cost")


def type_of(pipeline: Pipeline, column: str) -> str:
    """The type of a column of the view, as the engine calls it."""
    [row] = pipeline.engine.query(
        "select data_type from information_schema.columns where table_schema = 'mart' "
        "and table_name = %(view)s and column_name = %(column)s",
        {"view": f"v_issues__{INSTANCE}", "column": column},
    )
    return str(row["data_type"])


def test_b3_the_view_follows_a_path_or_a_type_alone(pipeline: Pipeline) -> None:
    """Its columns have the same names all the while."""
    configure("{cost: {field: acme.cost}}")
    pipeline.run("one", *HISTORY)
    was = type_of(pipeline, "cost")

    configure("{cost: {field: acme.nothing}}")
    pipeline.run("two", *HISTORY)
    assert filled(pipeline, "cost") == 0

    configure("{cost: {field: acme.nothing, type: double}}")
    pipeline.run("three", *HISTORY)
    assert type_of(pipeline, "cost") != was
