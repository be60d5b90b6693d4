"""Times of receipt never go back: the source would not come back to read what has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest

from collector.group_commit import GroupCommit
from collector.objects import Objects
from collector.records import hour_of
from collector.segments import Segments
from collector.settings import Settings
from collector.table import Table
from tests.collector.running import analytics, stored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.collector.running import RunningCollector

HALF_PAST = datetime(2026, 11, 30, 10, 30, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class _Store:
    """Remembers when reports came."""

    def __init__(self, newest: datetime | None = None) -> None:
        self.received: list[datetime] = []
        self._newest = newest

    def newest(self) -> datetime | None:
        return self._newest

    def commit(self, _reports: object, received_at: datetime) -> None:
        self.received.append(received_at)

    def check(self) -> None: ...

    def close(self) -> None: ...


def received(
    monkeypatch: pytest.MonkeyPatch, times: list[datetime], newest: datetime | None = None
) -> list[datetime]:
    """What reports are given that come when the clock shows these times."""

    class Clock(datetime):
        @classmethod
        def now(cls, _tz: object = None) -> datetime:  # type: ignore[override]
            return next(shown)

    shown = iter(times)
    monkeypatch.setattr("collector.group_commit.datetime", Clock)
    store = _Store(newest)
    group = GroupCommit(store, Settings(store="unused"))
    for _ in times:
        assert group._commit([]) is None
    return store.received


def test_a_clock_that_is_set_back_does_not_take_reports_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = HALF_PAST + timedelta(minutes=35)
    after = later + timedelta(seconds=1)
    assert received(monkeypatch, [later, HALF_PAST, HALF_PAST, after]) == [
        later,
        later + MICROSECOND,
        later + 2 * MICROSECOND,
        after,
    ]


def test_a_new_process_begins_no_earlier_than_the_store_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    eleven = HALF_PAST + timedelta(minutes=30)
    assert received(monkeypatch, [HALF_PAST], newest=eleven) == [eleven + MICROSECOND]
    assert received(monkeypatch, [HALF_PAST], newest=HALF_PAST - timedelta(days=9)) == [HALF_PAST]
    # One report of a broken clock must not give its time to all that follow.
    assert received(monkeypatch, [HALF_PAST], newest=HALF_PAST + timedelta(days=2)) == [HALF_PAST]


def test_the_newest_hour_of_a_folder(tmp_path: Path) -> None:
    for store in (Segments(tmp_path / "none"), Objects(f"local://{tmp_path}/none")):
        assert store.newest() is None
    for name in ("2026-11-30/09", "2026-11-30/10", "2026-11-29/23", "lost+found/99", ".ready-x"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "2026-11-30" / "note").touch()
    for store in (Segments(tmp_path), Objects(f"local://{tmp_path}")):
        assert store.newest() == HALF_PAST.replace(minute=0)


def test_a_started_collector_goes_on_in_the_newest_hour(
    starting: Callable[..., RunningCollector], tmp_path: Path
) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=2)
    (tmp_path / hour_of(ahead)).mkdir(parents=True)
    assert starting(tmp_path).post(analytics()).status == 200
    (line,) = stored(tmp_path)
    hour = ahead.replace(minute=0, second=0, microsecond=0)
    assert datetime.fromisoformat(line["received_at"]) == hour + MICROSECOND


def test_the_newest_row_of_a_table(postgres_dsn: str) -> None:
    table = Table(postgres_dsn)
    assert table.newest() is None
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute(
            "insert into telemetry.reports values "
            "(gen_random_uuid(), '2026-11-30 13:30+03', 'pulp', '', '{}'), "
            "(gen_random_uuid(), '2026-11-30 09:30+00', 'pulp', '', '{}')"
        )
        assert table.newest() == HALF_PAST
        connection.execute("drop schema telemetry cascade")


def test_the_longest_wait_for_the_store_is_well_below_what_is_read_again() -> None:
    assert Settings(store="x", commit_seconds=300).commit_seconds == 300
    with pytest.raises(ValueError, match="less than or equal to 300"):
        Settings(store="x", commit_seconds=301)
