"""The census: finds records that were deleted or hidden, came back, or came into sight."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Page, RecordState
from flowmart.sources.notes import note_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from flowmart.core.window import Window
    from flowmart.sources.base import Source, Transfer

log = logging.getLogger(__name__)

# A census that misses more than this share of all records is not trusted.
_LARGEST_LOSS = 0.5
_SMALL = 20
_RECORDS_PER_PAGE = 100


def take_census(
    source: Source,
    entity: str,
    known: Mapping[str, bool],
    now: datetime,
    covered: Sequence[Window] = (),
    urls: Mapping[str, str] | None = None,
) -> Iterator[Page]:
    """
    List all records of an entity, and find out the state of published ones that are not listed.

    :param source: the instance.
    :param entity: the kind of records.
    :param known: id of every published record -> whether it is marked as gone.
    :param now: time of the census, timezone-aware.
    :param covered: the time that windows have read. A listed record that was updated then and is
        not published came into sight later; the next window reads it.
    :param urls: id -> published address, of records that have one.
    :return: a tombstone for each record that disappeared or came back since the last census, and a
        note for each that came into sight.
    :raises CompletenessError: if so many records are missing that the census cannot be trusted.
    """
    found: dict[str, int] = {}
    for listed in source.census(entity):
        found.update(listed)
    missing = sorted(record for record, gone in known.items() if not gone and record not in found)
    returned = sorted(record for record, gone in known.items() if gone and record in found)
    unread = _unread(source, entity, found, known, covered)
    log.info(
        "%s: census of %s: %s ids; %s of %s published records missing, %s came back, %s never "
        "read: %s",
        source.instance,
        entity,
        len(found),
        len(missing),
        len(known),
        len(returned),
        len(unread),
        "the next window reads them" if returned or unread else "nothing to read again",
    )
    with ThreadPoolExecutor(source.connection.limits.concurrency) as pool:
        addresses = [(urls or {}).get(record) for record in missing]
        found_states = pool.map(partial(source.state_of, entity), missing, addresses)
        states = dict(zip(missing, found_states, strict=True))
    gone = {record: state for record, state in states.items() if state is not RecordState.PRESENT}
    _require_plausible(source, entity, gone, known)
    changed: dict[str, RecordState | Transfer] = {
        **gone,
        **dict.fromkeys(returned, RecordState.PRESENT),
        **dict.fromkeys(unread, RecordState.UNREAD),
    }
    notes = [note_of(record, state, now) for record, state in sorted(changed.items())]
    for start in range(0, len(notes), _RECORDS_PER_PAGE):
        yield Page(notes[start : start + _RECORDS_PER_PAGE])


def _unread(
    source: Source,
    entity: str,
    found: Mapping[str, int],
    known: Mapping[str, bool],
    covered: Sequence[Window],
) -> list[str]:
    """The listed records that windows should have read, but never did."""
    read = [(window.start.timestamp() * 1000, window.end.timestamp() * 1000) for window in covered]
    unread = {
        record
        for record, updated_at in found.items()
        if record not in known and any(start <= updated_at < end for start, end in read)
    }
    if unread:
        unread &= {record for listed in source.wanted(entity) for record in listed}
    return sorted(unread)


def _require_plausible(
    source: Source, entity: str, gone: Mapping[str, object], known: Mapping[str, bool]
) -> None:
    present = sum(not is_gone for is_gone in known.values())
    if len(gone) > max(_SMALL, present * _LARGEST_LOSS):
        raise CompletenessError(
            f"{len(gone)} of {present} records of {entity} are missing: the token's user "
            "has probably lost permissions",
            where=f"{source.instance}: census",
            next_step="check the permissions of the token's user; if the records are really gone, "
            "remove them from the marts with a replay",
        )
