"""An issue and what hangs on it, in no language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.sandbox.yandex_tracker.values import Value


@dataclass(slots=True)
class Comment:
    """
    A comment.

    :param id: ascends over all issues.
    :param long_id: 24 hexadecimal digits.
    :param at: epoch milliseconds.
    :param author: id of a person.
    """

    id: int
    long_id: str
    text: str
    at: int
    author: str


@dataclass(slots=True)
class Worklog:
    """
    Time that somebody spent.

    :param id: ascends over all issues.
    :param at: epoch milliseconds at which it was written down.
    :param author: id of a person.
    :param start: epoch milliseconds at which the work began.
    """

    id: int
    at: int
    author: str
    start: int
    minutes: int


@dataclass(slots=True)
class Link:
    """
    One side of a link; both sides have the same id.

    :param type: key of its type.
    :param direction: ``outward`` on the main issue, ``inward`` on the other.
    :param other: id of the issue at the other end.
    :param at: epoch milliseconds.
    :param author: id of a person.
    """

    id: int
    type: str
    direction: str
    other: str
    at: int
    author: str


@dataclass(slots=True)
class Change:
    """
    One entry of a changelog.

    :param at: epoch milliseconds.
    :param author: id of a person.
    :param type: such as IssueWorkflow.
    :param fields: (field id, value before, value after) each.
    """

    id: str
    at: int
    author: str
    type: str
    fields: list[tuple[str, Value, Value]]
    comment: Comment | None = None
    worklog: Worklog | None = None
    link: Link | None = None


@dataclass(slots=True)
class Issue:
    """
    An issue as it is now.

    :param id: 24 hexadecimal digits; never changes.
    :param created_at: epoch milliseconds.
    :param created_by: id of a person.
    :param updated_at: epoch milliseconds.
    :param updated_by: id of a person.
    :param fields: field id -> value; empty fields are left out.
    :param aliases: the keys it had before.
    :param version: grows with every entry of the changelog.
    """

    id: str
    created_at: int
    created_by: str
    updated_at: int
    updated_by: str
    fields: dict[str, Any] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)
    version: int = 0
    changelog: list[Change] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    worklogs: list[Worklog] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The key that it has now."""
        key: str = self.fields["key"]
        return key

    @property
    def queue(self) -> str:
        """Key of the queue it is in."""
        queue: str = self.fields["queue"].id
        return queue

    @property
    def status(self) -> str:
        """Key of its status."""
        status: str = self.fields["status"].id
        return status
