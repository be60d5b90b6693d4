"""Payloads of the vendor: documentation samples, and a recorded answer of ``/fields``."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowmart.sources.rows import read_rows
from flowmart.sources.yandex_tracker.options import FIELD_TYPES
from flowmart.sources.yandex_tracker.records import Field, Issue, Thing, make_record
from tests.conftest import PROJECT

FOLDER = PROJECT.parent / "shared" / "fixtures" / "yandex-tracker"


def sample(name: str, type_: type[Thing] = Thing):
    path = Path(FOLDER / name)
    if not path.is_file():
        pytest.skip(f"there is no sample {path}")
    return read_rows(path.read_bytes(), type_)


def test_the_documented_issue_becomes_a_record():
    (issue,) = sample("doc_issue.json", Issue)
    # 2017-07-18T13:33:44Z is 1500384824 seconds after the epoch.
    expected = ("593cd211ef7e8a332414f2a7", None, 1_500_384_824_291, issue.payload)
    assert make_record(issue, "id") == expected
    assert issue.born_ms < issue.updated_ms


def test_documented_entries_become_records_in_the_order_of_their_times():
    entries = sample("doc_changelog.json")
    records = [make_record(entry, "id", "issue") for entry in entries]
    assert len({record.record_id for record in records}) == len(entries)
    versions = [record.version for record in records]
    assert versions == sorted(versions)
    assert versions == [entry.born_ms for entry in entries]


def test_documented_sprints_have_no_update_and_so_no_version():
    for sprint in sample("doc_board_sprints.json"):
        assert make_record(sprint, "id").version == 0


def test_every_type_of_a_real_organisations_fields_is_known():
    schemas = [field.schema for field in sample("fields.json", Field)]
    assert len(schemas) == 189
    assert {schema.type for schema in schemas} <= FIELD_TYPES
    assert {schema.items for schema in schemas if schema.items} <= FIELD_TYPES
