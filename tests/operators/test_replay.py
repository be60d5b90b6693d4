"""A replay takes what a run would have published: windows that were extracted whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowmart.operators.extract import ExtractReferencesOperator
from tests.operators.pipeline import HISTORY, Steps
from tests.warehouses import tables_in

if TYPE_CHECKING:
    from tests.operators.pipeline import Pipeline

NEXT_DAY = ("2026-11-20T00:00:00+00:00", "2026-11-21T00:00:00+00:00")
NOON = 1795176000  # of that day


def replay(
    run_id: str, window: tuple[str, str] = (HISTORY[0], NEXT_DAY[1]), everything: bool = True
) -> None:
    steps = Steps(run_id, *window)
    steps.open("replay")
    steps.load_landed(everything)
    steps.publish(everything)
    steps.close()


def marts(pipeline: Pipeline) -> dict[str, Any]:
    tables = ("fct_issues", "fct_issue_changes", "fct_issue_status_intervals", "dim_projects")
    return {t: pipeline.engine.query(f"select * from mart.{t} order by 1") for t in tables}


def test_a_replay_gives_what_the_runs_gave(pipeline: Pipeline) -> None:
    pipeline.run("one", *HISTORY)
    before = marts(pipeline)
    replay("replay")
    assert marts(pipeline) == before


def test_a_replay_of_some_days_brings_the_references_that_landed_on_others(
    pipeline: Pipeline,
) -> None:
    """A snapshot is landed by whichever window finds the last one too old."""
    pipeline.run("one", *HISTORY)
    store = pipeline.server.store
    task = next(t for t in store.visible_tasks() if t["fields"]["status"]["value"] == "open")
    store.change_status(task["id"], "resolved", NOON)
    pipeline.run("two", *NEXT_DAY)
    before = marts(pipeline)
    for table in tables_in(pipeline.engine, "raw"):
        pipeline.engine.execute(f"drop table raw.{table}")
    replay("replay", NEXT_DAY, everything=False)
    assert marts(pipeline) == before


def test_issues_whose_history_never_landed_are_left_to_their_window(pipeline: Pipeline) -> None:
    """The API went down between the tasks and their transactions, and the run stays failed."""
    pipeline.run("one", *HISTORY)
    before = marts(pipeline)
    store = pipeline.server.store
    task = next(t for t in store.visible_tasks() if t["fields"]["status"]["value"] == "open")
    store.change_status(task["id"], "resolved", NOON)
    broken = Steps("two", *NEXT_DAY)
    broken.open()
    broken.do(ExtractReferencesOperator)
    broken.issues()
    replay("replay")
    assert marts(pipeline) == before
