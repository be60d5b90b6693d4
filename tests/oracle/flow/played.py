"""The three trackers as the sandbox plays them: read by a run's code, and lived in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from flowmart.core.window import Window
from flowmart.sources.base import SourceConnection
from flowmart.sources.census import take_census
from flowmart.sources.registry import make_source
from local.sandbox.access import ACCESS
from local.sandbox.company import shapes
from local.sandbox.company.generator import generate
from local.sandbox.company.story import tell
from local.sandbox.faults import Faults
from local.sandbox.phabricator.conduit import Conduit
from local.sandbox.server import listening
from local.sandbox.yandex_tracker.app import TrackerApp
from local.sandbox.yandex_tracker.history import tracker_store
from local.sandbox.yandex_tracker.values import Ref
from local.sandbox.youtrack.app import YouTrackApp
from local.sandbox.youtrack.from_story import youtrack_store
from local.sandbox.youtrack.workflow import change_state
from tests.oracle.flow.phabricator import phabricator_world
from tests.oracle.flow.yandex_tracker import yandex_tracker_world
from tests.oracle.flow.youtrack import youtrack_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.sources.base import Record, Source
    from tests.oracle.flow.history import World

UNTIL = date(2026, 11, 23)
WHOLE = Window(datetime(2000, 1, 1, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC))
AFTERWARDS = Window(WHOLE.end, datetime(2027, 3, 1, tzinfo=UTC))
_MONDAY = 1_796_029_200  # 2026-11-30T09:00:00Z
_HOUR, _DAY = 3600, 86_400


class Played(ABC):
    """
    A tracker of the invented company.

    :param issues: how many the reader sees.
    :param days: length of the history.
    """

    source: ClassVar[str]

    def __init__(self, seed: int, issues: int, days: int) -> None:
        self._generated = generate(seed=seed, tasks=issues, days=days, until=UNTIL)
        self.found()

    @abstractmethod
    def found(self) -> None:
        """Build the store."""

    @property
    @abstractmethod
    def app(self) -> Any:
        """What serves it."""

    @abstractmethod
    def world(self) -> World:
        """What it holds now."""

    @abstractmethod
    def edit(self, issue_id: str, field: str, value: Any, at: int) -> None:
        """
        Change an issue.

        :param field: status (in the story's words), type, project or sprint (the number of one in
            the order of the world), priority or estimate.
        :param at: epoch seconds.
        """

    def read(self, window: Window) -> dict[str, list[Record]]:
        """All streams of a window, in the order in which a run extracts them."""
        records: dict[str, list[Record]] = {}
        with self._source() as source:
            streams = source.spec.streams
            chosen = [
                name
                for kind in ("snapshot", "window", "child")
                for name, spec in streams.items()
                if spec.kind == kind and not spec.optional
            ]
            for name in chosen:
                issues = records.get(source.spec.entities["issue"].stream, ())
                pages = source.read(name, window, issues)
                records[name] = [record for page in pages for record in page.records]
            for name, found in source.verify(window, lambda name: iter(records[name])).items():
                records[name] += [record for page in found for record in page.records]
        return records

    @contextmanager
    def _source(self) -> Iterator[Source]:
        """A source as a task makes it, of a running server."""
        access = ACCESS[self.source]
        with listening(self.app) as url:
            address = url + access.path.removeprefix("/tracker")
            connection = SourceConnection(address, access.token, extra=access.extra)
            yield make_source(self.source, connection, self.source, {})

    @abstractmethod
    def lose(self, destroyed: str, hidden: str) -> None:
        """Destroy an issue, and hide another from the reader."""

    def census(self, seen: list[str]) -> dict[str, list[Record]]:
        """
        What a census tells of issues.

        :param seen: the ids of those that were there.
        """
        with self._source() as source:
            found = take_census(source, "issue", dict.fromkeys(seen, False), WHOLE.end)
            return {"issue_tombstones": [record for page in found for record in page.records]}

    def live_on(self) -> None:
        """What people do to every seventh issue in the week after."""
        for number, issue_id in enumerate(list(self.world().histories)[::7]):
            for step, (after, field, value) in enumerate(_LIVES[number % len(_LIVES)]):
                self.edit(issue_id, field, value, _MONDAY + number * 60 + after + step)


_LIVES: list[list[tuple[int, str, Any]]] = [
    # Delivered, handed over, taken up again, delivered by the others.
    [(0, "status", "progress"), (_HOUR, "status", "resolved"), (2 * _HOUR, "project", 1),
     (_DAY, "status", "progress"), (2 * _DAY, "status", "resolved"), (3 * _DAY, "project", 0)],
    # Of another type while it is worked on, and again when it is done.
    [(0, "status", "progress"), (_HOUR, "type", 0), (_DAY, "status", "resolved"),
     (2 * _DAY, "type", 1), (2 * _DAY, "estimate", 21.0), (2 * _DAY, "priority", 0)],
    # Done by mistake, and waiting for a moment.
    [(0, "status", "progress"), (60, "status", "resolved"), (80, "status", "progress"),
     (100, "status", "stalled"), (130, "status", "progress"), (_DAY, "status", "wontfix")],
    # From sprint to sprint, in and after work.
    [(0, "sprint", 0), (_HOUR, "status", "progress"), (_DAY, "sprint", 1),
     (_DAY + _HOUR, "status", "resolved"), (2 * _DAY, "sprint", 2)],
    # Closed as something else in the end, and reopened.
    [(0, "status", "resolved"), (_DAY, "status", "duplicate"), (2 * _DAY, "status", "open")],
]  # fmt: skip


class Phabricator(Played):
    source = "phabricator"

    def found(self) -> None:
        self.store = self._generated.store

    @property
    def app(self) -> Any:
        return Conduit(self.store, ACCESS[self.source].token, Faults()).app

    def world(self) -> World:
        return phabricator_world(self.store)

    def edit(self, issue_id: str, field: str, value: Any, at: int) -> None:
        task = self.store.tasks[self.store.task_ids[issue_id]]
        fields, projects = task["fields"], task["attachments"]["projects"]["projectPHIDs"]
        world = self.world()
        if field == "status":
            if fields["status"]["value"] != value:
                self.store.change_status(task["id"], value, at)
            return
        if field in ("project", "sprint"):
            known = list(world.projects if field == "project" else world.sprints)
            others = world.projects if field == "project" else world.sprints
            went = [phid for phid in projects if phid in others]
            came = [phid for phid in [known[value]] if phid not in went]
            went = [phid for phid in went if phid != known[value]]
            projects[:] = [phid for phid in projects if phid not in went] + came
            change = shapes.projects(came, went)
        elif field == "type":
            old, fields["subtype"] = fields["subtype"], ("bug", "epic")[value]
            change = shapes.Change(
                None, "core:subtype", "changed the subtype.", {}, old, fields["subtype"]
            )
        elif field == "priority":
            old = fields["priority"]["value"]
            fields["priority"] |= {"value": value, "name": shapes.PRIORITY_NAMES[value]}
            change = shapes.priority(old, value)
        else:
            old = fields["points"]
            fields["points"] = str(value)
            change = shapes.points(old and float(old), value)
        self.store.record(task["id"], self.store.reader["phid"], at, [change])

    def lose(self, destroyed: str, hidden: str) -> None:
        self.store.destroy(self.store.task_ids[destroyed])
        self.store.hide(self.store.task_ids[hidden])


class YandexTracker(Played):
    source = "yandex_tracker"

    def found(self) -> None:
        self.store = tracker_store(tell(self._generated))

    @property
    def app(self) -> Any:
        return TrackerApp(self.store, Faults()).app

    def world(self) -> World:
        return yandex_tracker_world(self.store)

    def edit(self, issue_id: str, field: str, value: Any, at: int) -> None:
        store, at = self.store, at * 1000
        issue, author = store.issues[issue_id], store.organization.reader.uid
        if field == "status":
            if issue.status != (status := _TRACKER_STATUS[value]):
                store.change_status(issue_id, status, at)
        elif field == "project":
            queue = list(store.organization.queues)[value]
            if queue != issue.queue:
                store.move(issue_id, queue, at)
        else:
            name, new = self._told(field, value)
            store.save(issue, at, author, "IssueUpdated", {name: new})

    def _told(self, field: str, value: Any) -> tuple[str, Any]:
        if field == "type":
            return "type", Ref("issuetypes", ("bug", "story")[value])
        if field == "sprint":
            return "sprint", (Ref("sprints", list(self.store.organization.sprints)[value]),)
        if field == "priority":
            return "priority", Ref("priorities", "trivial")
        return "storyPoints", value

    def lose(self, destroyed: str, hidden: str) -> None:
        self.store.destroy(destroyed, self.store.now)
        self.store.hide(hidden, self.store.now)


_TRACKER_STATUS = {
    "open": "open", "progress": "inProgress", "stalled": "needInfo", "resolved": "resolved",
    "wontfix": "closed", "duplicate": "cancelled",
}  # fmt: skip


class YouTrack(Played):
    source = "youtrack"

    def found(self) -> None:
        self.store = youtrack_store(tell(self._generated))

    @property
    def app(self) -> Any:
        return YouTrackApp(self.store, ACCESS[self.source].token, Faults()).app

    def world(self) -> World:
        return youtrack_world(self.store)

    def edit(self, issue_id: str, field: str, value: Any, at: int) -> None:
        store, at = self.store, at * 1000 + 1
        issue, author = store.issues[issue_id], store.people.reader
        if field == "status":
            change_state(store, issue_id, value, at)
        elif field == "project":
            project = store.projects[value]
            if project is not issue.project:
                store.move(issue_id, project.short_name, at)
        elif field == "sprint":
            # An issue can only be in sprints of boards that show its project.
            own = [b for b in store.boards if b["projects"][0]["id"] == issue.project.project_id]
            if own and (sprint := own[0]["sprints"][value]) is not issue.sprint:
                store.change_sprint(issue, sprint, at, author)
        else:
            key = "points" if field == "estimate" else field
            if field == "type":
                value = issue.project.element(key, ("bug", "story")[value])
            elif field == "priority":
                value = issue.project.element(key, str(value))
            store.set_value(issue, key, value, at, author)

    def lose(self, destroyed: str, hidden: str) -> None:
        self.store.destroy(destroyed)
        self.store.hide(hidden)


PLAYED: dict[str, type[Played]] = {
    played.source: played for played in (Phabricator, YandexTracker, YouTrack)
}
