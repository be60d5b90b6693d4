"""The census: finds records that were deleted or hidden, and records that came back."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Page, Record, RecordState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from flowmart.sources.base import Source

log = logging.getLogger(__name__)

# A census that misses more than this share of all records is not trusted.
_LARGEST_LOSS = 0.5
_SMALL = 20
_RECORDS_PER_PAGE = 100


def take_census(
    source: Source, entity: str, known: Mapping[str, bool], now: datetime
) -> Iterator[Page]:
    """
    List all ids of an entity, and find out the state of published records that are not listed.

    :param source: the instance.
    :param entity: the kind of records.
    :param known: id of every published record -> whether it is marked as gone.
    :param now: time of the census, timezone-aware.
    :return: a tombstone for each record that disappeared or came back since the last census.
    :raises CompletenessError: if so many records are missing that the census cannot be trusted.
    """
    found: set[str] = set()
    for ids in source.census(entity):
        found.update(ids)
    missing = sorted(record for record, gone in known.items() if not gone and record not in found)
    returned = sorted(record for record, gone in known.items() if gone and record in found)
    log.info(
        "%s: census of %s: %s ids; %s of %s published records missing, %s came back",
        source.instance,
        entity,
        len(found),
        len(missing),
        len(known),
        len(returned),
    )
    with ThreadPoolExecutor(source.connection.limits.concurrency) as pool:
        found_states = pool.map(partial(source.state_of, entity), missing)
        states = dict(zip(missing, found_states, strict=True))
    gone = {record: state for record, state in states.items() if state is not RecordState.PRESENT}
    _require_plausible(source, entity, gone, known)
    changed = {**gone, **dict.fromkeys(returned, RecordState.PRESENT)}
    tombstones = [_tombstone(record, state, now) for record, state in sorted(changed.items())]
    for start in range(0, len(tombstones), _RECORDS_PER_PAGE):
        yield Page(tombstones[start : start + _RECORDS_PER_PAGE])


def _require_plausible(
    source: Source, entity: str, gone: Mapping[str, RecordState], known: Mapping[str, bool]
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


def _tombstone(record_id: str, state: RecordState, now: datetime) -> Record:
    found_at_ms = int(now.timestamp() * 1000)
    payload = {"record_id": record_id, "record_state": state.value, "found_at_ms": found_at_ms}
    return Record(record_id, record_id, found_at_ms, msgspec.json.encode(payload))
