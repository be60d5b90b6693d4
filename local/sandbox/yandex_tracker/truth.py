"""What really happened to an issue, for tests to compare with what was read over the API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.sandbox.yandex_tracker.values import millis
from local.sandbox.yandex_tracker.vocabulary import STATUS_OF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.sandbox.company.story import IssueStory
    from local.sandbox.yandex_tracker.values import Json


@dataclass
class IssueTruth:
    """
    One issue; times are epoch milliseconds.

    :param queues: (queue, since when) each.
    :param stays: [status, entered at, left at] each; None while the stay lasts.
    :param keys: every key it had, the present one last.
    :param is_deleted: whether it was destroyed or hidden while it was being served.
    """

    created_at: int
    queues: list[tuple[str, int]] = field(default_factory=list)
    stays: list[tuple[str, int, int | None]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    is_deleted: bool = False

    def enter_status(self, status: str, at: int) -> None:
        """End the stay that lasts and begin another."""
        if self.stays:
            self.stays[-1] = (*self.stays[-1][:2], at)
        self.stays.append((status, at, None))

    def told(self) -> Json:
        """As plain values."""
        return {
            "key": self.keys[-1],
            "aliases": self.keys[:-1],
            "queues": self.queues,
            "stays": self.stays,
            "created_at": self.created_at,
            "is_deleted": self.is_deleted,
        }


def truth_of(issue: IssueStory, queue_of: Mapping[str, str]) -> IssueTruth:
    """
    What a story says of an issue.

    :param queue_of: team id -> key of its queue.
    """
    truth = IssueTruth(millis(issue.created_at))
    statuses = [event for event in issue.events if event.field == "status"]
    if not statuses or statuses[0].old is not None:
        truth.enter_status("open", truth.created_at)
    for event in statuses:
        truth.enter_status(STATUS_OF[event.new], millis(event.at))
    truth.queues = [(queue_of[e.new], millis(e.at)) for e in issue.events if e.field == "team"]
    return truth
