from __future__ import annotations

import pytest

from flowmart.core.errors import CompletenessError, ConfigError
from local.sandbox.yandex_tracker import dictionaries, entries, listing, paging
from local.sandbox.yandex_tracker.app import ORG_ID
from local.sandbox.yandex_tracker.fields import GLOBAL_FIELDS, LOCAL_FIELDS, Field
from local.sandbox.yandex_tracker.organization import Queue, User
from local.sandbox.yandex_tracker.vocabulary import STATUSES
from tests.records import payload_of
from tests.sources.yandex_tracker.conftest import ids, open_source, pages, read, served, window_ms

NARROW = window_ms(1000, 2000)


def expected(server, stream) -> list[str]:
    organization = server.store.organization
    match stream:
        case "queues" | "boards":
            return sorted(queue.id for queue in organization.queues.values())
        case "statuses":
            return sorted(status.id for status in STATUSES.values())
        case "fields":
            return sorted(field.id for field in (*GLOBAL_FIELDS, *LOCAL_FIELDS))
    return sorted(getattr(organization, stream))


@pytest.mark.parametrize("stream", ["queues", "statuses", "fields", "users", "boards", "sprints"])
def test_a_snapshot_is_read_whole_whatever_the_window(server, source, stream):
    records = read(source, stream, NARROW)
    assert ids(records) == expected(server, stream)
    assert {record.version for record in records} == {0}
    assert {record.parent_id for record in records} == {None}


@pytest.mark.parametrize("how_many", [100, 101, 250])
def test_lists_are_read_to_their_end(server, source, how_many):
    organization = server.store.organization
    for number in range(how_many - len(organization.users)):
        uid = str(1_140_000_000_000_000 + number)
        organization.users[uid] = User(uid, f"login{number}", f"Name {number}", False)
    for number in range(100, 100 + how_many - len(organization.queues)):
        organization.queues[f"Q{number}"] = Queue(str(number), f"Q{number}", f"Queue {number}")
    for stream in ("users", "queues"):
        assert ids(read(source, stream)) == expected(server, stream)
        assert len(read(source, stream)) == how_many
    assert pages(source, "queues")[-1].source_total == how_many


@pytest.mark.parametrize(
    ("extra", "name"),
    [
        ({}, "Need info"),
        ({"language": "en"}, "Need info"),
        ({"language": "ru"}, "Требуется информация"),
    ],
)
def test_names_are_in_the_language_of_the_connection(server, extra, name):
    source = open_source(server, extra={"org_id": ORG_ID, **extra})
    statuses = {payload_of(r)["key"]: payload_of(r) for r in read(source, "statuses")}
    assert statuses["needInfo"]["name"] == name
    assert statuses["needInfo"]["type"] == "paused"


def test_the_own_fields_of_queues_that_are_not_read_are_left_out(server):
    own = LOCAL_FIELDS[0]
    source = open_source(server, queues=[own.queue])
    assert ids(read(source, "fields")) == sorted(f.id for f in (*GLOBAL_FIELDS, own))
    assert server.asked("queues/{queue}/localFields") == 1


def test_fewer_rows_than_stated_stop_the_run(source, monkeypatch):
    honest = paging.numbered
    lossy = lambda *arguments: (page := honest(*arguments))._replace(rows=page.rows[1:])  # noqa: E731
    monkeypatch.setattr(listing, "numbered", lossy)
    with pytest.raises(CompletenessError, match=r"counts (\d) queues but returned \d"):
        read(source, "queues")


@pytest.mark.parametrize("is_list", [False, True])
def test_a_field_of_an_unknown_type_stops_the_run_until_the_options_know_it(
    server, source, monkeypatch, is_list
):
    odd = Field("mood", "Настроение", "Mood", "hologram", is_list=is_list)
    monkeypatch.setattr(dictionaries, "GLOBAL_FIELDS", (*GLOBAL_FIELDS, odd))
    with pytest.raises(
        ConfigError, match="has a type that Flowmart does not know: hologram"
    ) as caught:
        read(source, "fields")
    assert "field_types in flowmart.yaml, instances.yandex_tracker__acme" in caught.value.next_step
    knowing = open_source(server, field_types=["hologram"])
    assert "mood" in ids(read(knowing, "fields"))


@pytest.mark.parametrize("status", [403, 404])
def test_a_board_that_vanished_or_has_no_sprints_to_see_is_left_out(
    store, monkeypatch, caplog, status
):
    honest = dictionaries.Dictionaries._sprints_of_board
    boards = {sprint.queue for sprint in store.organization.sprints.values()}
    hidden = store.organization.queues[min(boards)]

    def refuse(self, call):
        if call.path["id"] == hidden.id:
            raise dictionaries.TrackerError(status, "not for you")
        return honest(self, call)

    monkeypatch.setattr(dictionaries.Dictionaries, "_sprints_of_board", refuse)
    with served(store) as server:
        sprints = read(open_source(server), "sprints")
    seen = [s.id for s in store.organization.sprints.values() if s.queue != hidden.key]
    assert seen
    assert ids(sprints) == sorted(seen)
    assert f"skipped: Tracker answered {status}: not for you" in caplog.text


def test_a_payload_tells_when_it_changed(server, source, monkeypatch):
    honest = entries.queue
    monkeypatch.setattr(
        entries,
        "queue",
        lambda *of: honest(*of) | {"updatedAt": "2026-01-02T03:04:05.678+0000"},
    )
    # 2026-01-02T03:04:05Z is 1767323045 seconds after the epoch.
    assert {record.version for record in read(source, "queues")} == {1_767_323_045_678}
