"""What pull requests and issues say together, members, working time and what readers compute."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.records import make_record
from tests.sql.github.github import (
    CONTEXT,
    SHOP,
    SITE,
    GitHub,
    actor,
    at,
    hour_of,
    instant,
    nodes,
    repository,
)

WEEK = 168
SETTINGS = replace(CONTEXT, options=CONTEXT.options | {"status_labels": ["doing", "blocked"]})


@pytest.fixture(scope="module", autouse=True)
def built(warehouse):
    github = GitHub()
    event, merged = github.event, github.merged
    github.issue(12, event("ClosedEvent", 9, stateReason="COMPLETED"), state="CLOSED")
    github.issue(13)
    github.issue(14, title="Named by PAY-1 as well")
    # 15 is mentioned by 3; 16 was transferred, and is 17 now. 4 closes 16, and 13 by mistake.
    github.issue(15, event("CrossReferencedEvent", 5, **{"from": pull_request(3)}))
    github.issue(16)
    github.issue(17)
    # 1: by GitHub's own references; an issue of another repository is mentioned.
    github.pull(
        1, github.commit(1, "a"), github.review(5, "APPROVED"),
        github.review(6, "COMMENTED", "eve"),
        event("CrossReferencedEvent", 3, **{"from": {
            "__typename": "Issue", "id": "I_14", "number": 14,
            "repository": {"nameWithOwner": "acme/shop"}}}),
        *github.merge(8), hour=2, **merged(8),
        closingIssuesReferences=nodes({"id": "I_12", "number": 12,
                                       "repository": {"nameWithOwner": "acme/shop"}}),
    )  # fmt: skip
    # 2: by keywords, one of them of another tracker, and by its branch.
    github.pull(2, github.review(WEEK + 3, "COMMENTED"), hour=WEEK,
                body="Resolves: acme/shop#13, closes https://github.com/acme/shop/issues/14",
                title="PAY-7 faster checkout", headRefName="feature/pay-8-and-more")  # fmt: skip
    # 3: of a bot, and never reviewed; 4: a large one that waits.
    github.pull(3, hour=3, author=actor("renovate[bot]"))
    connected = {"connected": {"__typename": "Issue", "id": "I_13", "number": 13}}
    github.pull(4, event("ConnectedEvent", 5, **connected),
                event("DisconnectedEvent", 6, **connected),
                hour=4, additions=5000, body="Fixes #16")  # fmt: skip
    for person, role, teams in (("ann", "ADMIN", ["core"]), ("bob", "MEMBER", [])):
        payload = {"id": f"U_{person}", "organization": "acme", "login": person, "role": role,
                   "name": person.title(), "teams": teams}  # fmt: skip
        github.streams["members"][person] = make_record(f"acme:U_{person}", None, 0, payload)
    _transfer(github)
    moved = {"record_state": "transferred", "moved_to": "I_17"}
    tombstones = [make_record("I_16", "I_16", 10**13, moved)]
    records = github.records() | {"issue_tombstones": tombstones}
    warehouse.run(records, SETTINGS, "github", taken_at=instant(10))
    del github.streams["members"]["bob"]
    nothing = {name: [] for name in ("issues", "pull_requests", "deployments")}
    warehouse.run(github.records() | nothing, SETTINGS, "github", taken_at=instant(20))


def _transfer(github):
    """
    Issues that came from the site at 3.

    21: there it was doing, and in a milestone whose like is here, too; blocked here from 4 on. 22:
    was in a milestone whose like is not.
    """
    stones = [("MI_1", "v1", SHOP), ("MI_2", "v1", SITE), ("MI_3", "v0", SITE)]
    for number, (id, title, home) in enumerate(stones, start=1):
        stone = {"id": id, "number": number, "title": title, "state": "OPEN"}
        github.put("milestones", {**stone, "createdAt": at(-10), "repository": repository(home)})

    def labelled(hour, name):
        return github.event("LabeledEvent", hour, label={"id": f"L_{name}", "name": name})

    def planned(title):
        return github.event("MilestonedEvent", 2, milestoneTitle=title)

    def moved():
        return github.event("TransferredEvent", 3, fromRepository=repository(SITE))

    github.issue(21, labelled(1, "doing"), labelled(1, "x"), planned("v1"), moved(),
                 labelled(4, "blocked"), milestone={"id": "MI_1", "title": "v1"},
                 labels=nodes({"id": "L_blocked", "name": "blocked"}))  # fmt: skip
    github.issue(22, planned("v0"), moved())


def pull_request(number):
    """A pull request as a timeline names it."""
    home = {"nameWithOwner": "acme/shop"}
    return {
        "__typename": "PullRequest", "id": f"P_{number}", "number": number, "repository": home,
    }  # fmt: skip


def test_issues_and_pull_requests(warehouse):
    """What is connected no more is not linked, and a transferred issue goes by its id of today."""
    rows = warehouse.rows(
        "mart.v_issue_pull_requests",
        "issue_key, pull_request_key, is_implementation, is_by_closes, is_by_cross_reference, "
        "is_by_keyword",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("github:I_12", "github:P_1", True, True, False, False),
        ("github:I_13", "github:P_2", True, False, False, True),
        ("github:I_14", "github:P_1", False, False, True, False),
        ("github:I_14", "github:P_2", True, False, False, True),
        ("github:I_15", "github:P_3", False, False, True, False),
        ("github:I_17", "github:P_4", True, False, False, True),
    ]


def test_a_transfer_takes_labels_away_that_its_end_does_not_have(warehouse):
    rows = warehouse.rows("mart.fct_issue_status_intervals", "sequence, status_key, entered_at",
                          "issue_key = 'github:I_21'")  # fmt: skip
    assert [(row["status_key"], hour_of(row["entered_at"])) for row in rows] == [
        ("github:open", 0), ("github:label:doing", 1), ("github:open", 3),
        ("github:label:blocked", 4),
    ]  # fmt: skip
    assert changes(warehouse, 21, "label") == {
        (1, None, "doing"), (1, None, "x"), (3, "doing", None), (3, "x", None),
        (4, None, "blocked"),
    }  # fmt: skip


def test_a_transfer_takes_an_issue_to_the_milestone_of_the_same_title(warehouse):
    moves = {(3, SITE, None), (3, None, SHOP)}
    assert changes(warehouse, 21, "project") == moves | {
        (2, None, "milestone:MI_2"), (3, "milestone:MI_2", None), (3, None, "milestone:MI_1"),
    }  # fmt: skip
    assert changes(warehouse, 22, "project") == moves | {
        (2, None, "milestone:MI_3"), (3, "milestone:MI_3", None),
    }  # fmt: skip


def changes(warehouse, number, field):
    """The changes of a field of an issue: when, old and new value."""
    rows = warehouse.rows(
        "mart.fct_issue_changes", "changed_at, old_value, new_value",
        f"issue_key = 'github:I_{number}' and field = '{field}'",
    )  # fmt: skip
    return {(hour_of(r["changed_at"]), r["old_value"], r["new_value"]) for r in rows}


def test_links_are_stored_as_found(warehouse):
    rows = warehouse.rows("mart.fct_pull_request_links", "link_type, target_ref",
                          "pull_request_key = 'github:P_2'")  # fmt: skip
    assert [tuple(row.values()) for row in rows] == [
        ("branch", "pay-8"),
        ("keyword", "acme/shop#13"),
        ("keyword", "acme/shop#14"),
        ("title", "PAY-7"),
    ]


def test_review_times_by_week_and_size(warehouse):
    """In the first week one of 3 hours, one that waits; the bot's is left out."""
    columns = "week_on, size_class, n, still_waiting, p50_seconds"
    rows = warehouse.rows("mart.v_review_times", columns,
                          "team = '(all)'")  # fmt: skip
    assert [(str(row["week_on"]), *list(row.values())[1:]) for row in rows] == [
        ("2026-01-05", "(all)", 1, 1, 10800),
        ("2026-01-05", "s", 1, 0, 10800),
        ("2026-01-05", "xl", 0, 1, None),
        ("2026-01-12", "(all)", 1, 0, 10800),
        ("2026-01-12", "s", 1, 0, 10800),
    ]


