"""Documentation says something about all that there is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import airflow
import pytest

from flowmart.engines.base import LogicalType
from flowmart.sources.registry import get_spec, source_names
from flowmart.transform.contract_file import read_contracts
from tests.conftest import PROJECT
from tests.warehouses import migrated

COLUMNS = ["stream", "endpoint", "cursor contract", "proof of completeness", "known limits"]
FILES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
FILES += sorted((PROJECT / "docs" / "replacing").glob("*.md"))
FILES += sorted((PROJECT / "plugins").rglob("README.md"))


def sections(text: str) -> dict[str, str]:
    """Heading -> what is below it."""
    return dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("name", source_names())
def test_every_stream_is_described(name: str) -> None:
    spec = get_spec(name)
    told = sections((PROJECT / "docs" / "sources.md").read_text(encoding="utf-8"))
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in told[spec.title.replace(" / ", ", ")].splitlines()
        if line.startswith("|")
    ]
    assert rows[0] == COLUMNS
    described = {stream for row in rows[2:] for stream in re.findall(r"`(\w+)`", row[0])}
    assert described == {s for s, stream in spec.streams.items() if stream.kind != "census"}
    assert all(endpoint and contract for _, endpoint, contract, *_ in rows[2:])


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_links_lead_somewhere(file) -> None:
    links = re.findall(r"\]\(([^)#]+)", file.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (file.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_anchors_are_headings(file) -> None:
    links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", file.read_text(encoding="utf-8"))
    for target, anchor in sorted(set(links)):
        text = (file.parent / target if target else file).read_text(encoding="utf-8")
        headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        anchors = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
        assert anchor in anchors, f"{target}#{anchor}"


def told_types(model: str) -> dict[str, str]:
    """Column -> its type, in what *Adding a source* says about a staging model."""
    text = (PROJECT / "docs" / "adding_a_source.md").read_text(encoding="utf-8")
    section = text.partition(f"\n### `{model}`")[2].partition("\n##")[0]
    types = dict(re.findall(rf"`(\w+)` ({'|'.join(get_args(LogicalType))})\b", section))
    for line in re.findall(r"^\| (`.*?) \| (.*?) \|", section, re.MULTILINE):
        columns, kinds = re.findall(r"`(\w+)`", line[0]), line[1].split(", ")
        types |= dict(zip(columns, kinds * len(columns) if len(kinds) == 1 else kinds, strict=True))
    return types


@pytest.mark.parametrize("source", source_names())
def test_staging_models_have_the_types_that_are_told(source: str) -> None:
    for name, contract in read_contracts(PROJECT / "include/sql/staging" / source).items():
        told = told_types(name.removeprefix(f"stg_{source}__"))
        types = {column.name: column.type for column in contract.columns}
        assert {column: types.get(column) for column in told} == told, name


def test_every_column_of_a_model_that_sources_promise_has_a_type() -> None:
    text = (PROJECT / "docs" / "adding_a_source.md").read_text(encoding="utf-8")
    promises = sections(text)["What staging models promise"]
    models = re.findall(r"^### `(\w+)`", promises, re.MULTILINE)
    assert len(models) == 23
    assert [model for model in models if not told_types(model)] == []


def test_n15_the_choices_of_airflow_s_backfill_dialog_are_explained() -> None:
    """By the names that Airflow's own UI gives them."""
    locale = Path(airflow.__file__).parent / "ui/dist/i18n/locales/en/components.json"
    dialog = json.loads(locale.read_text(encoding="utf-8"))["backfill"]
    text = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    names = ("reprocessBehavior", "missingRuns", "missingAndErroredRuns", "allRuns")
    assert [dialog[name] for name in names if f"*{dialog[name]}*" not in text] == []


def told_queries() -> list[str]:
    """The queries that readers of the documents may copy."""
    return [
        query
        for file in FILES
        for query in re.findall(r'make sql Q="(.+)"', file.read_text(encoding="utf-8"))
    ]


def test_n15_queries_of_documents_run_on_both_engines(migrated_dsn: str) -> None:
    engine = migrated(migrated_dsn)
    assert len(told_queries()) >= 4
    for query in told_queries():
        assert isinstance(engine.query(query), list), query
