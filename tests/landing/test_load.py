"""From landing files to raw tables: whole streams, in any order, every row accounted for."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flowmart.core.errors import FatalError
from flowmart.landing.load import load_batch
from flowmart.landing.unread import unread_records
from flowmart.landing.writer import write_stream
from flowmart.ops.ledger import require_balanced
from flowmart.sources.base import Page, RecordState
from flowmart.sources.declaration import EntitySpec, SourceSpec, StreamSpec
from flowmart.sources.notes import note_of
from tests.clearing import clear
from tests.landing.conftest import make_batch
from tests.records import make_record
from tests.servers import warehouse_without_marts

SPEC = SourceSpec(
    name="toy",
    title="Toy",
    entities={"issue": EntitySpec(stream="tasks")},
    streams={
        "tasks": StreamSpec(kind="window", endpoint="t", key="id", bounds="half-open"),
        "comments": StreamSpec(kind="child", of="issue", endpoint="c", key="id"),
        "users": StreamSpec(kind="snapshot", endpoint="u", key="id", max_age_hours=24),
    },
)
BATCH = make_batch()
NOW = datetime.now(UTC)
ISSUES = f"stage.loaded_issue__{BATCH.batch_id}"


@pytest.fixture(scope="module")
def warehouse(warehouse_dsn, tmp_path_factory):
    folder = tmp_path_factory.mktemp("migrations") / "migrations" / "ops"
    folder.mkdir(parents=True)
    return warehouse_without_marts(warehouse_dsn, folder)


@pytest.fixture
def engine(warehouse):
    """A warehouse in which nothing was loaded."""
    clear(warehouse)
    for stream in SPEC.streams:
        warehouse.execute(f"drop table if exists raw.toy__{stream}")
    return warehouse


def task(number, version=1, **payload):
    return make_record(f"T{number}", None, version, {"id": number, **payload})


def comment(number, task_number):
    return make_record(f"C{number}", f"T{task_number}", 1, {"text": f"comment {number}"})


@pytest.fixture
def land(tmp_path):
    def write(stream, *records, source_total=None, batch=BATCH, vanished=()):
        pages = [Page([record], source_total) for record in records]
        pages.append(Page([], source_total, vanished=vanished))
        return write_stream(tmp_path, batch, stream, pages, lambda: 0)

    return write


def raw(engine, table):
    """The rows of a raw table; ClickHouse keeps payloads as text, and overtaken rows a while."""
    current = f"{table} final" if engine.name == "clickhouse" else table
    rows = engine.query(f"select * from raw.{current} order by record_id, version")
    return [
        {**row, "payload": json.loads(text) if isinstance(text := row["payload"], str) else text}
        for row in rows
    ]


def issues(engine):
    return [row["record_id"] for row in engine.query(f"select * from {ISSUES} order by 1")]


def ledger(engine):
    columns = "layer, subject, expected_rows, actual_rows, is_balanced"
    rows = f"select {columns} from ops.ops_ledger order by layer, subject"
    return [tuple(row.values()) for row in engine.query(rows)]


def test_a_raw_row_is_the_record_with_where_it_came_from(engine, land):
    manifest = land("comments", make_record("C1", "T7", 42, {"text": "tab\t, \\n, Жук 🐞"}))
    load_batch(engine, SPEC, BATCH, [manifest])
    assert raw(engine, "toy__comments") == [
        {
            "instance": BATCH.instance,
            "record_id": "C1",
            "parent_id": "T7",
            "version": 42,
            "payload": {"text": "tab\t, \\n, Жук 🐞"},
            "window_start": BATCH.window.start,
            "window_end": BATCH.window.end,
            "run_id": BATCH.run_id,
            "landed_at": manifest.extracted_at,
        }
    ]


def test_touched_are_issues_and_the_issues_of_child_rows(engine, land):
    manifests = [
        land("tasks", task(1), task(2)),
        land("comments", comment(1, 2), comment(2, 3), comment(3, 3)),
        land("users", make_record("U1", None, 0, {})),
    ]
    report = load_batch(engine, SPEC, BATCH, manifests)
    assert issues(engine) == ["T1", "T2", "T3"]
    assert report.keys == {"issue": 3}
    assert {name: (s.landed, s.raw_rows) for name, s in report.streams.items()} == {
        "tasks": (2, 2),
        "comments": (3, 3),
        "users": (1, 1),
    }


def test_a_window_without_rows_loads_nothing_and_still_balances(engine, land):
    report = load_batch(engine, SPEC, BATCH, [land("tasks"), land("comments")])
    assert report.keys == {"issue": 0}
    assert raw(engine, "toy__tasks") == raw(engine, "toy__users") == []
    require_balanced(engine, BATCH)


def test_an_empty_snapshot_lands_as_a_row_without_an_id(engine, land):
    """It tells that whatever an earlier snapshot held is gone."""
    load_batch(engine, SPEC, BATCH, [land("users", make_record("U1", None, 1, {}))])
    empty = land("users")
    load_batch(engine, SPEC, BATCH, [empty])
    rows = raw(engine, "toy__users")
    assert [(row["record_id"], row["landed_at"] == empty.extracted_at) for row in rows] == [
        ("", True),
        ("U1", False),
    ]
    require_balanced(engine, BATCH)


def test_of_a_record_on_two_pages_the_one_extracted_last_stays(engine, land):
    report = load_batch(
        engine, SPEC, BATCH, [land("tasks", task(1, title="before"), task(1, title="after"))]
    )
    assert [row["payload"]["title"] for row in raw(engine, "toy__tasks")] == ["after"]
    assert (report.streams["tasks"].landed, report.streams["tasks"].raw_rows) == (2, 1)
    assert ledger(engine) == [("landing", "tasks", 2, 2, True), ("raw", "tasks", 1, 1, True)]


def test_loading_again_changes_nothing(engine, land):
    manifests = [land("tasks", task(1), task(2)), land("comments", comment(1, 2))]
    load_batch(engine, SPEC, BATCH, manifests)
    before = raw(engine, "toy__tasks"), raw(engine, "toy__comments"), ledger(engine)
    load_batch(engine, SPEC, BATCH, manifests)
    after = raw(engine, "toy__tasks"), raw(engine, "toy__comments"), ledger(engine)
    assert after == before


def test_the_order_in_which_attempts_are_loaded_does_not_matter(engine, land):
    attempts = [
        land("tasks", task(1, 1, title="a1"), task(2, 1, title="a2")),
        land("tasks", task(1, 1, title="b1"), task(1, 2, title="b1, version 2")),
        land("tasks", task(2, 1, title="c2")),
    ]
    results = []
    for order in itertools.permutations(attempts):
        engine.execute("drop table raw.toy__tasks" if results else "select 1")
        for attempt in order:
            load_batch(engine, SPEC, BATCH, [attempt])
        results.append(raw(engine, "toy__tasks"))
    engine.execute("drop table raw.toy__tasks")
    load_batch(engine, SPEC, BATCH, attempts[::-1])
    results.append(raw(engine, "toy__tasks"))
    titles = [row["payload"]["title"] for row in results[0]]
    assert titles == ["b1", "b1, version 2", "c2"]
    assert all(result == results[0] for result in results)


def test_an_older_attempt_loaded_late_balances_against_the_newer_rows(engine, land):
    older, newer = land("tasks", task(1, title="old")), land("tasks", task(1, title="new"))
    load_batch(engine, SPEC, BATCH, [newer])
    load_batch(engine, SPEC, BATCH, [older])
    assert raw(engine, "toy__tasks")[0]["payload"]["title"] == "new"
    require_balanced(engine, BATCH)


@pytest.mark.parametrize(("total", "is_balanced"), [(3, False), (2, True), (1, True)])
def test_less_than_the_source_says_it_has_does_not_balance(engine, land, total, is_balanced):
    load_batch(engine, SPEC, BATCH, [land("users", task(1), task(2), source_total=total)])
    assert ("landing", "users (the source's own total)", total, 2, is_balanced) in ledger(engine)


def test_a_damaged_file_loads_nothing_of_its_stream(engine, land):
    """On PostgreSQL nothing of the other streams either."""
    manifests = [land("tasks", task(1)), land("comments", *(comment(n, 1) for n in range(50)))]
    part = Path(manifests[1].path) / manifests[1].files[0].name
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 0xFF
    part.write_bytes(content)
    with pytest.raises(FatalError, match=r"damaged.*part-00000\.jsonl\.gz"):
        load_batch(engine, SPEC, BATCH, manifests)
    assert raw(engine, "toy__comments") == []
    assert "comments" not in [line[1] for line in ledger(engine)]
    if engine.has_transactions:
        assert raw(engine, "toy__tasks") == ledger(engine) == []


def test_a_landed_stream_that_nobody_declares_is_named(engine, land):
    with pytest.raises(FatalError, match="has no stream 'worklogs'"):
        load_batch(engine, SPEC, BATCH, [land("worklogs", task(1))])


_STALLS_IN_THE_MIDDLE = """
import itertools, sys, time
from pathlib import Path
from flowmart.landing import load, rows
from flowmart.landing.reader import read_manifest, read_records
from tests.landing.test_load import BATCH, SPEC
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine

