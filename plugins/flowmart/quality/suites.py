"""What must hold for the stage tables of a batch, in Great Expectations' own form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from flowmart.core.errors import ConfigError
from flowmart.core.yaml_file import read_yaml
from flowmart.transform import template
from flowmart.transform.render import stage_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Schemas
    from flowmart.transform.contract import Contract
    from flowmart.transform.project import Project

Expectation = dict[str, Any]


@dataclass(frozen=True)
class Suite:
    """
    The expectations of one stage table.

    :param contract: the promise of the table's model.
    :param table: name of the stage table, without its schema.
    :param expectations: dictionaries of ``type``, ``kwargs`` and, where there is more to say,
        ``severity`` (``warning`` stops publishing in strict mode only), ``description``, ``meta``.
    """

    contract: Contract
    table: str
    expectations: tuple[Expectation, ...]


def build_suites(
    project: Project, schemas: Schemas, batch: Batch, counts: Mapping[str, int]
) -> tuple[Suite, ...]:
    """
    Derive the suite of every stage table that is going to be published: the rows that the
    transform counted, what the contract promises, ``include/expectations/<model>.yaml`` and the
    model's assertions. The other tables are judged by what came of them.

    :param counts: model -> rows that the transform wrote.
    """
    assertions = _read_assertions(project, schemas, batch)
    folder = project.sql_folder.parent / "expectations"
    suites = []
    for contract in (model.contract for model in project.published()):
        expectations = [
            *_counted(contract, counts),
            *_promised(contract),
            *_declared(folder / f"{contract.name}.yaml"),
            *assertions.get(contract.name, []),
        ]
        table = stage_table(schemas, contract.name, batch).split(".")[1]
        suites.append(Suite(contract, table, tuple(expectations)))
    return tuple(suites)


def _counted(contract: Contract, counts: Mapping[str, int]) -> Iterator[Expectation]:
    if contract.name in counts:
        yield _expectation("expect_table_row_count_to_equal", value=counts[contract.name])


def _promised(contract: Contract) -> Iterator[Expectation]:
    for column in contract.columns:
        if not column.nullable:
            yield _expectation("expect_column_values_to_not_be_null", column=column.name)
    if len(contract.key) == 1:
        yield _expectation("expect_column_values_to_be_unique", column=contract.key[0])
    else:
        yield _expectation("expect_compound_columns_to_be_unique", column_list=list(contract.key))


def _declared(path: Path) -> list[Expectation]:
    if not path.exists():
        return []
    try:
        entries = read_yaml(path) or []
        return [entry | _expectation(entry["type"], **entry["kwargs"]) for entry in entries]
    except (yaml.YAMLError, TypeError, KeyError, ValueError) as error:
        raise ConfigError(
            f"The expectations cannot be read: {error}",
            where=str(path),
            next_step="write a list of entries with `type` and `kwargs`, as in the files beside it",
        ) from error


def _read_assertions(
    project: Project, schemas: Schemas, batch: Batch
) -> dict[str, list[Expectation]]:
    """Model -> its assertions: ``assert_<model>_<rule>.sql`` belongs to the longest such model."""
    jinja = template.environment(project.sql_folder, project.engine)
    functions = {"ref": lambda name: stage_table(schemas, project.model(name).name, batch)}
    names = sorted((model.name for model in project.published()), key=len, reverse=True)
    found: dict[str, list[Expectation]] = {}
    for path in sorted((project.sql_folder / "assertions").glob("assert_*.sql")):
        stem = path.stem.removeprefix("assert_")
        model = next((name for name in names if stem.startswith(f"{name}_")), None)
        if model is None:
            raise ConfigError(
                "The assertion's name begins with no published model's name",
                where=str(path),
                next_step="call it assert_<model>_<rule>.sql",
            )
        sql = template.render(jinja, f"assertions/{path.name}", functions)
        found.setdefault(model, []).append(_assertion(stem.removeprefix(f"{model}_"), sql))
    return found


def _assertion(rule: str, sql: str) -> Expectation:
    """A query of violating rows; its first line, a comment, says what must hold."""
    description = sql.lstrip().partition("\n")[0].removeprefix("--").strip()
    # Great Expectations fills in `{batch}` and complains on stdout where a query does not use it.
    query = sql.replace("{", "{{").replace("}", "}}") + "\n/* {batch} */"
    return _expectation("unexpected_rows_expectation", unexpected_rows_query=query) | {
        "description": description,
        "meta": {"rule": rule},
    }


def _expectation(kind: str, **kwargs: Any) -> Expectation:
    return {"type": kind, "kwargs": kwargs}
