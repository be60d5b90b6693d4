"""The expectations of a batch's stage tables, as Great Expectations' suites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import ConfigError
from flowmart.quality.declared import read_declared
from flowmart.transform import template
from flowmart.transform.calls import calls_of, require_known
from flowmart.transform.folders import assertion_folders, published_contracts
from flowmart.transform.render import stage_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Schemas
    from flowmart.transform.contract import Contract
    from flowmart.transform.project import Project

Expectation = dict[str, Any]

_REFERENCES = "templates/references.sql"


@dataclass(frozen=True)
class Suite:
    """
    The expectations of one stage table.

    :param contract: the contract of the table's model.
    :param table: name of the stage table, without its schema.
    :param expectations: dictionaries of ``type``, ``kwargs`` and, optionally, ``description``,
        ``meta`` and ``severity`` (``warning`` prevents publishing only in strict mode).
    """

    contract: Contract
    table: str
    expectations: tuple[Expectation, ...]


def build_suites(
    project: Project, schemas: Schemas, batch: Batch, counts: Mapping[str, int]
) -> tuple[Suite, ...]:
    """
    Derive the suite of every stage table that will be published: its row count, the contract,
    ``include/expectations/<model>.yaml`` and the model's assertions.

    :param counts: model -> rows that the transform wrote.
    :raises ConfigError: naming an expectation or an assertion that cannot be read.
    """
    assertions = _read_assertions(project, schemas, batch)
    declared = _read_declared(project.sql_folder)
    suites = []
    for contract in (model.contract for model in project.published()):
        expectations = [
            *_counted(contract, counts),
            *_promised(contract),
            *_referenced(project, contract, schemas, batch),
            *declared.get(contract.name, []),
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


def _referenced(
    project: Project, contract: Contract, schemas: Schemas, batch: Batch
) -> Iterator[Expectation]:
    """That the rows referenced by the model's columns exist."""
    columns = [column for column in contract.columns if column.references]
    if not columns:
        return
    functions = {
        "model": contract,
        "columns": columns,
        "ref": lambda name: stage_table(schemas, name, batch),
        "key_of": lambda name: project.model(name).contract.key_column,
    }
    jinja = template.environment(project.sql_folder, project.engine)
    yield _assertion("references", template.render(jinja, _REFERENCES, functions))


def _read_declared(sql_folder: Path) -> dict[str, list[Expectation]]:
    """Model -> its expectations in ``include/expectations``; sums have no stage table to check."""
    contracts = published_contracts(sql_folder)
    checked = {n: c for n, c in contracts.items() if not (c.publish and c.publish.sum)}
    return read_declared(sql_folder.parent / "expectations", checked)


def _read_assertions(
    project: Project, schemas: Schemas, batch: Batch
) -> dict[str, list[Expectation]]:
    """Model -> its assertions; of ``assert_<model>_<rule>.sql`` the longest model name counts."""
    jinja = template.environment(project.sql_folder, project.engine)
    functions = {"ref": lambda name: stage_table(schemas, name, batch)}
    names = sorted((model.name for model in project.published()), key=len, reverse=True)
    found: dict[str, list[Expectation]] = {}
    folders = (
        folder
        for entity, spec in project.spec.entities.items()
        for folder in assertion_folders(project.sql_folder, entity, spec.parts)
    )
    for path in sorted(path for folder in folders for path in folder.glob("assert_*.sql")):
        stem = path.stem.removeprefix("assert_")
        model = next((name for name in names if stem.startswith(f"{name}_")), None)
        if model is None:
            raise ConfigError(
                "The assertion's name does not begin with the name of a published model",
                where=str(path),
                next_step="rename it to assert_<model>_<rule>.sql",
            )
        file = str(path.relative_to(project.sql_folder))
        calls = calls_of(jinja, file, usable=("ref",))
        require_known(calls, {"ref": [built.name for built in project.models]}, file)
        sql = template.render(jinja, file, functions)
        found.setdefault(model, []).append(_assertion(stem.removeprefix(f"{model}_"), sql))
    return found


def _assertion(rule: str, sql: str) -> Expectation:
    """
    A query of violating rows; its first line, a comment, says what must hold.

    If it begins with ``Warning:``, violating rows prevent publishing only in strict mode.
    """
    description = sql.lstrip().partition("\n")[0].removeprefix("--").strip()
    held = description.removeprefix("Warning:").strip()
    # Great Expectations prints a warning if a query does not contain `{batch}`.
    query = sql.replace("{", "{{").replace("}", "}}") + "\n/* {batch} */"
    return _expectation("unexpected_rows_expectation", unexpected_rows_query=query) | {
        "description": held,
        "meta": {"rule": rule},
        "severity": "critical" if held == description else "warning",
    }


def _expectation(kind: str, **kwargs: Any) -> Expectation:
    return {"type": kind, "kwargs": kwargs}
