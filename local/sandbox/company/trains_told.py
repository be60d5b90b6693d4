"""What release trains are: tasks, what held between them, and all that happened, written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.sandbox.company.truth import TaskTruth

if TYPE_CHECKING:
    from local.sandbox.company.plans import Edit
    from local.sandbox.company.shapes import Json


@dataclass
class Stretch:
    """
    Something that held for a while between a task and a thing.

    :param kind: kind of an edge, or ``project``.
    :param other: PHID of the other task or of the project.
    :param since: epoch seconds.
    :param until: epoch seconds; None while it holds.
    """

    task: int
    kind: str
    other: str
    since: int
    by: str
    until: int | None = None
    ended_by: str | None = None


@dataclass
class Planned:
    """
    A task of a train: the train itself, or one in its way.

    :param values: what its row shows besides what every task has.
    """

    task_id: int
    phid: str
    author: str
    created_at: int
    values: Json
    projects: list[str]
    status: str = "open"
    closed: Json = field(default_factory=lambda: {"dateClosed": None, "closerPHID": None})
    truth: TaskTruth = field(default_factory=TaskTruth)


@dataclass(frozen=True)
class Train:
    """
    A release.

    :param runs_at: midnight UTC of its day, epoch seconds.
    """

    task_id: int
    version: str
    conductor: str
    backup: str
    runs_at: int


@dataclass
class Trains:
    """
    What happened, written down while it is invented.

    :param projects: PHIDs of the project of releases and its milestones.
    :param unblocks: (train, blocker's PHID, when, by whom, status before, status after).
    :param mentions: (task, user name, when, by whom).
    """

    projects: list[str] = field(default_factory=list)
    tasks: dict[int, Planned] = field(default_factory=dict)
    trains: list[Train] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    unblocks: list[tuple[int, str, int, str, str, str]] = field(default_factory=list)
    mentions: list[tuple[int, str, int, str]] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)

    def stay(self, task: int, kind: str, other: str) -> Stretch:
        """The stretch that lasts."""
        return next(
            s
            for s in reversed(self.stretches)
            if (s.task, s.kind, s.other, s.until) == (task, kind, other, None)
        )
