"""What Flowmart asks of a session that publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from flowmart.engines.base import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flowmart.engines.base import Executor


class Publication(Session, Protocol):
    """
    A session whose changes to published tables become visible together, at its end.

    An exception leaves the published tables as they were.
    """

    @property
    def stores_sums(self) -> bool:
        """Whether sums over facts are tables; the same as the engine's."""
        ...

    def add_sums(
        self, table: str, changes: str, by: Sequence[str], values: Sequence[str], count: str
    ) -> int:
        """
        Add changes to a table of sums, and delete groups without rows.

        :param table: qualified name; its groups are unique, nulls included.
        :param changes: qualified name of the table with the differences, with the same columns.
        :param by: columns that identify a group.
        :param values: columns to add up.
        :param count: the one among them that counts a group's rows.
        :return: number of groups with a negative count of rows, which means a wrong table.
        """
        ...

    def table(self, name: str) -> str:
        """
        The table to write instead of a published one; it holds what is published.

        On ClickHouse this clones the table, so use :meth:`current` for reading.

        :param name: name of a published model, or :data:`flowmart.engines.base.PUBLISHED_KEYS`.
        """
        ...

    def current(self, name: str) -> str:
        """
        The table to read instead of a published one: with the changes of this publication.

        The name is valid until :meth:`table` is called for the same table.

        :param name: as for :meth:`table`.
        """
        ...

    def when_published(self, write: Callable[[Executor], None]) -> None:
        """
        Register a write that belongs to the publication: it happens in the same transaction, or
        right after publishing on an engine without transactions.

        :param write: called once with the session or engine to write with.
        """
        ...
