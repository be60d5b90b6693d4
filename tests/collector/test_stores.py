"""Stores that fail and recover, and the three kinds of them."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from collector.objects import Objects
from collector.records import Report, new_report_id
from collector.segments import Segments
from tests.collector.running import analytics, stored, systems, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.collector.running import RunningCollector

A, B, C = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "123")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here: that takes root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_refuses_until_there_is_space_again(
    tiny_disk: Path, starting: Callable[..., RunningCollector]
) -> None:
    filling = tiny_disk / "filling"
    filling.write_bytes(b"x" * 40_000)
    collector = starting(tiny_disk / "store")
    acknowledged = []
    # 20 kB are left: some bodies of 5 kB fit, as lines of 7 kB.
    for _ in range(10):
        system = new_report_id()
        body = analytics(system) + unknown(5000)
        sent = collector.post(body)
        assert sent.status in (200, 503)
        if sent.status == 200:
            acknowledged.append(system)
    assert 0 < len(acknowledged) < 10
    assert (sent.status, sent.text) == (503, "the disk is full\n")
    assert int(sent.headers["retry-after"]) > 0
    assert collector.get("/health").status == 200
    filling.unlink()
    assert collector.post(analytics(A)).status == 200
    assert [system.replace("-", "") for system in systems(tiny_disk)] == [
        *acknowledged,
        A.replace("-", ""),
    ]
    assert collector.metric("refused_total", reason="full") == 10 - len(acknowledged)
    told = collector.log.read_text()
    assert told.count('"store fails"') == 1
    assert told.count('"store works again"') == 1


def test_a_folder_that_fails_is_told_and_used_again_when_it_works(
    tmp_path: Path, starting: Callable[..., RunningCollector]
) -> None:
    root = tmp_path / "store"
    root.write_text("not a folder")
    collector = starting(root)
    assert collector.post(analytics(A)).status == 503
    ready = collector.get("/ready")
    assert (ready.status, ready.headers["retry-after"]) == (503, "30")
    root.unlink()
    assert collector.post(analytics(B)).status == 200
    time.sleep(1.1)  # readiness is tried once a second
    assert collector.get("/ready").status == 200
    assert systems(root) == [B]


def test_a_report_goes_into_a_new_segment_if_somebody_removed_the_old_one(tmp_path: Path) -> None:
    segments = Segments(tmp_path)
    segments.commit([_report(A)], NOON)
    next(tmp_path.rglob("*.jsonl")).unlink()
    segments.commit([_report(B)], NOON)
    assert systems(tmp_path) == [B]


def test_the_folder_and_all_above_it_are_synced_also_if_readiness_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    sync = os.fsync

    def watched(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        sync(handle)

    monkeypatch.setattr("os.fsync", watched)
    root = tmp_path / "deep" / "store"
    segments = Segments(root)
    segments.check()
    assert {str(folder) for folder in (root, tmp_path / "deep", tmp_path)} <= set(synced)
    synced.clear()
    segments.commit([_report(A)], NOON)
    (segment,) = root.rglob("*.jsonl")
    # Once is enough for what is above the store.
    assert set(synced) == {str(path) for path in (segment, *segment.parents[:3])}


def test_a_segment_whose_handle_is_stale_is_given_up(tmp_path: Path) -> None:
    segments = Segments(tmp_path)
    segments.commit([_report(A)], NOON)
    assert segments._segment
    os.close(segments._segment.handle)
    segments.commit([_report(B)], NOON)
    assert sorted(systems(tmp_path)) == [A, B]


def test_several_processes_live_on_when_the_disk_of_temporary_files_is_full(
    tiny_disk: Path,
    tmp_path: Path,
    starting: Callable[..., RunningCollector],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TMPDIR", str(tiny_disk))
    collector = starting(tmp_path / "store", processes=2)
    with suppress(OSError), (tiny_disk / "filling").open("wb", buffering=0) as filling:
        while filling.write(b"x" * 4096):
            pass
    assert {collector.post(analytics()).status for _ in range(20)} == {200}
    assert not list(tiny_disk.glob("flowmart-collector-*"))


def test_segments_end_with_their_hour_and_at_their_size(tmp_path: Path) -> None:
    segments = Segments(tmp_path, segment_bytes=100)
    for system, minute in ((A, 58), (B, 59)):
        segments.commit([_report(system)], NOON.replace(hour=11, minute=minute))
    segments.commit([_report(C), _report(A)], NOON)
    segments.close()
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.jsonl"))
    assert [name.rpartition("/")[0] for name in names] == [
        "2026-11-23/11",
        "2026-11-23/11",
        "2026-11-23/12",
    ]
    assert [name.rpartition("-")[2] for name in names] == [
        "00000.jsonl",
        "00001.jsonl",
        "00002.jsonl",
    ]
    assert systems(tmp_path) == [A, B, C, A]
    assert stored(tmp_path)[2]["received_at"] == "2026-11-23T12:00:00.000000+00:00"


def test_an_object_store_gets_an_object_for_each_commit(
    tmp_path: Path, starting: Callable[..., RunningCollector]
) -> None:
    # The protocol "local" goes through fsspec, as s3 does.
    collector = starting(f"local://{tmp_path}")
    assert [collector.post(analytics(system)).status for system in (A, B)] == [200, 200]
    assert collector.get("/ready").status == 200
    assert systems(tmp_path) == [A, B]
    assert len(list(tmp_path.rglob("*.jsonl"))) == 2
    assert not list(tmp_path.glob(".ready*"))


def test_objects_lie_where_segments_would() -> None:
    objects = Objects("memory://bucket/telemetry")
    objects.check()
    objects.commit([_report(A)], NOON)
    (path,) = objects._root.rglob("*.jsonl")
    assert path.as_posix().rpartition("/")[0].endswith("bucket/telemetry/2026-11-23/12")
    assert path.read_text().startswith('{"report_id":"')


def test_a_postgresql_table_is_made_and_filled_and_its_server_may_go(
    postgres_dsn: str, starting: Callable[..., RunningCollector]
) -> None:
    dsn = _url(postgres_dsn)
    body = analytics(A, components=[("core", "3.49.1")])
    # Two processes make the table at once.
    collector = starting(dsn, processes=2)
    sent = [collector.post(body).status for _ in range(6)]
    assert sent == [200] * 6
    assert collector.get("/ready").status == 200
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        rows = connection.execute(
            "select product, body, report, received_at > now() - interval '1 minute' "
            "from telemetry.reports"
        ).fetchall()
        report = {"system_id": A, "components": [{"name": "core", "version": "3.49.1"}]}
        assert rows == [("pulp", body, report, True)] * 6
        # As after a restart of the server: every connection is cut.
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
        assert [collector.post(body).status for _ in range(4)] == [200] * 4
        assert _count(connection) == 10
        connection.execute("alter table telemetry.reports rename to gone")
        connection.execute("create view telemetry.reports as select 1 as one")
        assert collector.post(body).status == 503
        connection.execute("drop view telemetry.reports")
        connection.execute("alter table telemetry.gone rename to reports")
        assert collector.post(body).status == 200
        assert _count(connection) == 11
    assert dsn not in collector.log.read_text()


def test_a_database_that_is_away_is_told_without_its_password(
    starting: Callable[..., RunningCollector],
) -> None:
    collector = starting("postgresql://collector:secret-word@127.0.0.1:1/telemetry")
    sent = collector.post(analytics())
    assert (sent.status, sent.text) == (503, "the store fails\n")
    assert collector.get("/ready").status == 503
    assert collector.get("/health").status == 200
    assert "secret-word" not in collector.log.read_text()


def _report(system: str) -> Report:
    return Report("pulp", analytics(system), {"system_id": system}, new_report_id())


def _url(dsn: str) -> str:
    """A DSN of keywords as a URL."""
    given = psycopg.conninfo.conninfo_to_dict(dsn)
    host, port, user, name = (given.get(key, "") for key in ("host", "port", "user", "dbname"))
    if str(host).startswith("/"):
        return f"postgresql://{user}@/{name}?host={host}&port={port}"
    return f"postgresql://{user}:{given.get('password', '')}@{host}:{port}/{name}"


def _count(connection: psycopg.Connection[tuple[int]]) -> int:
    row = connection.execute("select count(*) from telemetry.reports").fetchone()
    assert row
    return row[0]
