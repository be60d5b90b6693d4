"""A story retold as edits of a Tracker: the same story gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from local.sandbox.yandex_tracker.organization import organization_of
from local.sandbox.yandex_tracker.replay import Replay
from local.sandbox.yandex_tracker.store import TrackerStore
from local.sandbox.yandex_tracker.values import millis
from local.sandbox.yandex_tracker.vocabulary import LINK_OF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.sandbox.company.story import Event, IssueStory, Story

# More entries than two default pages, or one of the largest, hold.
LONG_HISTORY = 130


@dataclass(frozen=True)
class Edit:
    """
    What one person saved at once.

    :param order: where it belongs among all edits.
    :param number: the story's number of the issue.
    """

    order: tuple[int, int]
    number: int
    events: tuple[Event, ...]
    is_creation: bool = False
    tag: str = ""


def tracker_store(story: Story, long_history: int = LONG_HISTORY) -> TrackerStore:
    """
    The Tracker of the company that a story tells of.

    :param long_history: how many entries the busiest issue gets beyond what the story tells.
    """
    store = TrackerStore(organization_of(story))
    replay = Replay(store)
    edits = [edit for issue in story.issues for edit in _edits(issue)]
    edits += _long_history(story, long_history)
    gone = sorted(story.destroyed, reverse=True)
    queues = list(store.organization.queues)
    stories = {issue.number: issue for issue in story.issues}
    for edit in sorted(edits, key=lambda edit: edit.order):
        at = millis(edit.events[0].at)
        if edit.is_creation:
            while gone and gone[-1] < edit.number:
                store.skip_key(queues[gone.pop() % len(queues)])
            replay.create(stories[edit.number], edit.events)
        elif edit.tag:
            replay.retag(edit.number, at, edit.events[0].actor_id, edit.tag)
        else:
            replay.edit(edit.number, at, edit.events)
    for issue in story.issues:
        told = replay.issues[issue.number]
        # Some edits leave no trace but this.
        store.touched(told, millis(issue.updated_at), told.updated_by)
        if issue.is_hidden:
            store.hidden.add(told.id)
    return store


def _edits(issue: IssueStory) -> Iterator[Edit]:
    """The edits of one issue; the first sets the values that it is born with."""
    first = tuple(event for event in issue.events if _is_of_birth(event, issue))
    yield Edit((issue.created_at, first[0].event_id), issue.number, first, is_creation=True)
    later = (event for event in issue.events if event not in first)
    for _, events in groupby(later, key=lambda event: event.edit_id):
        saved = tuple(events)
        yield Edit((saved[0].at, saved[0].event_id), issue.number, saved)


def _is_of_birth(event: Event, issue: IssueStory) -> bool:
    if event.at != issue.created_at or event.field == "comment" or event.field in LINK_OF:
        return False
    if event.field == "status":
        return event.old is None
    return event.edit_id == issue.events[0].edit_id or event.old in (None, "")


def _long_history(story: Story, entries: int) -> Iterator[Edit]:
    """Tags that somebody puts on the busiest issue again and again, between its other edits."""
    busiest = max(
        (issue for issue in story.issues if not issue.is_hidden),
        key=lambda issue: (len(issue.events), -issue.number),
    )
    first, last = busiest.events[0], busiest.events[-1]
    for turn in range(1, entries + 1):
        at = first.at + (last.at - first.at) * turn // (entries + 1)
        event = type(first)(last.event_id, at, first.actor_id, "", "tags")
        yield Edit((at, last.event_id + turn), busiest.number, (event,), tag=f"attempt-{turn}")
