"""Repositories, boards, people, milestones; and what counts as a deployment."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from flowmart.core.errors import ConfigError
from flowmart.core.window import Window
from local.sandbox.github.values import moment
from tests.records import payload_of
from tests.sources.github.sandbox import EVERYTHING, ids, open_source, read

if TYPE_CHECKING:
    from flowmart.sources.github.source import GithubSource
    from tests.sources.github.sandbox import Server


def names(source: GithubSource) -> list[str]:
    return sorted(payload_of(record)["name"] for record in read(source, "repositories"))


def test_repositories_of_an_organization_also_archived_ones(
    server: Server, source: GithubSource
) -> None:
    expected = sorted(repository["name"] for repository in server.store.repositories)
    assert names(source) == expected
    assert "legacy-site" in expected


def test_repositories_by_list_under_an_old_name_and_with_exclusions(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    listed = open_source(server, repositories=["acme/shop", "ACME/payments"])
    assert names(listed) == ["payments", "storefront"]
    assert "acme/shop is called acme/storefront now" in caplog.text
    others = open_source(
        server, organizations=["acme"], exclude_repositories=["Acme/Payments", "acme/search"]
    )
    assert "payments" not in names(others)
    assert "platform" in names(others)


def test_a_new_repository_is_found_and_a_deleted_one_is_gone(
    server: Server, source: GithubSource
) -> None:
    server.store.add_repository("brand-new", server.store.now + 1)
    server.store.repositories.remove(server.repository("search"))
    assert "brand-new" in names(source)
    assert "search" not in names(source)


def test_boards_with_their_columns(server: Server, source: GithubSource) -> None:
    found = [payload_of(record) for record in read(source, "boards")]
    assert sorted(board["id"] for board in found) == sorted(p["id"] for p in server.store.projects)
    fields = {field["name"]: field for field in found[0]["fields"]["nodes"]}
    assert [option["name"] for option in fields["Status"]["options"]]


def test_the_board_that_tells_statuses_is_one_that_there_is(server: Server) -> None:
    [board, *_] = server.store.projects
    options = {"organizations": ["acme"]}
    for name in (board["title"], board["number"]):
        assert read(open_source(server, **options, status_from_board=name), "boards")
    with pytest.raises(ConfigError, match=rf"'Roadmpa', which 0 boards .*{board['title']}"):
        read(open_source(server, **options, status_from_board="Roadmpa"), "boards")


def test_people_once_each_with_roles_and_teams(server: Server, source: GithubSource) -> None:
    found = read(source, "members")
    people = {payload_of(record)["login"]: payload_of(record) for record in found}
    assert len(people) == len(found) == len(server.store.roles)
    assert {login: person["role"] for login, person in people.items()} == server.store.roles
    teams = {
        (member["login"], team["slug"]) for team in server.store.teams for member in team["members"]
    }
    assert {(name, team["slug"]) for name, p in people.items() for team in p["teams"]} == teams
    assert all(record.record_id.startswith("acme:U_") for record in found)


def test_outside_collaborators_only_if_the_token_may_see_them(
    server: Server, source: GithubSource
) -> None:
    server.app._rest_api._calls.pop("orgs/{}/outside_collaborators")
    roles = Counter(payload_of(record)["role"] for record in read(source, "members"))
    assert roles["OUTSIDE"] == 0
    assert roles["MEMBER"] > 3


def test_milestones_beyond_the_first_ones(server: Server, source: GithubSource) -> None:
    home = server.repository("platform")
    for number in range(150):
        home["milestones"].append(
            server.store.add(
                "Milestone", server.store.now, home, number=900 + number, title=f"M{number}",
                state="OPEN", dueOn=None, closedAt=None,
            )
        )  # fmt: skip
    expected = sorted(m["id"] for r in server.store.repositories for m in r["milestones"])
    assert ids(read(source, "milestones")) == expected


def test_deployments_and_releases(server: Server, source: GithubSource) -> None:
    found = read(source, "deployments")
    expected = [item["id"] for kind in ("deployments", "releases") for item in server.items(kind)]
    assert ids(found) == sorted(expected)
    only = read(
        open_source(server, organizations=["acme"], deployments={"from": "releases"}), "deployments"
    )
    assert ids(only) == sorted(item["id"] for item in server.items("releases"))


def test_a_late_status_brings_its_deployment_back(server: Server, source: GithubSource) -> None:
    """Five days after the deployment, and although the time of its update does not move."""
    deployment = min(server.repository("payments")["deployments"], key=lambda d: d["createdAt"])
    at = int(datetime.fromisoformat(deployment["updatedAt"]).timestamp()) + 5 * 86_400
    deployment["statuses"].insert(
        0,
        {
            **deployment["statuses"][0],
            "id": "DES_late",
            "createdAt": moment(at),
            "state": "FAILURE",
        },
    )
    window = Window.parse(moment(at - 60), moment(at + 60))
    found = {record.record_id: payload_of(record) for record in read(source, "deployments", window)}
    assert deployment["id"] in found
    assert found[deployment["id"]]["statuses"]["nodes"][0]["id"] == "DES_late"


def test_tags_as_deployments(server: Server) -> None:
    source = open_source(server, organizations=["acme"], deployments={"from": "tags"})
    found = [payload_of(record) for record in read(source, "deployments")]
    expected = sum(len(repository["tags"]) for repository in server.store.repositories)
    assert len(found) == expected > 0
    assert {tag["__typename"] for tag in found} == {"Tag"}
    assert all(tag["target"]["oid"] and tag["repository"]["nameWithOwner"] for tag in found)


def test_commits_of_a_branch_as_deployments(server: Server) -> None:
    source = open_source(server, organizations=["acme"], deployments={"from": "branch"})
    found = [payload_of(record) for record in read(source, "deployments")]
    expected = [c["oid"] for r in server.store.repositories for c in r["commits"]]
    assert sorted(merge["oid"] for merge in found) == sorted(expected)
    assert {(merge["__typename"], merge["branch"]) for merge in found} == {("Merge", "main")}
    missing = {"from": "branch", "branch": "nope"}
    source = open_source(server, organizations=["acme"], deployments=missing)
    assert read(source, "deployments", EVERYTHING) == []
