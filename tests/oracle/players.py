"""The played trackers side by side: what each is called by, what it does, and what it knows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from local.sandbox.access import ACCESS
from local.sandbox.faults import Faults
from local.sandbox.yandex_tracker.app import TrackerApp
from local.sandbox.yandex_tracker.history import tracker_store
from local.sandbox.yandex_tracker.vocabulary import STATUSES
from local.sandbox.youtrack.app import YouTrackApp
from local.sandbox.youtrack.catalog import CLOSED, STATE_NAMES
from local.sandbox.youtrack.from_story import youtrack_store
from local.sandbox.youtrack.truth import english_names
from local.sandbox.youtrack.workflow import change_state
from tests.oracle.statuses import Visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from local.sandbox.app import SandboxApp
    from local.sandbox.company.story import Story


class Told(NamedTuple):
    """
    What happened to an issue.

    :param visits: its stays in statuses by name, epoch milliseconds.
    :param readable_id: its last key.
    :param project: short name of the project, or key of the queue, that it is in.
    """

    visits: list[Visit]
    readable_id: str
    project: str


class Player(ABC):
    """A tracker of the invented company."""

    source: ClassVar[str]
    statuses: ClassVar[dict[str, tuple[str, bool]]]
    app: SandboxApp

    @property
    def faults(self) -> Faults:
        """The faults in force."""
        return self.app.faults

    @property
    def path(self) -> str:
        """Where the API begins below the server's address."""
        return ""

    @property
    def token(self) -> str:
        """The token that the server takes."""
        return ACCESS[self.source].token

    @property
    def extra(self) -> dict[str, str]:
        """The connection's extra."""
        return ACCESS[self.source].extra

    @abstractmethod
    def live_on(self) -> None:
        """Reopen, finish and move some issues, as people do."""

    @abstractmethod
    def lose(self) -> dict[str, str]:
        """Destroy an issue and hide another from the reader: id -> what the API tells of it."""

    @abstractmethod
    def truth(self) -> dict[str, Told]:
        """What happened to each issue that the reader sees."""

    @abstractmethod
    def name_of(self, status_id: str) -> str:
        """What the truth calls a status."""


class TrackerPlayer(Player):
    """Yandex Tracker, whose wall stands at 300 rows: a month does not fit."""

    source = "yandex_tracker"
    # Spelled out from the types of the statuses that the server tells.
    statuses: ClassVar = {
        "open": ("todo", False),
        "needInfo": ("in_progress", True),
        "inProgress": ("in_progress", False),
        "resolved": ("done", False),
        "closed": ("done", False),
        "rejected": ("done", False),
        "cancelled": ("done", False),
    }

    def __init__(self, story: Story) -> None:
        self.store = tracker_store(story)
        self.app = TrackerApp(self.store, Faults(), row_limit=300)

    def live_on(self) -> None:
        issues = self.store.visible()[::40]
        queues = list(self.store.organization.queues)
        for number, issue in enumerate(issues):
            at = self.store.now + 1000 * number
            self.store.change_status(issue.id, "inProgress", at + 10)
            self.store.move(issue.id, queues[number % len(queues)], at + 20)
            self.store.change_status(issue.id, "resolved" if number % 2 else "needInfo", at + 30)

    def lose(self) -> dict[str, str]:
        destroyed, hidden = (issue.id for issue in self.store.visible()[7:9])
        self.store.destroy(destroyed, self.store.now)
        self.store.hide(hidden, self.store.now)
        return {destroyed: "deleted", hidden: "access_lost"}

    def truth(self) -> dict[str, Told]:
        told = self.store.told_truth()
        visible = {issue.id for issue in self.store.visible()}
        return {
            issue_id: Told(visits(issue["stays"]), issue["key"], issue["queues"][-1][0])
            for issue_id, issue in told.items()
            if issue_id in visible
        }

    def name_of(self, status_id: str) -> str:
        return next(key for key, status in STATUSES.items() if status.id == status_id)


class YouTrackPlayer(Player):
    """YouTrack, whose pages hold 100 rows at most."""

    source = "youtrack"
    statuses: ClassVar = {
        name: ("done", False) for value, name in STATE_NAMES.items() if value in CLOSED
    } | {
        STATE_NAMES["open"]: ("todo", False),
        STATE_NAMES["progress"]: ("in_progress", False),
        STATE_NAMES["stalled"]: ("in_progress", True),
    }

    def __init__(self, story: Story) -> None:
        self.store = youtrack_store(story)
        self.app = YouTrackApp(self.store, self.token, Faults(), largest_page=100)
        self._names = english_names(self.store.projects)

    @property
    def path(self) -> str:
        return "/youtrack"

    def live_on(self) -> None:
        issues = self.store.visible_issues()[::40]
        projects = [project.short_name for project in self.store.projects]
        for number, issue in enumerate(issues):
            at = self.store.clock + 1000
            change_state(self.store, issue.issue_id, "progress", at + 10)
            if issue.project.short_name != (target := projects[number % len(projects)]):
                self.store.move(issue.issue_id, target, at + 20)
            status = "resolved" if number % 2 else "stalled"
            change_state(self.store, issue.issue_id, status, at + 30)

    def lose(self) -> dict[str, str]:
        destroyed, hidden = (issue.issue_id for issue in self.store.visible_issues()[7:9])
        self.store.destroy(destroyed)
        self.store.hide(hidden)
        return {destroyed: "missing", hidden: "missing"}

    def truth(self) -> dict[str, Told]:
        visible = {issue.issue_id for issue in self.store.visible_issues()}
        slugs = {project.project_id: project.short_name for project in self.store.projects}
        return {
            issue_id: Told(
                visits(issue.states), issue.readable_ids[-1][0], slugs[issue.projects[-1][0]]
            )
            for issue_id, issue in self.store.truth.items()
            if issue_id in visible
        }

    def name_of(self, status_id: str) -> str:
        return self._names[status_id]


def visits(stays: Iterable[Sequence[Any]]) -> list[Visit]:
    """A truth's stays; it does not say who ended them."""
    return [Visit(*stay, None) for stay in stays]


PLAYERS: dict[str, type[Player]] = {
    player.source: player for player in (TrackerPlayer, YouTrackPlayer)
}
