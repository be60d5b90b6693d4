"""The interface of a source."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from flowmart.core.errors import ConfigError
from flowmart.http.limits import Limits
from flowmart.sources.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from flowmart.core.window import Window
    from flowmart.sources.declaration import SourceSpec


@dataclass(frozen=True)
class SourceConnection:
    """
    How to reach one instance. Its ``repr`` does not contain the token.

    :param base_url: URL of the instance, without the API's path.
    :param token: API token.
    :param verify: whether to check certificates, or the path of a CA file to check them with.
    :param timeout_seconds: for connecting, and between two reads of a response.
    :param extra: further settings of this source.
    :param limits: rate limit and request budget.
    :param dsn: of the database, where the connection is of one.
    """

    base_url: str
    token: str = field(repr=False)
    verify: bool | str = True
    timeout_seconds: float = 30
    extra: dict[str, Any] = field(default_factory=dict, repr=False)
    limits: Limits = field(default_factory=Limits)
    dsn: str = field(default="", repr=False)


class Record(NamedTuple):
    """
    One version of a record, as sent by the source.

    :param record_id: the source's immutable id.
    :param parent_id: id of the record that it belongs to, such as an issue; ``None`` for records of
        entities and snapshots.
    :param version: grows with every change; the higher of two versions is the later one.
    :param payload: the source's JSON object, as unchanged text on one line.
    """

    record_id: str
    parent_id: str | None
    version: int
    payload: bytes


class Page(NamedTuple):
    """
    The records of one answer.

    :param records: in the order of the answer; may be empty.
    :param source_total: number of records of the stream according to the source, if it says so.
    :param resume: value of ``after`` with which :meth:`Source.read` continues after this page, as
        JSON; ``None`` if it cannot.
    :param vanished: ids of records of the entity whose children cannot be read completely, because
        they were deleted or hidden since. They are left out of the batch.
    """

    records: list[Record]
    source_total: int | None = None
    resume: Any = None
    vanished: tuple[str, ...] = ()


class RecordState(StrEnum):
    """
    State of a record, as a census or a run that could not read it has found.

    ``MISSING`` is for sources that do not distinguish deleted records from hidden ones,
    ``TRANSFERRED`` for those where a record that moves becomes another one. ``UNREAD``
    is the state of one that is there, or was, but has not been read: the next window reads it.
    """

    PRESENT = "present"
    DELETED = "deleted"
    ACCESS_LOST = "access_lost"
    MISSING = "missing"
    TRANSFERRED = "transferred"
    UNREAD = "unread"


class Transfer(NamedTuple):
    """
    A record has become another one.

    :param record_id: id of that one.
    """

    record_id: str


class Source(ABC):
    """
    Reads one instance.

    :param spec: the source's declaration.
    :param connection: how to reach the instance.
    :param instance: its name, for errors and logs.
    :param options: the instance's ``options`` in ``flowmart.yaml``, as :attr:`options_model` says.
    """

    options_model: ClassVar[type[Options]] = Options
    """The options that instances may have: none, unless a source has a model of its own."""

    def __init__(
        self,
        spec: SourceSpec,
        connection: SourceConnection,
        instance: str,
        options: Mapping[str, Any],
    ) -> None:
        self.spec = spec
        self.connection = connection
        self.instance = instance

    @property
    @abstractmethod
    def requests_made(self) -> int:
        """How many requests were sent so far, retries included."""

    @abstractmethod
    def check(self) -> None:
        """
        Check the credentials with a cheap call.

        :raises AuthError: if they are refused.
        :raises SourceUnavailableError: if the instance cannot be reached.
        """

    def read(
        self, stream: str, window: Window, parents: Iterable[Record], after: Any = None
    ) -> Iterator[Page]:
        """
        Read one stream, page by page.

        :param stream: name of a declared stream.
        :param window: the data interval; ignored by snapshots, which are read in full.
        :param parents: landed records of the entity for a child stream, else empty.
        :param after: ``resume`` of the last page that an earlier try has landed.
        :raises ConfigError: if there is no such stream.
        :raises FlowmartError: if the stream cannot be read to its end.
        """
        spec = self.spec.streams.get(stream)
        match spec.kind if spec else None:
            case "window":
                return self.read_window(stream, window, after)
            case "child":
                return self.read_children(stream, window, parents, after)
            case "snapshot":
                return self.read_snapshot(stream, after)
        raise ConfigError(
            f"There is no stream {stream!r}",
            where=self.instance,
            next_step=f"use one of {', '.join(self.spec.streams)}",
        )

    @abstractmethod
    def read_window(self, stream: str, window: Window, after: Any) -> Iterator[Page]:
        """Read the records whose last update is in a window; parameters as in :meth:`read`."""

    @abstractmethod
    def read_children(
        self, stream: str, window: Window, parents: Iterable[Record], after: Any
    ) -> Iterator[Page]:
        """Read the children of records, up to the window's end; parameters as in :meth:`read`."""

    @abstractmethod
    def read_snapshot(self, stream: str, after: Any) -> Iterator[Page]:
        """Read all records of a dictionary; parameters as in :meth:`read`."""

    @abstractmethod
    def read_records(self, entity: str, window: Window, ids: Sequence[str]) -> Iterator[Page]:
        """
        Read some records of an entity as they are now, in the form of its window stream.

        :param entity: the kind of records.
        :param window: records that were updated at its end or later are left out.
        :param ids: immutable ids; those that the source does not show are left out.
        """

    @abstractmethod
    def census(self, entity: str) -> Iterator[dict[str, int]]:
        """
        List all records of an entity that are visible to the token's user, in pages.

        :return: id -> time of the last update, in milliseconds since the epoch.
        :raises FlowmartError: if the list cannot be read to its end.
        """

    def wanted(self, entity: str) -> Iterator[dict[str, int]]:
        """List like :meth:`census`, but only the records that windows read: options may say so."""
        return self.census(entity)

    @abstractmethod
    def state_of(
        self, entity: str, record_id: str, url: str | None = None
    ) -> RecordState | Transfer:
        """
        Ask for the state of a record that a census did not find; thread-safe.

        :param entity: the kind of record.
        :param record_id: its immutable id.
        :param url: its published address for people, if it has one.
        """

    def verify(
        self,
        window: Window,
        landed: Callable[[str], Iterable[Record]],
    ) -> dict[str, list[Page]]:
        """
        Compare the landed streams of a window with each other, after all of them have landed.

        :param window: the data interval.
        :param landed: returns the landed records of a stream; may be called more than once.
        :return: stream -> rows that only a second read found, to be landed as another attempt.
        :raises CompletenessError: if rows are still missing.
        """
        return {}
