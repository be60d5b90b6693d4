"""What every engine promises of tables: copies, stage tables, ops tables and raw tables."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from flowmart.core.errors import FatalError
from flowmart.engines.raw import RAW_COLUMNS, Landed
from tests.warehouses import tables_in

MORNING = datetime(2026, 11, 1, 6, tzinfo=UTC)
EVENING = datetime(2026, 11, 1, 18, tzinfo=UTC)
ALL_TYPES = {
    "label": "text",
    "n": "bigint",
    "x": "double",
    "is_it": "boolean",
    "day": "date",
    "at": "timestamp",
}
# A table of ops, as the migrations make them; the row written last is the one that is seen.
OPS_TABLE = {
    "postgres": """
        create table t_ops.things (id text, part bigint, n bigint, at timestamptz,
            primary key (id, part))
    """,
    "clickhouse": """
        create table t_ops.things_versions (id String, part Int64, n Nullable(Int64),
            at Nullable(DateTime64(6, 'UTC')), written_at DateTime64(6, 'UTC') default now64(6))
        engine = ReplacingMergeTree(written_at) order by (id, part);
        create view t_ops.things as select * except written_at from t_ops.things_versions final
    """,
}
LIST = {"postgres": "array['a']", "clickhouse": "['a']"}
LIST_TYPE = {"postgres": "text[]", "clickhouse": "Array(String)"}


def values(engine, select):
    return [tuple(row.values()) for row in engine.query(select)]


def test_copied_rows_keep_every_character(engine, numbers):
    rows = [(1, "tab\there, line\nthere"), (2, "back\\slash, \\N, Жук, 🐞"), (3, None), (4, "")]
    with engine.session() as session:
        assert session.copy_rows(numbers, ("n", "label"), iter(rows)) == 4
    assert values(engine, f"select n, label from {numbers} order by n") == rows


def test_copied_rows_keep_every_type(engine):
    rows = [
        ("a", 2**62, 0.1, True, date(2026, 11, 1), MORNING.replace(microsecond=123456)),
        ("b", -(2**62), -1e300, False, date(1970, 1, 1), MORNING.replace(year=1971)),
        (None,) * 6,
    ]
    with engine.session() as session:
        session.create_table("t_stage.types", ALL_TYPES)
        session.copy_rows("t_stage.types", list(ALL_TYPES), rows)
    assert values(engine, "select * from t_stage.types order by label nulls last") == rows


def test_a_source_of_rows_that_fails_copies_nothing(engine, numbers):
    def rows():
        yield (1, "one")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), engine.session() as session:
        session.copy_rows(numbers, ("n", "label"), rows())
    assert values(engine, f"select * from {numbers}") == []


def test_more_rows_than_fit_into_a_block_are_copied(engine, numbers):
    with engine.session() as session:
        copied = session.copy_rows(numbers, ("label", "n"), ((str(n), n) for n in range(10_000)))
    assert copied == 10_000
    found = (
        f"select count(*) as a, count(distinct n) as b, min(label) as c, max(n) as d from {numbers}"
    )
    assert values(engine, found) == [(10_000, 10_000, "0", 9_999)]


def test_a_table_takes_the_place_of_an_older_one_of_its_name(engine, numbers):
    engine.execute(f"insert into {numbers} values (1, 'old')")
    with engine.session() as session:
        session.create_table(numbers, {"other": "text"})
        assert session.query(f"select * from {numbers}") == []
        assert session.columns_of(f"select * from {numbers}").keys() == {"other"}


@pytest.mark.parametrize("is_scratch", [False, True])
def test_a_table_is_built_of_the_columns_of_a_query_that_have_their_names(
    engine, numbers, is_scratch
):
    select = "select 'one' as label, 1 as n, 'unused' as more union all select null, 2, 'too'"
    with engine.session() as session:
        session.create_table(numbers, {"other": "text"})
        columns = {"n": "bigint", "label": "text"}
        session.build_table(numbers, columns, select, is_scratch=is_scratch)
        found = session.columns_of(f"select * from {numbers}")
    assert found == {"n": {"bigint"}, "label": {"text", "label"}}
    assert values(engine, f"select n, label from {numbers} order by n") == [(1, "one"), (2, None)]


def test_a_table_that_cannot_be_built_leaves_the_older_one(engine, numbers):
    engine.execute(f"insert into {numbers} values (1, 'old')")
    wrong = "select 1 as n, cast('x' as bigint) as label"
    with pytest.raises(FatalError), engine.session() as session:
        session.build_table(numbers, {"n": "bigint", "label": "text"}, wrong)
    assert values(engine, f"select * from {numbers}") == [(1, "old")]


def test_rows_of_several_tables_are_counted_at_once(engine, numbers):
    select = "select 1 as n union all select 2"
    with engine.session() as session:
        session.copy_rows(numbers, ("n", "label"), [(1, "one"), (2, "two"), (3, "three")])
        session.build_table("t_stage.kept", {"n": "bigint"}, select)
        session.build_table("t_stage.scratch", {"n": "bigint"}, select, is_scratch=True)
        session.build_table("t_stage.none", {"n": "bigint"}, "select 1 as n where 1 = 0")
        counts = session.count_rows([numbers, "t_stage.kept", "t_stage.scratch", "t_stage.none"])
    assert counts == {numbers: 3, "t_stage.kept": 2, "t_stage.scratch": 2, "t_stage.none": 0}


def test_tables_are_dropped_together_whether_they_are_there_or_not(engine, numbers):
    with engine.session() as session:
        session.create_table("t_stage.more", {"n": "bigint"})
        session.create_table("t_stage.other", {"n": "bigint"})
        session.drop_tables([numbers, "t_stage.more", "t_stage.never"])
        session.drop_tables([])
    assert numbers.partition(".")[2] not in tables_in(engine, "t_stage")
    assert "more" not in tables_in(engine, "t_stage")
    assert "other" in tables_in(engine, "t_stage")


def test_a_query_tells_its_columns_without_running(engine):
    with engine.session() as session:
        session.create_table("t_stage.types", ALL_TYPES)
        found = session.columns_of(
            f"select *, {LIST[engine.name]} as list, count(*) over () as counted "
            "from t_stage.types -- a comment"
        )
    assert all(type_ in found[name] for name, type_ in ALL_TYPES.items())
    assert found["counted"] == {"bigint"}
    assert found["at"] == {"timestamp"}
    assert found["list"] == {LIST_TYPE[engine.name]}
    assert list(found) == [*ALL_TYPES, "list", "counted"]


@pytest.fixture
def things(engine):
    """An ops table without rows."""
    engine.execute(
        "drop view if exists t_ops.things; drop table if exists t_ops.things_versions"
        if engine.name == "clickhouse"
        else "drop table if exists t_ops.things"
    )
    engine.execute(OPS_TABLE[engine.name])
    return "t_ops.things"


def test_a_row_of_an_ops_table_takes_the_place_of_the_one_with_its_key(engine, things):
    key = ("id", "part")
    engine.upsert(things, key, {"id": "it's", "part": 1, "n": 1, "at": MORNING})
    engine.upsert(things, key, {"id": "it's", "part": 2, "n": 2, "at": None})
    with engine.session() as session:
        session.upsert(things, key, {"id": "it's", "part": 1, "n": None, "at": EVENING})
        session.upsert(things, key, {"id": "it's", "part": 1, "n": 3, "at": EVENING})
    assert values(engine, f"select id, part, n, at from {things} order by part") == [
        ("it's", 1, 3, EVENING),
        ("it's", 2, 2, None),
    ]


def test_several_rows_of_an_ops_table_are_written_at_once(engine, things):
    key = ("id", "part")
    rows = [{"id": "a", "part": part, "n": part, "at": MORNING} for part in range(3)]
    engine.upsert(things, key, *rows)
    engine.upsert(things, key, rows[0] | {"n": 7}, rows[2] | {"n": 9})
    engine.upsert(things, key)
    found = values(engine, f"select part, n from {things} order by part")
    assert found == [(0, 7), (1, 1), (2, 9)]


def raw_row(version, landed_at, label, record_id="T1"):
    """A raw row in the order of RAW_COLUMNS."""
    window = (MORNING, EVENING)
    return ("i", record_id, "P1", version, f'{{"label": "{label}"}}', *window, "run", landed_at)


def land(engine, table, *rows):
    with engine.session() as session:
        return session.land_rows(table, "t_stage.landed", rows)


def labels(engine, table):
    """Of each version the label; ClickHouse keeps payloads as text and overtaken rows a while."""
    final = "final" if engine.name == "clickhouse" else ""
    rows = engine.query(f"select version, payload from {table} {final} order by record_id, version")
    return [
        (row["version"], (json.loads(p) if isinstance(p := row["payload"], str) else p)["label"])
        for row in rows
    ]


@pytest.fixture
def raw_table(engine):
    engine.execute("drop table if exists t_raw.toy__tasks")
    return engine.ensure_raw_table("toy", "tasks")


def test_a_raw_table_has_the_shape_of_all_raw_tables(engine, raw_table):
    with engine.session() as session:
        columns = session.columns_of(f"select * from {raw_table}")
    assert raw_table == "t_raw.toy__tasks"
    assert tuple(columns) == RAW_COLUMNS


def test_a_raw_table_may_be_ensured_again_and_by_many_at_once(engine):
    barrier = threading.Barrier(4)

    def ensure(_):
        barrier.wait()
        return engine.ensure_raw_table("toy", "raced")

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(ensure, range(4))) == {"t_raw.toy__raced"}
    assert engine.ensure_raw_table("toy", "raced") == "t_raw.toy__raced"


def test_versions_of_a_record_live_side_by_side(engine, raw_table):
    landed = land(engine, raw_table, raw_row(1, MORNING, "old"), raw_row(2, MORNING, "new"))
    assert landed == Landed(rows=2, versions=2, stored=2)
    assert labels(engine, raw_table) == [(1, "old"), (2, "new")]


def test_a_row_that_says_the_same_as_the_version_before_it_is_that_version(engine, raw_table):
    """Version 9 says what 1 said, but 5 said something else in between; 4 comes late."""
    for version, label in ((1, "a"), (3, "a"), (5, "b"), (7, "b"), (9, "a"), (4, "a"), (6, "c")):
        landed_at = MORNING + timedelta(minutes=version)
        row = raw_row(version, landed_at, label)
        with engine.session() as session:
            landed = session.land_rows(raw_table, "t_stage.landed", [row], keeps_changes=True)
        assert landed == Landed(rows=1, versions=1, stored=1)
    assert labels(engine, raw_table) == [(1, "a"), (5, "b"), (6, "c"), (9, "a")]
    final = "final" if engine.name == "clickhouse" else ""
    rows = engine.query(f"select landed_at from {raw_table} {final} order by version")
    minutes = [(row["landed_at"] - MORNING).seconds // 60 for row in rows]
    assert minutes == [4, 7, 6, 9]


@pytest.mark.parametrize("order", [(MORNING, EVENING), (EVENING, MORNING)])
def test_the_row_landed_last_wins_whichever_is_loaded_last(engine, raw_table, order):
    for landed_at in order:
        landed = land(engine, raw_table, raw_row(1, landed_at, f"at {landed_at.hour}"))
        assert landed == Landed(rows=1, versions=1, stored=1)
    assert labels(engine, raw_table) == [(1, "at 18")]


def test_the_row_landed_last_wins_within_one_load(engine, raw_table):
    landed = land(engine, raw_table, raw_row(1, EVENING, "late"), raw_row(1, MORNING, "early"))
    assert landed == Landed(rows=2, versions=1, stored=1)
    assert labels(engine, raw_table) == [(1, "late")]


def test_of_rows_landed_together_the_last_one_wins(engine, raw_table):
    pages = [raw_row(1, MORNING, f"page {number}") for number in range(5)]
    assert land(engine, raw_table, *pages) == Landed(rows=5, versions=1, stored=1)
    assert labels(engine, raw_table) == [(1, "page 4")]


def test_of_rows_landed_at_the_same_moment_the_last_one_loaded_wins(engine, raw_table):
    land(engine, raw_table, raw_row(1, MORNING, "first load"))
    land(engine, raw_table, raw_row(1, MORNING, "second load"))
    assert labels(engine, raw_table) == [(1, "second load")]


def test_of_many_rows_each_record_keeps_its_last(engine, raw_table):
    """More than a block of them, so that they reach the table in several pieces."""
    rows = [raw_row(1, MORNING, f"{n // 4500}", f"T{n % 4500:04}") for n in range(13_500)]
    assert land(engine, raw_table, *rows) == Landed(rows=13_500, versions=4_500, stored=4_500)
    assert set(labels(engine, raw_table)) == {(1, "2")}


def test_landed_rows_can_be_read_until_somebody_drops_them(engine, raw_table):
    land(engine, raw_table, raw_row(1, MORNING, "x"), raw_row(1, MORNING, "y"))
    assert values(engine, "select record_id, version from t_stage.landed") == [("T1", 1)] * 2
