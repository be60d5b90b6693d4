from __future__ import annotations

import itertools
import socket

import pytest

from flowmart.core.errors import AuthError, ConfigError, SourceUnavailableError
from flowmart.sources.base import SourceConnection
from flowmart.sources.registry import make_source
from tests.records import payload_of
from tests.sources.phabricator.conftest import (
    EVERYTHING,
    TASKS,
    epoch_window,
    ids,
    open_source,
    read,
)


def visible_phids(server) -> list[str]:
    return sorted(task["phid"] for task in server.store.visible_tasks())


def modified(server) -> list[int]:
    return sorted(task["fields"]["dateModified"] for task in server.store.visible_tasks())


def test_a_wide_window_brings_every_visible_task_once(server, source):
    tasks = read(source, "tasks")
    assert len(tasks) == TASKS
    assert ids(tasks) == visible_phids(server)
    assert source.requests_made == server.requests["maniphest.search"] == 3


def test_a_task_is_a_record_of_its_phid_and_its_modification_time(server, source):
    (task,) = (t for t in read(source, "tasks") if payload_of(t)["id"] == 1)
    row = server.store.tasks[1]
    assert task.record_id == row["phid"]
    assert task.parent_id is None
    assert task.version == row["fields"]["dateModified"]
    assert payload_of(task) == row  # with columns, projects and subscribers
    assert set(payload_of(task)["attachments"]) == {"columns", "projects", "subscribers"}


def test_the_servers_inclusive_bounds_are_cut_to_half_open(server, source):
    times = modified(server)
    start, end = times[50], times[150]
    records = read(source, "tasks", epoch_window(start, end))
    overlap = source.spec.streams["tasks"].overlap_seconds
    assert overlap == 600
    versions = sorted(record.version for record in records)
    assert versions == [t for t in times if start - 600 <= t < end]
    assert end not in versions


def test_windows_side_by_side_lose_nothing(server, source):
    times = modified(server)
    cuts = [times[0], times[60], times[61], times[200] + 0.5, times[-1] + 1]
    windows = [epoch_window(*pair) for pair in itertools.pairwise(cuts)]
    found = {record.record_id for window in windows for record in read(source, "tasks", window)}
    assert sorted(found) == visible_phids(server)


def test_a_row_that_becomes_visible_late_is_found_by_the_overlap(server, source):
    times = modified(server)
    midnight = times[100] + 600
    assert times[100] in [r.version for r in read(source, "tasks", epoch_window(midnight, 2e9))]
    later = epoch_window(midnight + 1, 2e9)
    assert times[100] not in [r.version for r in read(source, "tasks", later)]


def test_a_window_from_the_epoch_on_is_not_an_unfiltered_one(source):
    assert len(read(source, "tasks", epoch_window(0, 2e9))) == TASKS


def test_an_empty_window_takes_one_request(source):
    assert read(source, "tasks", epoch_window(1, 1000)) == []
    assert source.requests_made == 1


def test_tasks_that_are_touched_while_paging_are_neither_lost_nor_repeated(server, source):
    phids, now = visible_phids(server), 1_795_400_000
    pages = source.read("tasks", epoch_window(1, now), ())
    records = next(pages).records
    for record in records[-3:]:
        server.store.touch(payload_of(record)["id"], now - 10)  # the cursor row among them
    records += [record for page in pages for record in page.records]
    assert ids(records) == phids


@pytest.mark.parametrize("vanish", ["destroy", "hide"])
@pytest.mark.parametrize("how_many", [1, 3, 100])
def test_cursor_rows_that_vanish_cost_no_other_row(server, source, vanish, how_many):
    phids = visible_phids(server)
    pages = source.read("tasks", EVERYTHING, ())
    records = next(pages).records
    assert len(records) == 100
    for record in records[-how_many:]:
        getattr(server.store, vanish)(payload_of(record)["id"])
    records += [record for page in pages for record in page.records]
    assert ids(records) == phids


@pytest.mark.parametrize(
    ("stream", "count_of", "key"),
    [
        ("projects", "projects", "phid"),
        ("columns", "columns", "phid"),
        ("users", "users", "phid"),
        ("statuses", "statuses", "value"),
        ("priorities", "priorities", "value"),
    ],
)
def test_snapshots_are_read_whole_whatever_the_window(server, source, stream, count_of, key):
    records = read(source, stream, epoch_window(1, 2))
    rows = getattr(server.store, count_of)
    assert ids(records) == sorted(str(row[key]) for row in rows)
    expected = {str(row[key]): row.get("fields", {}).get("dateModified", 0) for row in rows}
    assert {record.record_id: record.version for record in records} == expected


def test_a_stream_that_is_not_declared_is_refused(source):
    with pytest.raises(ConfigError, match=r"no stream 'issues'.*use one of tasks, release_tasks, "):
        source.read("issues", EVERYTHING, ())


def test_a_good_token_passes_the_check(source):
    source.check()
    assert source.requests_made == 1


def test_a_bad_token_is_refused_without_being_told(server):
    source = open_source(server, token="api-mistyped")
    for attempt in (source.check, lambda: read(source, "tasks")):
        with pytest.raises(AuthError, match="connection flowmart_phabricator__acme") as caught:
            attempt()
        assert "mistyped" not in str(caught.value)
    assert "mistyped" not in repr(source.connection)


@pytest.mark.parametrize("blank", ["", "{} ", " {}", "{}\n", "{} {}"])
def test_p7_a_token_that_is_empty_or_has_blanks_is_refused_at_once(server, blank):
    with pytest.raises(ConfigError, match="blanks") as caught:
        open_source(server, token=blank.replace("{}", server.token))
    assert "token alone" in caught.value.next_step
    assert server.token not in str(caught.value)
    assert not server.requests


def test_p6_tasks_are_read_by_id_as_they_are_in_windows(server, source):
    """Hidden ones are left out, and so are those that a later window reads."""
    tasks = read(source, "tasks")
    wanted = [task.record_id for task in tasks[:120]]
    server.store.hide(payload_of(tasks[0])["id"])
    pages = list(source.read_records("issue", EVERYTHING, wanted))
    assert [record for page in pages for record in page.records] == tasks[1:120]
    early = epoch_window(1, tasks[5].version)
    pages = list(source.read_records("issue", early, [tasks[5].record_id]))
    assert [record for page in pages for record in page.records] == []


@pytest.mark.usefixtures("no_waits")
def test_a_server_under_stress_loses_no_row(server, source):
    pages = source.read("tasks", EVERYTHING, ())
    server.faults.update({"unavailable": 1, "truncated": 1, "html": 1})
    records = next(pages).records
    server.faults.update({"resets": 3})
    records += [record for page in pages for record in page.records]
    assert ids(records) == visible_phids(server)
    assert source.requests_made == 3 + 3 + 3


@pytest.mark.usefixtures("no_waits")
def test_an_unreachable_instance_is_explained():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    source = make_source("phabricator", SourceConnection(url, "api-x"), "phabricator")
    with pytest.raises(
        SourceUnavailableError, match=r"phabricator: 127\.0\.0\.1:\d+ api/user\.whoami"
    ):
        source.check()
