"""A story's events as edits at milliseconds, the precision of YouTrack."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.sandbox.company.story import Event, IssueStory, Story

_REPEATABLE = {"comment", "subtask", "parent", "mentions", "mentioned_by", "duplicates",
               "duplicated_by"}  # fmt: skip
_ROBOT_EDITS = 120
_LONG_LIFE = 86_400


@dataclass(frozen=True)
class Edit:
    """
    What one person did to one issue at an instant; no field changes twice in it.

    :param at: epoch milliseconds.
    :param is_creation: whether it made the issue.
    """

    at: int
    number: int
    actor_id: str
    events: tuple[Event, ...]
    is_creation: bool = False


def edits_of(story: Story) -> list[Edit]:
    """
    Every edit of every issue, as time went by.

    On one issue of a team a robot writes the number of the build so often that its history does
    not fit on a page of a hundred.
    """
    busiest = _busiest(story)
    edits: list[Edit] = []
    for issue in story.issues:
        own = list(_edits(issue))
        if issue is busiest:
            own = sorted([*own, *_robot_edits(issue)], key=lambda edit: edit.at)
        edits += own
    return sorted(edits, key=lambda edit: (edit.at, edit.number))


def last_touched_at(issue: IssueStory, last: int) -> int:
    """
    When an issue was last saved, in epoch milliseconds.

    :param last: when it was last edited; a later save left no other trace.
    """
    return last if issue.updated_at <= last // 1000 else _milliseconds(issue.updated_at, "touch")


def _edits(issue: IssueStory) -> Iterator[Edit]:
    """The edits of an issue; creation ends with the team and the sprint that it begins in."""
    home = next(event for event in issue.events if event.field == "team").event_id
    groups: list[list[Event]] = [[e for e in issue.events if e.event_id <= home]]
    for event in issue.events[len(groups[0]) :]:
        told = {e.field for e in groups[-1]} - _REPEATABLE
        is_same = len(groups) > 1 and groups[-1][0].edit_id == event.edit_id
        if is_same and event.field not in told:
            groups[-1].append(event)
        else:
            groups.append([event])
    last = 0
    for place, group in enumerate(groups):
        first = group[0]
        last = max(_milliseconds(first.at, first.edit_id), last + 1)
        yield Edit(last, issue.number, first.actor_id, tuple(group), is_creation=place == 0)


def _milliseconds(at: int, name: str) -> int:
    """An instant in an epoch second, leaving room at its end."""
    return at * 1000 + zlib.crc32(name.encode()) % 900


def _busiest(story: Story) -> IssueStory | None:
    """Of the visible issues of teams with sprints, that whose status changed most often."""
    teams = {team.team_id for team in story.teams if team.sprints}

    def statuses(issue: IssueStory) -> int:
        return sum(event.field == "status" for event in issue.events)

    candidates = (
        issue
        for issue in story.issues
        if not issue.is_hidden
        and issue.updated_at - issue.created_at > _LONG_LIFE
        and any(event.field == "team" and event.new in teams for event in issue.events)
    )
    return max(candidates, key=statuses, default=None)


def _robot_edits(issue: IssueStory) -> Iterator[Edit]:
    """Edits spread evenly over the issue's life."""
    step = (issue.updated_at - issue.created_at) // (_ROBOT_EDITS + 2)
    template = replace(issue.events[0], field="build")
    for n in range(1, _ROBOT_EDITS + 1):
        at = issue.created_at + n * step
        event = replace(template, at=at, edit_id=f"robot-{n}", old=None, new=f"build {n}")
        yield Edit(at * 1000 + 950, issue.number, issue.author_id, (event,))
