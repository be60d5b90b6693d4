"""A small project with two facts and a dimension, and batches of it, built by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flowmart.core.batch import Batch
from flowmart.core.instance import source_of
from flowmart.core.window import Window
from flowmart.engines.base import PUBLISHED_KEY_COLUMNS, PUBLISHED_KEYS
from flowmart.ops.runs import open_run, record_build
from flowmart.sources.declaration import EntitySpec, SourceSpec, StreamSpec
from flowmart.transform.contract import Contract
from flowmart.transform.model import Model
from flowmart.transform.project import Project

WINDOW = Window.parse("2026-11-01T00:00Z", "2026-11-02T00:00Z")


def _model(name: str, layer: str, publish: Any, columns: str, **more: Any) -> Model:
    """A model without SQL; columns are such as ``revision: bigint``, the first one is the key."""
    given = [column.split(": ") for column in columns.split(", ")]
    references = more.pop("references", {})
    contract = Contract.model_validate(
        {
            "name": name,
            "description": "",
            "grain": "",
            "layer": layer,
            "publish": publish,
            "key": [given[0][0]],
            "columns": [
                {"name": n, "type": type_, "references": references.get(n, ()), "description": ""}
                for n, type_ in given
            ],
            **more,
        }
    )
    return Model(contract, name, "issue")


_BY_ISSUE = {"by": "issue_key"}
_MODELS = (
    _model(
        "fct_things",
        "mart",
        _BY_ISSUE,
        "issue_key: text, instance: text, owner_key: text, revision: bigint",
        references={"owner_key": ["dim_people"]},
    ),
    _model(
        "fct_notes",
        "mart",
        _BY_ISSUE,
        "note_key: text, issue_key: text, instance: text, text: text",
    ),
    _model("ops_findings", "ops", _BY_ISSUE, "finding_key: text, issue_key: text, instance: text"),
    _model(
        "dim_people",
        "mart",
        "upsert",
        "person_key: text, instance: text, name: text, is_known: boolean",
        copied_into_facts={
            "compared": "int_people",
            "where": "is_known",
            "shown": [{"columns": ["name"], "by": {"fct_things": "owner_key"}}],
        },
    ),
)
_STREAM = StreamSpec(kind="window", endpoint="t", key="id", bounds="half-open")
PROJECT = Project(
    Path(),
    "postgres",
    SourceSpec(
        name="toy",
        title="Toy",
        entities={"issue": EntitySpec(stream="tasks")},
        streams={"tasks": _STREAM},
    ),
    _MODELS,
)
TABLES = ("mart.dim_people", "mart.fct_notes", "mart.fct_things", "ops.ops_findings")


def create_marts(engine: Any) -> None:
    """Make the published tables, as migrations would; the first column is the key."""
    for table, contract in zip(TABLES, PROJECT.contracts(), strict=True):
        _CREATE[engine.name](engine, table, contract)
    tables = {model.name: model.contract.column_names for model in _MODELS}
    engine.show_published(tables | {PUBLISHED_KEYS: PUBLISHED_KEY_COLUMNS})


def _create_on_postgres(engine: Any, table: str, contract: Contract) -> None:
    columns = ", ".join(f"{c.name} {c.type} not null" for c in contract.columns)
    engine.execute(f"create table {table} ({columns}, primary key ({contract.key[0]}))")


def _create_on_clickhouse(engine: Any, _: str, contract: Contract) -> None:
    types = {"text": "String", "bigint": "Int64", "boolean": "Bool"}
    columns = ", ".join(f"{c.name} {types[c.type]}" for c in contract.columns)
    engine.execute(
        f"create table store.{contract.name}__p0 ({columns}) "
        f"engine = MergeTree order by {contract.key[0]}"
    )


_CREATE = {"postgres": _create_on_postgres, "clickhouse": _create_on_clickhouse}


def make_batch(run_id: str, instance: str = "toy") -> Batch:
    """A batch of one day."""
    return Batch(instance, source_of(instance), run_id, WINDOW)


def build(
    engine: Any,
    batch: Batch,
    issues: dict[str, int],
    people: dict[str, str] | None = None,
    generation: int | None = None,
    owners: dict[str, str] | None = None,
) -> Batch:
    """
    Build a batch's stage tables, as the transform would: per issue one thing, two notes, a finding.

    :param issues: issue id -> revision, which is in every row of the issue; the touched issues.
    :param people: person id -> name; ``?`` for somebody whom only facts name.
    :param generation: instead of the next one.
    :param owners: issue id -> id of the person who owns it; nobody if left out.
    """
    open_run(engine, batch, "window", "hash")
    if generation is None:
        generation = engine.next_generation()
    with engine.session() as session:
        record_build(session, batch, generation)
        touched = {"issue_key": "text", "issue_id": "text"}
        session.create_table(f"stage.int_touched_issue__{batch.batch_id}", touched)
        for contract in PROJECT.contracts():
            table = f"stage.{contract.name}__{batch.batch_id}"
            session.create_table(table, {c.name: c.type for c in contract.columns})
        _fill(session, batch, issues, people or {}, owners or {})
    return batch


def _fill(
    session: Any,
    batch: Batch,
    issues: dict[str, int],
    people: dict[str, str],
    owners: dict[str, str],
) -> None:
    def copy(name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
        session.copy_rows(f"stage.{name}__{batch.batch_id}", columns.split(), rows)

    instance = batch.instance
    keys = {f"{instance}:{issue}": revision for issue, revision in issues.items()}
    copy("int_touched_issue", "issue_key issue_id", [(key, key.split(":")[1]) for key in keys])
    copy(
        "fct_things",
        "issue_key instance owner_key revision",
        [
            (f"{instance}:{issue}", instance, f"{instance}:{owners.get(issue, '')}", revision)
            for issue, revision in issues.items()
        ],
    )
    copy(
        "fct_notes",
        "note_key issue_key instance text",
        [(f"{key}:{n}", key, instance, f"r{r}") for key, r in keys.items() for n in (1, 2)],
    )
    copy(
        "ops_findings",
        "finding_key issue_key instance",
        [(f"{key}:r{revision}", key, instance) for key, revision in keys.items()],
    )
    copy(
        "dim_people",
        "person_key instance name is_known",
        [(f"{instance}:{who}", instance, name, name != "?") for who, name in people.items()],
    )


def things(engine: Any) -> dict[str, int]:
    """Issue key -> published revision."""
    rows = engine.query("select issue_key, revision from mart.fct_things order by 1")
    return {row["issue_key"]: row["revision"] for row in rows}


def people(engine: Any) -> dict[str, str]:
    """Person key -> published name."""
    rows = engine.query("select person_key, name from mart.dim_people order by 1")
    return {row["person_key"]: row["name"] for row in rows}


def everything(engine: Any) -> dict[str, list[dict[str, Any]]]:
    """All published rows of all tables, in a stable order."""
    return {table: engine.query(f"select * from {table} order by 1") for table in TABLES}