def test_review_load_names_nobody(warehouse):
    rows = warehouse.rows(
        "mart.v_review_load_weekly",
        "week_on, reviews, pull_requests, reviewers, reviews_per_reviewer, share_of_busiest",
    )
    assert [list(row.values())[1:] for row in rows] == [[2, 1, 2, 1, 0.5], [1, 1, 1, 1, 1]]


def test_open_pull_requests_are_measured_when_read(warehouse):
    rows = warehouse.rows(
        "mart.v_stale_pull_requests",
        "pull_request_key, step, is_unreviewed, is_stale, "
        "waiting_for_review_seconds > 86400 as waits",
    )
    assert [list(row.values()) for row in rows] == [
        ["github:P_2", "in_review", False, True, None],
        ["github:P_3", "waiting_for_review", True, True, True],
        ["github:P_4", "waiting_for_review", True, True, True],
    ]


def test_memberships_last_while_snapshots_tell_so(warehouse):
    rows = warehouse.rows(
        "mart.fct_memberships", "login, role, is_current, user_key, seen_from, seen_until",
        "instance = 'github'",
    )  # fmt: skip
    assert [list(row.values()) for row in rows] == [
        ["ann", "admin", True, "github:U_ann", instant(10), instant(20)],
        ["bob", "member", False, "github:U_bob", instant(10), instant(10)],
    ]
    users = warehouse.rows(
        "mart.dim_users", "username, is_active", "instance = 'github' and is_known"
    )
    assert [list(user.values()) for user in users] == [["ann", True], ["bob", False]]


