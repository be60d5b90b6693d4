"""Events of a story as entries of changelogs, and what Tracker knows that no story tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.yandex_tracker.fields import LOCAL_FIELDS
from local.sandbox.yandex_tracker.truth import truth_of
from local.sandbox.yandex_tracker.values import Ref, millis
from local.sandbox.yandex_tracker.vocabulary import LINK_OF, PRIORITY_OF, STATUS_OF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.sandbox.company.story import Event, IssueStory
    from local.sandbox.yandex_tracker.issue import Comment, Issue
    from local.sandbox.yandex_tracker.store import TrackerStore
    from local.sandbox.yandex_tracker.values import Value

_TYPES = ("bug", "story", "task", "task", "bug", "task", "task")
_LEVELS = ("low", "high", "middle")
_UNSAID_PRIORITY = 90
_LONGEST_MINUTES, _SHORTEST_MINUTES = 480, 15
_TESTED_EVERY, _TAGGED_EVERY, _POSTPONED_EVERY = 3, 5, 9
_FIELDS = {
    "title": "summary",
    "description": "description",
    "priority": "priority",
    "assignee": "assignee",
    "estimate": "storyPoints",
    "sprint": "sprint",
}


class Replay:
    """
    Writes a story into a store, edit by edit in the order of things.

    :param store: an empty store.
    """

    def __init__(self, store: TrackerStore) -> None:
        self._store = store
        self._organization = store.organization
        self.issues: dict[int, Issue] = {}

    def create(self, story: IssueStory, events: Sequence[Event]) -> None:
        """Write the creation of an issue, with the values it is born with."""
        author = self._organization.uid(story.author_id)
        said = {event.field: event.new for event in events}
        queue = self._organization.queue_of[said["team"]]
        fields: dict[str, Value] = {
            "type": Ref("issuetypes", _TYPES[story.number % len(_TYPES)]),
            "status": Ref("statuses", STATUS_OF[said.get("status", "open")]),
            "priority": self._value("priority", _UNSAID_PRIORITY),
            "followers": (Ref("users", author),),
        }
        fields |= {_FIELDS[f]: self._value(f, said[f]) for f in _FIELDS if said.get(f) is not None}
        fields |= _custom_fields(story.number, queue, author)
        issue = self._store.create(queue, millis(story.created_at), author, fields)
        truth = truth_of(story, self._organization.queue_of)
        truth.keys.append(issue.key)
        self._store.truth[issue.id] = truth
        self.issues[story.number] = issue

    def edit(self, number: int, at: int, events: Sequence[Event]) -> None:
        """
        Write what was saved at once: an entry for each move, each transition and each link, one
        for all other fields; a comment goes with the transition if there is one.
        """
        issue, author = self.issues[number], self._organization.uid(events[0].actor_id)
        comments = [
            self._store.write_comment(e.new, at, author) for e in events if e.field == "comment"
        ]
        changes: dict[str, Value] = {}
        for event in events:
            if event.field == "team":
                self._store.rekey(issue, self._organization.queue_of[event.new], at, author)
            elif event.field == "status":
                spoken = comments.pop(0) if comments else None
                self._change_status(number, STATUS_OF[event.new], at, author, spoken)
            elif event.field in LINK_OF:
                self._store.link(issue, *LINK_OF[event.field], self.issues[event.new], at, author)
            elif event.field in _FIELDS:
                changes[_FIELDS[event.field]] = self._value(event.field, event.new)
        if changes:
            self._store.save(issue, at, author, "IssueUpdated", changes)
        for comment in comments:
            self._comment(issue, comment, at, author)

    def retag(self, number: int, at: int, actor_id: str, tag: str) -> None:
        """Write another last tag."""
        issue, author = self.issues[number], self._organization.uid(actor_id)
        kept = [t for t in issue.fields.get("tags", ()) if not t.startswith("attempt-")]
        self._store.save(issue, at, author, "IssueUpdated", {"tags": (*kept, tag)})

    def _change_status(
        self, number: int, status: str, at: int, author: str, comment: Comment | None
    ) -> None:
        issue, store = self.issues[number], self._store
        before = issue.status
        worked_from = _entered_at(issue)
        store.transition(issue, status, at, author, comment)
        if before == "inProgress" and (number + issue.version) % 2:
            minutes = min((at - worked_from) // 60_000, _LONGEST_MINUTES)
            minutes = max(minutes - minutes % 5, _SHORTEST_MINUTES)
            store.log_work(issue, at - minutes * 60_000, minutes, at, author)
        if status == "resolved" and number % _POSTPONED_EVERY == 0:
            # Not every entry of this type changes a status.
            later = {"resolution": Ref("resolutions", "later")}
            store.save(issue, at, author, "IssueWorkflow", later)

    def _comment(self, issue: Issue, comment: Comment, at: int, author: str) -> None:
        followers = issue.fields["followers"]
        follower = Ref("users", author)
        changes = {} if follower in followers else {"followers": (*followers, follower)}
        self._store.save(issue, at, author, "IssueCommentAdded", changes, comment=comment)

    def _value(self, field: str, said: Any) -> Value:
        """A neutral value as the API's field holds it."""
        if said is None or field in ("title", "description"):
            return said
        if field == "priority":
            return Ref("priorities", PRIORITY_OF[int(said)])
        if field == "assignee":
            return Ref("users", self._organization.uid(said))
        if field == "sprint":
            return (Ref("sprints", self._organization.sprint_of[said]),)
        return float(said)


def _entered_at(issue: Issue) -> int:
    """When an issue came into the status that it is in."""
    return next(
        change.at
        for change in reversed(issue.changelog)
        if any(name == "status" for name, *_ in change.fields)
    )


def _custom_fields(number: int, queue: str, author: str) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    if number % _TESTED_EVERY == 0:
        fields["qaEngineer"] = Ref("users", author)
    if number % _TAGGED_EVERY == 0:
        fields["tags"] = ("release", "возврат")
    for field in LOCAL_FIELDS:
        if field.queue == queue:
            fields[field.id] = _LEVELS[number % len(_LEVELS)]
    return fields
