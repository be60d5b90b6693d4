"""What really happened to issues and pull requests, written down as it happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.sandbox.github.values import Node

Stay = list[Any]


@dataclass
class ItemTruth:
    """
    One issue or pull request; times are epoch seconds.

    :param story: ``tracker:number`` of an issue of the story, else the name of a pull request or an
        incident; empty for what a test has made.
    :param author: login; None for a ghost.
    :param homes: ``[id, owner/name, number, since]``, the newest last.
    :param states: ``[state, entered at, left at]``, null while the stay lasts, as below; states are
        open, closed:completed, closed:not_planned, closed:duplicate, closed, and merged.
    :param board: stays in the statuses of a board.
    :param labels: stays of labels.
    :param milestones: stays in milestones, by titles.
    :param types: stays in types, by names.
    :param parents: stays under other issues, by the ids that these had then.
    :param reviews: ``[at, login, state]``; a ghost's or a bot's too.
    :param requests: ``[at, login or slug]`` of those who were asked for a review.
    :param dismissals: ``[at, place in reviews]``.
    :param drafts: stays in being a draft, named ``draft``.
    :param pushes: when something was pushed.
    :param commits: ``[object name, authored at]`` of those that the branch has at the end.
    :param links: ``[how, id or key of an issue]`` of the issues that a pull request names: closes,
        connected, cross_reference, keyword, title or branch.
    :param size: additions, deletions and files of a pull request.
    """

    story: str
    created_at: int
    author: str | None = None
    homes: list[Stay] = field(default_factory=list)
    states: list[Stay] = field(default_factory=list)
    board: list[Stay] = field(default_factory=list)
    labels: list[Stay] = field(default_factory=list)
    milestones: list[Stay] = field(default_factory=list)
    types: list[Stay] = field(default_factory=list)
    parents: list[Stay] = field(default_factory=list)
    reviews: list[Stay] = field(default_factory=list)
    requests: list[Stay] = field(default_factory=list)
    dismissals: list[Stay] = field(default_factory=list)
    drafts: list[Stay] = field(default_factory=list)
    pushes: list[int] = field(default_factory=list)
    commits: list[Stay] = field(default_factory=list)
    links: list[Stay] = field(default_factory=list)
    size: tuple[int, ...] = ()
    merged_at: int | None = None
    merge_oid: str | None = None
    discussed_at: int | None = None
    deleted_at: int | None = None

    def enter(self, stays: str, name: str | None, at: int) -> None:
        """End the stay that lasts, if any, and begin another, if any."""
        kept: list[Stay] = getattr(self, stays)
        if kept and kept[-1][2] is None:
            kept[-1][2] = at
        if name is not None:
            kept.append([name, at, None])

    def leave(self, stays: str, name: str, at: int) -> None:
        """End one of several stays."""
        for stay in getattr(self, stays):
            if stay[0] == name and stay[2] is None:
                stay[2] = at

    def settle(self, item: Node, at: int) -> None:
        """It is at home where it now is."""
        home = item["repository"]["nameWithOwner"]
        self.homes.append([item["id"], home, item["number"], at])


def truth_of(item: Node) -> ItemTruth:
    """What is written down of an item."""
    truth: ItemTruth = item["__truth"]
    return truth