def stalling(manifest):
    yield from itertools.islice(read_records(manifest), 30)
    if manifest.stream == "comments":
        print("stalled", flush=True)
        time.sleep(600)

rows.read_records = stalling
engine = open_engine(sys.argv[1], Schemas.with_prefix(""))
load.load_batch(engine, SPEC, BATCH, [read_manifest(Path(path)) for path in sys.argv[2:]])
"""


def test_a_load_killed_in_the_middle_is_completed_by_the_next_try(engine, land, warehouse_dsn):
    manifests = [
        land("tasks", *(task(n) for n in range(30))),
        land("comments", *(comment(n, n) for n in range(60))),
    ]
    project = Path(__file__).resolve().parents[2]
    victim = subprocess.Popen(
        [sys.executable, "-c", _STALLS_IN_THE_MIDDLE, warehouse_dsn]
        + [str(manifest.path) for manifest in manifests],
        env={"PYTHONPATH": f"{project}/plugins:{project}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert victim.stdout.readline() == "stalled\n"
    victim.kill()
    victim.wait()
    # ClickHouse keeps the streams that were complete; the one in the middle it has not begun.
    assert raw(engine, "toy__comments") == []
    if engine.has_transactions:
        assert raw(engine, "toy__tasks") == ledger(engine) == []

    load_batch(engine, SPEC, BATCH, manifests)
    assert (len(raw(engine, "toy__tasks")), len(raw(engine, "toy__comments"))) == (30, 60)
    require_balanced(engine, BATCH)


def test_p2_records_that_vanished_during_an_extraction_are_left_out_of_it(engine, land):
    """Whatever of them had landed; the next extraction of the same run brings them."""
    first = [
        land("tasks", task(1), task(2)),
        land("comments", comment(1, 1), comment(2, 2), vanished=("T2",)),
    ]
    report = load_batch(engine, SPEC, BATCH, first)
    assert report.keys == {"issue": 1}
    assert [row["record_id"] for row in raw(engine, "toy__tasks")] == ["T1"]
    assert [row["record_id"] for row in raw(engine, "toy__comments")] == ["C1"]
    require_balanced(engine, BATCH)
    assert unread_records(engine, SPEC, "issue", BATCH.instance, NOW) == ["T2"]
    second = [land("tasks", task(1), task(2)), land("comments", comment(1, 1), comment(2, 2))]
    load_batch(engine, SPEC, BATCH, [*first, *second])
    assert [row["record_id"] for row in raw(engine, "toy__tasks")] == ["T1", "T2"]
    assert [row["record_id"] for row in raw(engine, "toy__comments")] == ["C1", "C2"]
    require_balanced(engine, BATCH)
    assert unread_records(engine, SPEC, "issue", BATCH.instance, NOW) == []


def test_p6_what_a_census_found_long_ago_is_not_asked_for_any_more(engine, land):
    """It is noted again by each census that lists it."""
    found_at = NOW - timedelta(days=13)
    notes = [
        note_of("T1", RecordState.UNREAD, found_at),
        note_of("T2", RecordState.PRESENT, found_at),
        note_of("T3", RecordState.DELETED, found_at),
    ]
    load_batch(engine, SPEC, BATCH, [land("issue_tombstones", *notes)])
    assert unread_records(engine, SPEC, "issue", BATCH.instance, NOW) == ["T1", "T2"]
    later = NOW + timedelta(days=2)
    assert unread_records(engine, SPEC, "issue", BATCH.instance, later) == []
