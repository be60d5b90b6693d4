"""What really happened, written down while it is invented: tests compare marts with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class Visit:
    """
    One stay in a status.

    :param status: the status' value.
    :param entered_at: epoch seconds.
    :param left_at: epoch seconds; None while the stay lasts.
    """

    status: str
    entered_at: int
    left_at: int | None = None


@dataclass
class ColumnVisit:
    """
    One stay in a column of a workboard. Joining a board means standing in its default column,
    which writes no transaction; leaving its project ends the stay.

    :param board: PHID of the board's project.
    :param column: PHID of the column.
    :param entered_at: epoch seconds.
    :param left_at: epoch seconds; None while the stay lasts.
    """

    board: str
    column: str
    entered_at: int
    left_at: int | None = None


@dataclass
class ProjectStay:
    """
    One stay in a project or milestone.

    :param project: PHID.
    :param came_at: epoch seconds.
    :param left_at: epoch seconds; None while the stay lasts.
    """

    project: str
    came_at: int
    left_at: int | None = None


@dataclass
class TaskTruth:
    """
    The stays of one task, each list in the order of events.

    :param statuses: stays in statuses, the first from creation on.
    :param columns: stays in columns, of all boards.
    :param projects: stays in projects and milestones.
    """

    statuses: list[Visit] = field(default_factory=list)
    columns: list[ColumnVisit] = field(default_factory=list)
    projects: list[ProjectStay] = field(default_factory=list)

    def enter_status(self, status: str, at: int) -> None:
        """End the stay that lasts and begin another."""
        if self.statuses:
            self.statuses[-1].left_at = at
        self.statuses.append(Visit(status, at))

    def enter_column(self, board: str, column: str, at: int) -> None:
        """End the stay that lasts on the board, if any, and begin another."""
        self.leave_board(board, at)
        self.columns.append(ColumnVisit(board, column, at))

    def leave_board(self, board: str, at: int) -> None:
        """End the stay that lasts on the board, if any."""
        for visit in self.columns:
            if visit.board == board and visit.left_at is None:
                visit.left_at = at

    def change_projects(self, projects: Iterable[str], at: int) -> None:
        """End the stays in all other projects, and begin those that do not last yet."""
        lasting = {stay.project for stay in self.projects if stay.left_at is None}
        wanted = list(projects)
        for stay in self.projects:
            if stay.left_at is None and stay.project not in wanted:
                stay.left_at = at
        self.projects += [ProjectStay(p, at) for p in wanted if p not in lasting]
