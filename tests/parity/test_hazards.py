"""What the two engines do otherwise when they are left to themselves: a case for each hazard."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from flowmart.core.errors import FlowmartError
from tests.parity.asking import Asking

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def engine(warehouse):
    return warehouse.engine


@pytest.fixture(scope="module")
def ask(engine):
    """A session with a small table of each logical type."""
    with engine.session() as session:
        session.create_table(
            "stage.things",
            {"n": "bigint", "label": "text", "at": "timestamp", "is_big": "boolean"},
        )
        session.copy_rows(
            "stage.things",
            ("n", "label", "at", "is_big"),
            [
                (1, "a", NOON, False),
                (2, "b", NOON + timedelta(days=1), True),
                (7, None, None, None),
            ],
        )
        yield Asking(engine.name, session)


def test_a_window_past_its_edge_is_null(ask):
    found = ask.rows(
        "select n, {{ lead('n') }} over (order by n) as a, "
        "{{ lag('label') }} over (order by n) as b, "
        "{{ lag('coalesce(is_big, false)') }} over (order by n) as c from stage.things"
    )
    assert found == [(1, 2, None, None), (2, 7, "a", False), (7, None, "b", True)]


def test_a_row_without_a_partner_is_null(ask):
    found = ask.rows(
        "select t.n, o.n as other from stage.things as t left join "
        "(select n from stage.things where is_big) as o on t.n = o.n",
    )
    assert found == [(1, None), (2, 2), (7, None)]


def test_an_aggregate_over_nothing_is_null_and_a_count_is_zero(ask):
    found = ask.rows("select max(n), sum(n), min(label), count(*) from stage.things where n > 99")
    assert found == [(None, None, None, 0)]


def test_a_cast_keeps_null(ask):
    found = ask.rows("select n, cast(label as {{ type_text() }}) from stage.things")
    assert found[-1] == (7, None)


def test_a_quotient_of_whole_numbers_is_exact_and_by_zero_is_null(ask):
    assert ask.value("select {{ ratio(7, 2) }} as v") == 3.5
    assert ask.value("select {{ ratio(1, 3) }} as v") == pytest.approx(1 / 3, abs=1e-15)
    assert ask.value("select {{ ratio('n', 0) }} as v from stage.things where n = 1") is None


def test_a_percentile_lies_between_its_neighbours_and_is_not_rounded(ask):
    """Of 1, 2 and 7: half-way is 2, three quarters lie in the middle between 2 and 7."""
    assert ask.value("select {{ percentile(0.5, 'n') }} as v from stage.things") == 2
    assert ask.value("select {{ percentile(0.75, 'n') }} as v from stage.things") == 4.5
    nothing = "select {{ percentile(0.5, 'n') }} as v from stage.things where n > 99"
    assert ask.value(nothing) is None


@pytest.mark.parametrize(
    ("seconds", "whole"), [(0, 0), (1.9, 1), (86_400, 86_400), (-0.5, -1), (0.000_001, 0)]
)
def test_a_duration_is_whole_seconds_rounded_down(ask, seconds, whole):
    earlier, later = ask.instant(NOON), ask.instant(NOON + timedelta(seconds=seconds))
    sql = "select {{ seconds_between(earlier, later) }} as v"
    assert ask.value(sql, earlier=earlier, later=later) == whole


def test_durations_of_parts_add_up_to_that_of_the_whole(ask):
    """12:00:00.9 to 12:00:02.1 is 2 seconds; 1 up to 12:00:01.5, and 1 from there on."""
    moments = [ask.instant(NOON + timedelta(seconds=s)) for s in (0.9, 1.5, 2.1)]
    sql = "select {{ seconds_between(earlier, later) }} as v"
    first, middle, last = moments
    pairs = [(first, middle), (middle, last), (first, last)]
    assert [ask.value(sql, earlier=a, later=b) for a, b in pairs] == [1, 1, 2]


@pytest.mark.parametrize(
    ("at", "zone", "monday"),
    [
        ("2026-11-01T23:30:00+00:00", "UTC", date(2026, 10, 26)),
        ("2026-11-01T23:30:00+00:00", "Europe/Berlin", date(2026, 11, 2)),
        ("2026-10-25T00:30:00+00:00", "Europe/Berlin", date(2026, 10, 19)),
        ("2027-01-01T00:00:00+00:00", "America/New_York", date(2026, 12, 28)),
    ],
)
def test_a_week_is_the_date_of_its_monday_in_the_time_zone(ask, at, zone, monday):
    instant = ask.instant(datetime.fromisoformat(at))
    sql = "select {{ week_of(instant, zone) }} as v"
    assert ask.value(sql, instant=instant, zone=f"'{zone}'") == monday


@pytest.mark.parametrize(
    ("at", "zone", "quarter"),
    [
        ("2026-12-31T22:59:59+00:00", "Europe/Berlin", "2026-Q4"),
        ("2026-12-31T23:00:00+00:00", "Europe/Berlin", "2027-Q1"),
        ("2026-03-31T23:00:00+00:00", "UTC", "2026-Q1"),
    ],
)
def test_a_quarter_bears_its_year_in_the_time_zone(ask, at, zone, quarter):
    instant = ask.instant(datetime.fromisoformat(at))
    sql = "select {{ quarter_of(instant, zone) }} as v"
    assert ask.value(sql, instant=instant, zone=f"'{zone}'") == quarter


def test_a_time_with_an_offset_is_an_instant_and_keeps_its_microseconds(ask):
    moscow = datetime(2026, 11, 1, 15, 0, 0, 250_001, tzinfo=timezone(timedelta(hours=3)))
    later = "select count(*) as v from stage.things where at < %(at)s"
    assert ask.session.query(later, {"at": moscow}) == [{"v": 1}]
    ask.session.create_table("stage.instants", {"at": "timestamp"})
    ask.session.copy_rows("stage.instants", ("at",), [(moscow,)])
    [row] = ask.session.query("select at from stage.instants")
    assert row["at"] == datetime(2026, 11, 1, 12, 0, 0, 250_001, tzinfo=UTC)


def test_seconds_since_1970_are_a_timestamp_and_null_stays_null(ask):
    sql = "select n, {{ epoch_to_timestamp('nullif(n, 7)') }} as v from stage.things"
    first, _, last = ask.rows(sql)
    assert first[1] == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert last[1] is None


def test_a_key_is_text_and_null_if_a_part_is(ask):
    sql = "select n, {{ surrogate_key(text_literal('i'), ['label']) }} as v from stage.things"
    assert ask.rows(sql) == [(1, "i:a"), (2, "i:b"), (7, None)]


def test_an_alias_does_not_hide_the_column_of_its_name(ask):
    sql = "select n, 'x' || label as label from stage.things where label = 'a'"
    assert ask.rows(sql) == [(1, "xa")]


def test_a_union_and_a_difference_have_no_duplicates(ask):
    twice = "select 1 as v from stage.things"
    assert ask.rows(f"{twice} union {twice}") == [(1,)]
    assert ask.rows(f"{twice} except select 2 as v") == [(1,)]
    assert len(ask.rows(f"{twice} union all {twice}")) == 6


def test_nulls_are_alike_in_a_difference(ask):
    same = "select n, label, is_big from stage.things"
    assert ask.rows(f"{same} except {same}") == []


def test_a_literal_keeps_quotes_and_backslashes(ask):
    text = "it's a back\\slash, \\n and 50 %"
    assert ask.value("select {{ text_literal(given) }} as v", given=text) == text


def test_nothing_is_written_where_something_must_be(engine, ask):
    """ClickHouse would write an empty text, or 0, in its place."""
    table = {"postgres": "mart.dim_statuses", "clickhouse": "store.dim_statuses__p0"}[engine.name]
    columns = "status_key, instance, status_id, name, category, is_waiting, is_known"
    nothing = ask.rendered("cast(null as {{ type_text() }})")
    with pytest.raises(FlowmartError, match=r"(?i)null"):
        engine.execute(
            f"insert into {table} ({columns}) select {nothing}, 'i', 's', 'S', 'todo', true, true"
        )


def test_text_is_ordered_by_its_bytes(ask):
    ask.session.create_table("stage.words", {"word": "text"})
    ask.session.copy_rows("stage.words", ("word",), [("b",), ("B",), ("a",), ("ä",), ("Z",)])
    rows = ask.session.query(
        "select word, row_number() over (order by word) as position from stage.words"
    )
    ordered = sorted(rows, key=lambda row: row["position"])
    assert [row["word"] for row in ordered] == ["B", "Z", "a", "b", "ä"]
