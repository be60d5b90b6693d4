"""A team's issues as GitHub tells them: labels, types, milestones, a board, transfers and ends."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from local.sandbox.github import boards, issues, timeline
from local.sandbox.github.issue_places import Places
from local.sandbox.github.oddities import put_issue_oddities, put_long_timeline
from local.sandbox.github.values import moment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.sandbox.company.story import Event, IssueStory, Story
    from local.sandbox.github.agenda import Agenda
    from local.sandbox.github.people import People
    from local.sandbox.github.store import GitHubStore
    from local.sandbox.github.values import Node

_REASONS = {
    "resolved": "COMPLETED",
    "wontfix": "NOT_PLANNED",
    "invalid": "NOT_PLANNED",
    "duplicate": "DUPLICATE",
}
_BOARD_STATUS = {"open": "Backlog", "progress": "In progress", "stalled": "Blocked"}
_STATUS_LABEL = {"progress": "in progress", "stalled": "blocked"}
_PRIORITIES = {100: "Urgent", 80: "High", 50: "Normal", 25: "Low", 0: "Wish"}
_AREAS = ("area/api", "area/ui", "area/data")
_TRIAGED_EVERY, _SENT_BACK_EVERY = 13, 39
_TAKEN_OUT_EVERY = 4
_OFF_BOARD_EVERY, _UNTYPED_EVERY, _OLD_EVERY, _BLOCKED_EVERY = 10, 7, 11, 5
_ODD_SECONDS = 600


class IssueReplay:
    """
    Puts one tracker's issues on the agenda.

    :param story: the tracker's part of the company.
    """

    def __init__(self, store: GitHubStore, people: People, agenda: Agenda, story: Story) -> None:
        self._store = store
        self._people = people
        self._agenda = agenda
        self._story = story
        self._issues: dict[int, Node] = {}
        self._status: dict[int, str] = {}
        self._blockers: dict[int, Node] = {}
        self._places = Places(store, people, agenda, story)

    def issue_of(self, number: int) -> Node | None:
        """The issue of the story's number, wherever it is now."""
        return self._issues.get(number)

    def put(self) -> None:
        """Everything that happens."""
        for story in self._story.issues:
            if not story.is_hidden:
                self._put_issue(story)
        self._put_long_timeline()
        born = {story.number: story.created_at for story in self._story.issues}
        for number in self._story.destroyed:
            near = next(
                (born[n] for n in range(number, 0, -1) if n in born), self._store.founded_at
            )
            self._agenda.put(near + 1, partial(self._destroy, number, near + 1))

    def _put_long_timeline(self) -> None:
        """The issue of which the story tells most gets more than a page holds."""
        seen = [story for story in self._story.issues if not story.is_hidden]
        if seen:
            busiest = max(seen, key=lambda story: (len(story.events), story.number))
            span = (busiest.created_at, busiest.updated_at)
            find = partial(self._issues.__getitem__, busiest.number)
            put_long_timeline(self._store, self._agenda, find, *span)

    # Issues -------------------------------------------------------------------------------------

    def _put_issue(self, story: IssueStory) -> None:
        put = self._agenda.put
        born = [e for e in story.events if e.at == story.created_at]
        # At the same second others have edited it already: the first edit is the creation.
        born = [e for e in born if e.edit_id == born[0].edit_id] if born else []
        later = [e for e in story.events if e not in born]
        put(story.created_at, partial(self._create, story, born))
        for (at, _), group in groupby(later, key=lambda e: (e.at, e.edit_id)):
            put(at, partial(self._edit, story.number, at, tuple(group)))
        if self._is_triaged(story):
            third = max((story.updated_at - story.created_at) // 4, 3)
            home = self._home_of(born)
            moves = [home]
            if story.number % _SENT_BACK_EVERY == 0:
                moves += [self._places.operations, home]
            for turn, to in enumerate(moves, start=1):
                at = story.created_at + turn * third
                put(at, partial(self._transfer, story.number, at, to))

    def _is_triaged(self, story: IssueStory) -> bool:
        moves = sum(event.field == "team" for event in story.events)
        return story.number % _TRIAGED_EVERY == 0 and moves == 1

    def _home_of(self, born: Iterable[Event]) -> Node:
        said = {event.field: event.new for event in born}
        return self._places.home_of(said.get("team", ""))

    def _create(self, story: IssueStory, born: list[Event]) -> None:
        store, at, number = self._store, story.created_at, story.number
        said = {event.field: event.new for event in born}
        author = self._people.of(story.author_id)
        home = self._places.operations if self._is_triaged(story) else self._home_of(born)
        title, body = said.get("title") or f"Issue {number}", said.get("description") or ""
        issue = issues.open_issue(store, home, at, author, title, body, f"github:{number}")
        self._issues[number] = issue
        self._status[number] = "open"
        timeline.put_label(store, issue, at, author, _AREAS[number % len(_AREAS)])
        if number % _UNTYPED_EVERY:
            issues.set_type(
                store, issue, at, author, self._places.types[number % len(self._places.types)]
            )
        if number % _OFF_BOARD_EVERY and home is not self._places.operations:
            entry = boards.put_on_board(store, self._places.board, issue, at, author)
            boards.move(store, entry, at, author, _BOARD_STATUS["open"], is_automated=True)
        for event in born:
            if event.field not in ("title", "description", "team"):
                self._apply(number, event)
        if story.updated_at > at + _ODD_SECONDS:
            put_issue_oddities(store, self._agenda, issue, number, at)

    def _destroy(self, number: int, at: int) -> None:
        """An issue that somebody deletes at once."""
        home = next(iter(self._places.homes.values()), self._places.operations)
        story = f"github:{number}"
        issue = issues.open_issue(self._store, home, at, None, "Secret", "", story)
        issues.delete(self._store, issue, at + 1)

    def _transfer(self, number: int, at: int, to: Node) -> None:
        issue = self._issues[number]
        if issue["repository"] is not to:
            actor = self._people.of(self._story.people[0].person_id)
            issues.transfer(self._store, issue, to, at, actor)

    def _edit(self, number: int, at: int, events: tuple[Event, ...]) -> None:
        if number in self._issues:
            for event in events:
                self._apply(number, event)

    def _apply(self, number: int, event: Event) -> None:
        """One change of the story."""
        store, issue, at = self._store, self._issues[number], event.at
        actor = self._people.of(event.actor_id)
        if event.field == "status":
            self._turn(number, event.new, at, actor)
        elif event.field == "title":
            timeline.rename(store, issue, at, actor, event.new)
        elif event.field == "description":
            issues.edit_body(store, issue, at, event.new)
        elif event.field == "assignee":
            who = self._people.of(event.new) if event.new else None
            timeline.assign(store, issue, at, actor, who)
        elif event.field == "comment":
            timeline.comment(store, issue, at, actor, event.new)
        elif event.field in ("priority", "estimate"):
            self._set_field(issue, event, actor)
        elif event.field in ("sprint", "team"):
            self._place(issue, event, actor)
        else:
            self._link(issue, event, actor)

    def _set_field(self, issue: Node, event: Event, actor: Node | None) -> None:
        field = self._places.fields[event.field]
        value: Any = None
        if event.field == "priority":
            value = _PRIORITIES.get(int(event.new))
        elif event.new is not None:
            value = float(event.new)
        issues.set_field(self._store, issue, event.at, actor, field, value)
        if event.field == "estimate":
            self._estimate(issue, event.at, value)

    def _place(self, issue: Node, event: Event, actor: Node | None) -> None:
        """Another sprint, or another team, to whose repository it goes."""
        if event.field == "sprint":
            stone = self._places.stones.get(event.new)
            is_here = stone is None or stone["repository"] is issue["repository"]
            timeline.plan(self._store, issue, event.at, actor, stone if is_here else None)
            self._iterate(issue, event)
            return
        to = self._places.home_of(event.new)
        if to is not issue["repository"]:
            issues.transfer(self._store, issue, to, event.at, actor)

    def _iterate(self, issue: Node, event: Event) -> None:
        """The board's iteration, which no timeline tells."""
        iteration = self._places.iterations.get(event.new)
        for entry in issue["projectItems"]:
            if iteration is None:
                boards.empty(self._store, entry, event.at, "Iteration")
            else:
                kind = "ProjectV2ItemFieldIterationValue"
                told = iteration | {"iterationId": iteration["id"]}
                del told["id"]
                boards.fill(self._store, entry, event.at, "Iteration", kind, told)

    def _estimate(self, issue: Node, at: int, value: Any) -> None:
        for entry in issue["projectItems"]:
            told = {"number": value or 0.0}
            boards.fill(self._store, entry, at, "Estimate", "ProjectV2ItemFieldNumberValue", told)

    def _link(self, issue: Node, event: Event, actor: Node | None) -> None:
        store, at = self._store, event.at
        other = self._issues.get(event.new) if isinstance(event.new, int) else None
        if other is None or other is issue:
            return
        if event.field == "subtask":
            issues.add_sub_issue(store, issue, other, at, actor)
            if event.new % _TAKEN_OUT_EVERY == 0 and other["parent"] is issue:
                issues.remove_sub_issue(store, issue, other, at + 60, actor)
        elif event.field == "mentions":
            timeline.happen(
                store, other, "CrossReferencedEvent", at, actor, source=issue, target=other,
                isCrossRepository=issue["repository"] is not other["repository"],
                willCloseTarget=False, referencedAt=moment(at), url=issue["url"],
            )  # fmt: skip
        elif event.field == "duplicates":
            timeline.happen(
                store, issue, "MarkedAsDuplicateEvent", at, actor, canonical=other, duplicate=issue,
                isCrossRepository=False,
            )  # fmt: skip

    # Statuses -----------------------------------------------------------------------------------

    def _turn(self, number: int, status: str, at: int, actor: Node | None) -> None:
        """Another status: labels, the board, and whether it is open."""
        store, issue = self._store, self._issues[number]
        before, self._status[number] = self._status[number], status
        if number in self._blockers:
            issues.unblock(store, issue, self._blockers.pop(number), at, actor)
        if status in _REASONS:
            reason = None if number % _OLD_EVERY == 0 else _REASONS[status]
            if not issue["closed"] or issue["stateReason"] != reason:
                timeline.close(store, issue, at, actor, reason)
            if status == "invalid" and number % 2 == 0:
                issues.discuss(store, issue, at + 1, actor)
        elif issue["closed"]:
            timeline.reopen(store, issue, at, actor)
        if label := _STATUS_LABEL.get(before):
            timeline.take_label(store, issue, at, actor, label)
        if label := _STATUS_LABEL.get(status):
            timeline.put_label(store, issue, at, actor, label)
        for entry in issue["projectItems"]:
            column = _BOARD_STATUS.get(status, "Done")
            boards.move(store, entry, at, actor, column, is_automated=column == "Done")
        if status == "stalled" and number % _BLOCKED_EVERY == 0:
            self._block(number, issue, at, actor)

    def _block(self, number: int, issue: Node, at: int, actor: Node | None) -> None:
        blocker = self._issues.get(number - 1)
        if blocker is not None and blocker["id"] in self._store.nodes:
            issues.block(self._store, issue, blocker, at, actor)
            self._blockers[number] = blocker
