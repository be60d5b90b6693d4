"""The story in no API's words is the one that was written down while it was invented."""

from __future__ import annotations

from collections import Counter

import pytest

from local.sandbox.company.generator import Generated, generate
from local.sandbox.company.story import IssueStory, Story, tell


@pytest.fixture(scope="module")
def generated() -> Generated:
    return generate(seed=5, tasks=200, days=40)


@pytest.fixture(scope="module")
def story(generated: Generated) -> Story:
    return tell(generated)


def test_statuses_follow_each_other_as_they_really_did(generated: Generated, story: Story) -> None:
    told = {issue.number: stays(issue) for issue in story.issues if not issue.is_hidden}
    assert told == {
        number: [(visit.status, visit.entered_at) for visit in truth.statuses]
        for number, truth in generated.truth().items()
    }


def stays(issue: IssueStory) -> list[tuple[str, int]]:
    """Where an issue stood from when on; what the creating edit sets is its beginning."""
    changes = [event for event in issue.events if event.field == "status"]
    [created] = [event for event in issue.events if event.field == "created"]
    first = changes[0] if changes else None
    is_set_at_creation = first and (first.old is None or first.edit_id == created.edit_id)
    beginning = [] if is_set_at_creation else [("open", issue.created_at)]
    return beginning + [(event.new, event.at) for event in changes]


def test_every_value_follows_from_the_one_before(story: Story) -> None:
    for issue in story.issues:
        current = {"team": None, "sprint": None, "status": "open"}
        for event in issue.events:
            if event.field in current and event.old is not None:
                assert current[event.field] == event.old, (issue.number, event)
            if event.field in current:
                current[event.field] = event.new


def test_events_come_in_the_order_of_things(story: Story) -> None:
    for issue in story.issues:
        assert [e.event_id for e in issue.events] == sorted(e.event_id for e in issue.events)
        assert issue.events[0].field == "created"
        assert issue.events[0].at == issue.created_at


def test_issues_are_born_in_one_team_and_some_move(story: Story) -> None:
    teams = {team.team_id for team in story.teams}
    moves = Counter(sum(e.field == "team" for e in issue.events) for issue in story.issues)
    assert moves[0] == 0
    assert moves[2] > 0
    assert {e.new for i in story.issues for e in i.events if e.field == "team"} <= teams


def test_links_are_told_on_both_sides(story: Story) -> None:
    back = {"subtask": "parent", "mentions": "mentioned_by", "duplicates": "duplicated_by"}
    told = {(i.number, e.field, e.new) for i in story.issues for e in i.events}
    forth = [(number, field, other) for number, field, other in told if field in back]
    assert forth
    for number, field, other in forth:
        assert (other, back[field], number) in told
