"""The story as YouTrack has it: what activities say is what happened."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from local.sandbox.company.generator import generate
from local.sandbox.company.story import tell
from local.sandbox.youtrack.catalog import STATE_NAMES
from local.sandbox.youtrack.from_story import youtrack_store
from local.sandbox.youtrack.selection import parse_fields, select
from local.sandbox.youtrack.truth import english_names
from tests.local.sandbox.youtrack.conftest import BIRTH, HOUR, make_issue, make_story

if TYPE_CHECKING:
    from local.sandbox.company.story import Story
    from local.sandbox.youtrack.issues import Activity, Issue
    from local.sandbox.youtrack.store import YouTrackStore

FIELDS = parse_fields(
    "id,timestamp,author(id,login),category(id),target(id,idReadable,issue(id)),targetMember,"
    "field(name,customField(id,fieldType(valueType))),added(id,name,login),removed(id,name,login)"
)
STATE = "58-2"


def shown(activity: Activity) -> dict[str, Any]:
    """As the API gives it."""
    row: dict[str, Any] = select(activity.json, FIELDS)
    return row


def changes(issue: Issue, field_id: str) -> list[dict[str, Any]]:
    rows = [shown(activity) for activity in issue.activities]
    return [
        row
        for row in rows
        if row["category"]["id"] == "CustomFieldCategory"
        and row["field"]["customField"]["id"] == field_id
    ]


def derived_states(issue: Issue, names: dict[str, str]) -> list[list[Any]]:
    """Stays in states, as a client works them out: the first one from the first change, if any."""
    rows = changes(issue, STATE)
    first = rows[0]["removed"][0] if rows else issue.values["state"]
    stays: list[list[Any]] = [[names[first["id"]], issue.created, None]]
    for row in rows:
        stays[-1][2] = row["timestamp"]
        stays.append([names[row["added"][0]["id"]], row["timestamp"], None])
    return stays


def derived_sprints(issue: Issue) -> list[list[Any]]:
    stays: list[list[Any]] = []
    for row in map(shown, issue.activities):
        if row["category"]["id"] == "SprintCategory":
            for sprint in row["removed"]:
                assert (stays[-1][0], stays[-1][2]) == (sprint["id"], None)
                stays[-1][2] = row["timestamp"]
            stays += [[sprint["id"], row["timestamp"], None] for sprint in row["added"]]
    return stays


def derived_projects(issue: Issue) -> list[list[Any]]:
    moves = [
        row for row in map(shown, issue.activities) if row["category"]["id"] == "ProjectCategory"
    ]
    first = moves[0]["removed"]["id"] if moves else issue.project.project_id
    stays: list[list[Any]] = [[first, issue.created, None]]
    for move in moves:
        stays[-1][2] = move["timestamp"]
        stays.append([move["added"]["id"], move["timestamp"], None])
    return stays


def derived_qa_states(issue: Issue) -> list[list[Any]]:
    """Stays in states of the second field, which only one project has: leaving it ends one."""
    is_born_there = derived_projects(issue)[0][0] == "0-1"
    stays: list[list[Any]] = [["Not tested", issue.created, None]] if is_born_there else []
    for row in map(shown, issue.activities):
        is_change = row["targetMember"] == "__CUSTOM_FIELD__QA State_4"
        if stays and stays[-1][2] is None and (is_change or row["targetMember"] == "project"):
            stays[-1][2] = row["timestamp"]
        if is_change:
            stays.append([row["added"][0]["name"], row["timestamp"], None])
    return stays


class TestTruth:
    """No issue differs."""

    def test_states(self, big_store: YouTrackStore) -> None:
        names = english_names(big_store.projects)
        issues = big_store.visible_issues()
        derived = {issue.issue_id: derived_states(issue, names) for issue in issues}
        assert derived == {key: truth.states for key, truth in big_store.truth.items()}

    def test_sprints_and_projects(self, big_store: YouTrackStore) -> None:
        for issue in big_store.visible_issues():
            truth = big_store.truth[issue.issue_id]
            assert derived_sprints(issue) == truth.sprints
            assert derived_projects(issue) == truth.projects
            assert [row[0] for row in truth.readable_ids] == [*issue.former_ids, issue.readable_id]

    def test_qa_states(self, big_store: YouTrackStore) -> None:
        issues = big_store.visible_issues()
        derived = {issue.issue_id: derived_qa_states(issue) for issue in issues}
        assert derived == {key: truth.qa_states for key, truth in big_store.truth.items()}
        assert sum(map(bool, derived.values())) > 20

    def test_creation_and_resolution(self, big_store: YouTrackStore) -> None:
        for issue in big_store.visible_issues():
            truth = big_store.truth[issue.issue_id]
            assert (truth.created_at, truth.resolved) == (issue.created, issue.resolved)
            last = [a for a in issue.activities if a.category == "IssueResolvedCategory"]
            assert (last[-1].added if last else None) == issue.resolved

    def test_the_states_are_the_storys(self, big_story: Story, big_store: YouTrackStore) -> None:
        for told in big_story.issues:
            if told.is_hidden:
                assert f"2-{told.number}" not in big_store.truth
                continue
            rows = [event for event in told.events if event.field == "status"]
            stays = [(STATE_NAMES[event.new], event.at) for event in rows]
            if not rows or rows[0].old is not None:
                stays.insert(0, ("Open", told.created_at))
            truth = big_store.truth[f"2-{told.number}"]
            assert [(name, since // 1000) for name, since, _ in truth.states] == stays


def test_updated_is_when_the_story_saved_it_last(
    big_story: Story, big_store: YouTrackStore
) -> None:
    touched = 0
    for told in big_story.issues:
        issue = big_store.issues[f"2-{told.number}"]
        assert issue.updated // 1000 == told.updated_at
        touched += issue.updated > issue.activities[-1].at
    assert touched > 0  # saved without a change


def test_activities_of_one_edit_share_an_instant_and_no_field_changes_twice_in_it(
    big_store: YouTrackStore,
) -> None:
    sizes = Counter()
    for issue in big_store.visible_issues():
        told = Counter(
            (one.at, row["category"]["id"], row["targetMember"])
            for one in issue.activities
            for row in [shown(one)]
            if one.category not in ("CommentsCategory", "LinksCategory")
        )
        assert set(told.values()) <= {1}, issue.issue_id
        sizes.update(Counter(one.at for one in issue.activities).values())
    assert max(sizes) > 3


def test_the_stream_is_in_order_and_its_ids_are_unique(big_store: YouTrackStore) -> None:
    stream = big_store.activities
    assert [(a.at, a.number) for a in stream] == sorted((a.at, a.number) for a in stream)
    assert len({shown(activity)["id"] for activity in stream}) == len(stream)
    assert len(stream) == sum(len(issue.activities) for issue in big_store.issues.values())


def test_the_same_story_gives_the_same_bytes(big_story: Story) -> None:
    def everything(store: YouTrackStore) -> str:
        rows = [shown(activity) for activity in store.activities]
        issue = parse_fields("id,idReadable,created,updated,customFields(id,value(id,minutes))")
        return json.dumps([rows, [select(i.json, issue) for i in store.issues.values()]])

    again = tell(generate(seed=5, tasks=300, days=90))
    assert everything(youtrack_store(big_story)) == everything(youtrack_store(again))
    other = youtrack_store(tell(generate(seed=6, tasks=300, days=90)))
    assert everything(other) != everything(youtrack_store(again))


class TestWhatALazyClientMisses:
    """Things that a story is sure to hold."""

    def test_a_history_longer_than_a_page_with_states_beyond_it(
        self, big_store: YouTrackStore
    ) -> None:
        longest = max(big_store.visible_issues(), key=lambda issue: len(issue.activities))
        assert len(longest.activities) > 100
        assert any((a.subject or {}).get("member") == "__CUSTOM_FIELD__State_2"
                   for a in longest.activities[100:])  # fmt: skip

    def test_moved_issues_in_projects_that_name_states_otherwise(
        self, big_store: YouTrackStore
    ) -> None:
        moved = [issue for issue in big_store.visible_issues() if issue.former_ids]
        assert {issue.project.short_name for issue in moved} == {"PAY", "STORE", "SEARCH"}
        readable = [i.readable_id for i in big_store.issues.values()]
        assert len(set(readable)) == len(readable)
        assert not set(readable) & {name for issue in moved for name in issue.former_ids}

    def test_states_with_other_ids_and_other_names_in_every_project(
        self, big_store: YouTrackStore
    ) -> None:
        states = [project.element("state", "progress") for project in big_store.projects]
        assert len({state["id"] for state in states}) == 4
        assert [state["name"] for state in states] == [
            "In Progress", "In progress", "В работе", "In Progress",
        ]  # fmt: skip

    def test_field_names_that_are_localised_over_one_id(self, big_store: YouTrackStore) -> None:
        names = {
            (row["field"]["name"], row["field"]["customField"]["id"])
            for issue in big_store.visible_issues()
            for row in changes(issue, STATE)
        }
        assert names == {("State", STATE), ("Состояние", STATE)}

    def test_a_deleted_user_is_referred_to_but_not_listed(self, big_store: YouTrackStore) -> None:
        listed = {user["id"] for user in big_store.people.listed}
        authors = {shown(activity)["author"]["id"] for activity in big_store.activities}
        assert authors - listed
        assert any(user["banned"] for user in big_store.people.listed)

    def test_an_issue_that_was_reopened(self, big_store: YouTrackStore) -> None:
        assert any(issue.values.get("reopens") for issue in big_store.visible_issues())

    def test_an_issue_whose_first_state_lasted_no_time(self, big_store: YouTrackStore) -> None:
        stays = [truth.states[0] for truth in big_store.truth.values()]
        assert any(entered == left for _, entered, left in stays)


def test_values_are_lists_of_objects_or_bare_by_the_type_of_the_field(
    big_store: YouTrackStore,
) -> None:
    shapes: dict[str, set[type]] = {}
    for issue in big_store.visible_issues():
        for row in map(shown, issue.activities):
            if row["category"]["id"] == "CustomFieldCategory":
                kind = row["field"]["customField"]["fieldType"]["valueType"]
                shapes.setdefault(kind, set()).update((type(row["added"]), type(row["removed"])))
    listed = {kind for kind, types in shapes.items() if types == {list}}
    assert listed == {"state", "enum", "user", "version"}
    bare = {kind: types - {type(None)} for kind, types in shapes.items() if kind not in listed}
    assert bare == {
        "float": {int, float}, "integer": {int}, "period": {int}, "date": {int},
        "date and time": {int}, "string": {str},
    }  # fmt: skip


def test_dates_are_noon_utc(big_store: YouTrackStore) -> None:
    dates = [i.values["due"] for i in big_store.visible_issues() if i.values.get("due")]
    assert {date % 86_400_000 for date in dates} == {12 * 3_600_000}


def test_the_issue_shows_a_period_as_an_object_and_its_activity_as_minutes() -> None:
    story = make_story(make_issue(1, (2, "status", "open", "resolved")))
    issue = youtrack_store(story).issues["2-1"]
    fields = parse_fields("customFields(name,value(minutes,presentation,id))")
    values = {one["name"]: one["value"] for one in select(issue.json, fields)["customFields"]}
    # the milliseconds of the two edits differ, so it is two hours give or take a minute
    assert values["Lead time"]["minutes"] in (119, 120)
    assert values["Lead time"]["id"] in ("PT1H59M", "PT2H")
    assert changes(issue, "58-8")[0]["added"] == values["Lead time"]["minutes"]
    assert values["Sprints"] == []  # several values, none set
    assert values["Assignee"] is None
    assert "QA State" not in values


def test_a_sprint_can_leave_updated_alone() -> None:
    story = make_story(make_issue(1, (1, "sprint", None, "s1")))
    moved, still = (
        youtrack_store(story, sprint_moves_updated=flag).issues["2-1"] for flag in (True, False)
    )
    assert moved.updated // 1000 == BIRTH + 2 * HOUR
    assert moved.activities[-1].at == still.activities[-1].at == moved.updated
