"""What a task's life is to be, and the edits it is told in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.sandbox.company.people_and_projects import Team
    from local.sandbox.company.shapes import Change


@dataclass
class Edit:
    """
    Something that somebody did to a task at an instant; without changes it only moves dateModified.

    :param at: epoch seconds.
    :param author: PHID.
    :param is_creation: whether it made the task.
    """

    at: int
    task_id: int
    author: str
    changes: list[Change]
    is_creation: bool = False


@dataclass(frozen=True)
class Plan:
    """
    What a task's life is to be.

    :param created_at: epoch seconds.
    :param ends_at: epoch seconds; the last edit comes before it.
    :param transitions: how many rows of status and column changes; 0 for a task that nobody
        touches again.
    :param is_finished: whether it ends closed.
    :param team: the team; None for a task that no board has.
    :param is_dragged: whether sprints are given by dragging it over the planning board.
    :param is_old: whether its rows are spelled as old versions of the server did.
    :param duplicate_of: PHID of the task that it is merged into at the end.
    """

    task_id: int
    phid: str
    created_at: int
    ends_at: int
    transitions: int
    is_finished: bool
    team: Team | None
    is_dragged: bool = False
    is_old: bool = False
    duplicate_of: str | None = None
