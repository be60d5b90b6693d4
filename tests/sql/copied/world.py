"""Small trackers whose projects, sprints, statuses and settings change, one thing at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flowmart.sources.base import Record
    from flowmart.transform.contract import Contract
    from flowmart.transform.project import Project
    from flowmart.transform.runner import BatchContext

ADDED, REMOVED = "a row that comes", "a row that goes"


@dataclass
class World:
    """
    A tracker and the configuration of its instance.

    :param tracker: what the source holds.
    :param snapshots: the streams that are read whole.
    :param context: the configuration.
    """

    tracker: Any
    snapshots: tuple[str, ...]
    context: BatchContext

    def records(self, *streams: str) -> dict[str, list[Record]]:
        """Some streams, or all of them."""
        return {
            stream: list(self.tracker.streams.get(stream, {}).values())
            for stream in streams or self.tracker.streams
        }

    def configure(self, **settings: Any) -> None:
        """Change the configuration."""
        self.context = replace(self.context, **settings)

    def remove(self, stream: str, record_id: str) -> None:
        """Take a row out of a snapshot."""
        del self.tracker.streams[stream][record_id]


@dataclass(frozen=True)
class Change:
    """
    Something that happens to a dimension's rows.

    :param marks: the marked columns that it changes, or :data:`ADDED` and :data:`REMOVED`.
    :param apply: brings it about.
    :param touched: numbers of the issues that show it.
    """

    marks: tuple[str, ...]
    apply: Callable[[World], None]
    touched: set[int]


@dataclass(frozen=True)
class Walk:
    """
    All that can happen to what the facts of one source copy.

    :param make: a world in which nothing has changed yet.
    :param changes: dimension -> its changes, each of which builds upon those before it.
    :param fixed: marked column -> why no row of this source can have another value of it.
    :param number: of the issue with an id.
    """

    make: Callable[[], World]
    changes: Mapping[str, tuple[Change, ...]]
    fixed: Mapping[str, str]
    number: Callable[[str], int]


def marks(project: Project) -> dict[str, set[str]]:
    """Dimension -> its columns that contracts mark, and that its rows come and go."""
    return {
        model.name: {*_marks(model.contract), ADDED, REMOVED}
        for model in project.published()
        if model.contract.copied_into_facts
    }


def _marks(contract: Contract) -> Iterator[str]:
    copied = contract.copied_into_facts
    assert copied
    for shown in copied.shown:
        by = f" by {shown.key}" if shown.key else ""
        rows = f" where {shown.rows}" if shown.rows != "true" else ""
        for column in shown.columns:
            yield f"{column}{by}{rows}"
