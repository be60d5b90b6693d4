from __future__ import annotations

import dataclasses

import pytest

from flowmart.core.errors import CompletenessError, ConfigError
from local.sandbox.youtrack.fields import FIELDS
from local.sandbox.youtrack.resources import bundles
from tests.records import payload_of
from tests.sources.youtrack.conftest import ids, open_source, read, window_ms

NARROW = window_ms(1000, 2000)
STREAMS = ["projects", "states", "agiles", "users"]
PATHS = {"states": "admin/customFieldSettings/bundles/state", "projects": "admin/projects"}


def expected(server, stream) -> list[str]:
    match stream:
        case "projects":
            return sorted(project.project_id for project in server.store.projects)
        case "states":
            return sorted(bundle["id"] for bundle in bundles(server.store, "State"))
        case "agiles":
            return sorted(board["id"] for board in server.store.boards)
    return sorted(user["id"] for user in server.store.people.listed)


@pytest.mark.parametrize("stream", STREAMS)
def test_a_snapshot_is_read_whole_whatever_the_window(server, source, stream):
    records = read(source, stream, NARROW)
    assert len(records) >= 3
    assert ids(records) == expected(server, stream)
    assert {record.version for record in records} == {0}
    assert {record.parent_id for record in records} == {None}


@pytest.mark.parametrize("stream", STREAMS)
def test_a_short_list_takes_two_requests(server, source, stream):
    read(source, stream)
    assert server.asked(PATHS.get(stream, stream)) == source.requests_made == 2


@pytest.mark.parametrize("how_many", [42, 43, 500, 501, 1200])
def test_lists_are_read_to_their_end(server, source, how_many):
    users = server.store.people.listed
    for number in range(how_many - len(users)):
        users.append(users[0] | {"id": f"1-{5000 + number}", "login": f"login{number}"})
    found = ids(read(source, "users"))
    assert found == expected(server, "users")
    assert len(found) == how_many


def test_banned_users_are_told(server, source):
    banned = {r.record_id for r in read(source, "users") if payload_of(r)["banned"]}
    assert banned == {user["id"] for user in server.store.people.listed if user["banned"]} != set()


@pytest.fixture
def shrinking(server):
    """Lets users lose a first one after some of the next pages."""
    users = server.store.people.listed
    users += [users[0] | {"id": f"1-{5000 + number}"} for number in range(1500)]

    def begin(times):
        left = [None] * times

        def shrink(page):
            if left:
                left.pop()
                users.pop(0)
            return page

        server.app.spoil_other = shrink

    return begin


def test_a_user_that_vanishes_meanwhile_costs_no_other(server, source, shrinking):
    shrinking(2)
    assert set(ids(read(source, "users"))) >= set(expected(server, "users"))


def test_users_that_keep_vanishing_stop_the_run(source, shrinking):
    shrinking(1000)
    with pytest.raises(CompletenessError, match="kept changing during reading, in 5 tries"):
        read(source, "users")


def test_a_board_tells_its_sprints_and_their_dates(server, source):
    for record in read(source, "agiles"):
        (board,) = (b for b in server.store.boards if b["id"] == record.record_id)
        told = payload_of(record)["sprints"]
        assert [(s["id"], s["start"], s["finish"]) for s in told] == [
            (s["id"], s["start"], s["finish"]) for s in board["sprints"]
        ]


def cut(member, cap):
    """Lets a list inside objects be cut without a word, as a server may do."""
    return lambda rows: [
        row | {member: row[member][:cap]} if member in row else row for row in rows
    ]


@pytest.mark.parametrize(("sprints", "requests"), [(19, 2), (20, 4), (120, 6)])
def test_sprints_that_may_have_been_cut_are_read_by_themselves(server, source, sprints, requests):
    board, *_ = server.store.boards
    for number in range(sprints - len(board["sprints"])):
        board["sprints"].append(board["sprints"][0] | {"id": f"109-{5000 + number}"})
    server.app.spoil_other = cut("sprints", 20)
    (record,) = (r for r in read(source, "agiles") if r.record_id == board["id"])
    assert [s["id"] for s in payload_of(record)["sprints"]] == [s["id"] for s in board["sprints"]]
    assert all("start" in sprint for sprint in payload_of(record)["sprints"])
    assert source.requests_made == requests


def test_states_that_may_have_been_cut_are_read_by_themselves(server, source):
    sets = {bundle["id"]: bundle for bundle in bundles(server.store, "State")}
    values = next(iter(sets.values()))["values"]
    values += [values[0] | {"id": f"70-{5000 + number}"} for number in range(60)]
    server.app.spoil_other = cut("values", 42)
    told = {r.record_id: payload_of(r)["values"] for r in read(source, "states")}
    for key, bundle in sets.items():
        assert [v["id"] for v in told[key]] == [v["id"] for v in bundle["values"]]
        assert all("isResolved" in value for value in told[key])


def test_a_board_that_vanishes_while_its_sprints_are_read_keeps_those_it_told(
    server, source, caplog
):
    board, *others = server.store.boards
    board["sprints"] += [board["sprints"][0] | {"id": f"109-{5000 + n}"} for n in range(30)]

    def last_told(rows):
        server.store.boards = others
        return rows

    server.app.spoil_other = last_told
    records = read(source, "agiles")
    assert board["id"] in ids(records)
    assert "disappeared during reading" in caplog.text


def test_the_fields_of_a_project_tell_their_types(server, source):
    for record in read(source, "projects"):
        (project,) = (p for p in server.store.projects if p.project_id == record.record_id)
        told = {f["field"]["id"]: f for f in payload_of(record)["customFields"]}
        assert len(told) == len(project.fields)
        for there in project.fields.values():
            field = told[f"58-{there.field.number}"]
            assert field["field"]["fieldType"]["id"] == there.field.field_type


@pytest.fixture
def odd_project(server, monkeypatch):
    """A project with a field of a type that nobody knows."""
    odd = dataclasses.replace(FIELDS["build"], field_type="hologram[1]")
    project = next(p for p in server.store.projects if "build" in p.fields)
    there = dataclasses.replace(project.fields["build"], field=odd)
    monkeypatch.setitem(project.fields, "build", there)
    return project


def test_a_field_of_an_unknown_type_stops_the_run(source, odd_project):
    with pytest.raises(
        ConfigError, match=f"of {odd_project.short_name} has a type .* not know: hologram"
    ) as caught:
        read(source, "projects")
    assert "field_types in flowmart.yaml, instances.youtrack__acme" in caught.value.next_step


@pytest.mark.parametrize("name", ["hologram", "hologram[1]"])
def test_an_unknown_type_that_the_options_name_is_stored(server, odd_project, name):
    source = open_source(server, field_types=[name])
    assert odd_project.project_id in ids(read(source, "projects"))


def test_types_of_projects_that_are_not_read_do_not_matter(server, odd_project):
    source = open_source(server, exclude_projects=[odd_project.short_name.lower()])
    assert odd_project.project_id in ids(read(source, "projects"))