def test_windows_in_any_order_give_the_marts_of_a_rebuild(warehouse):
    """Records in random windows, some twice and some in an earlier version, then a replay."""
    draw = random.Random(16)
    github = GitHub()
    for number in range(1, 9):
        github.pull(number, github.commit(number, f"c{number}"),
                    github.review(number + 3, "APPROVED"),
                    *github.merge(number + 4), hour=number + 1, title=f"Fixes #{number + 20}",
                    **github.merged(number + 4))  # fmt: skip
        github.issue(
            number + 20, github.event("LabeledEvent", number, label={"id": "L", "name": "bug"})
        )
        github.deploy(number, 24 * number)
    snapshots = {name: list(github.streams[name].values()) for name in (
        "repositories", "boards", "members", "milestones")}  # fmt: skip
    windows = [
        (stream, record)
        for stream in ("pull_requests", "issues", "deployments")
        for record in github.streams[stream].values()
    ]
    draw.shuffle(windows)
    instance = "github__windows"
    for start in range(0, len(windows), 8):
        part = windows[start : start + 8] + draw.sample(windows, 2)
        streams = {"pull_requests": [], "issues": [], "deployments": []}
        for stream, record in part:
            if record not in streams[stream]:
                streams[stream].append(record)
        warehouse.run({**snapshots, **streams}, CONTEXT, instance)
    # A team of another name touches what it is copied into, and nothing else does.
    renamed = replace(CONTEXT, teams={"acme/shop": "Shop"})
    empty = {"pull_requests": [], "issues": [], "deployments": []}
    warehouse.run({**snapshots, **empty}, renamed, instance)
    before = of(warehouse, instance)
    assert {row["team"] for row in before["fct_pull_requests"]} == {"Shop"}
    assert {row["team"] for row in before["fct_deployments"]} == {"Shop"}
    warehouse.run({**snapshots, **empty}, replace(renamed, everything=True), instance)
    assert of(warehouse, instance) == before


def of(warehouse, instance):
    """The published rows of an instance, but for the times of snapshots."""
    return {
        name: [row for row in rows if row.get("instance") == instance]
        for name, rows in warehouse.marts().items()
        if name != "fct_memberships"
    }
