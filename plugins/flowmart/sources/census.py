"""The census: which records a source no longer shows, and what became of them."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Fate, Page, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from flowmart.sources.base import Source

log = logging.getLogger(__name__)

# More than this share of all records does not vanish between two sweeps.
_LARGEST_LOSS = 0.5
_SMALL = 20
_RECORDS_PER_PAGE = 100


def take_census(
    source: Source, entity: str, known: Mapping[str, bool], now: datetime
) -> Iterator[Page]:
    """
    Sweep over all ids of an entity, and find out what became of those that are not found.

    :param source: the instance.
    :param entity: the kind of records.
    :param known: id of every published record -> whether it is taken for gone.
    :param now: moment of the sweep, timezone-aware.
    :return: a tombstone per record that vanished or came back since the sweep before.
    :raises CompletenessError: if so many are gone that the sweep cannot be trusted.
    """
    found: set[str] = set()
    for ids in source.census(entity):
        found.update(ids)
    vanished = sorted(record for record, gone in known.items() if not gone and record not in found)
    returned = sorted(record for record, gone in known.items() if gone and record in found)
    log.info(
        "%s: census of %s: %s found; %s of %s published ones not found, %s came back",
        source.instance,
        entity,
        len(found),
        len(vanished),
        len(known),
        len(returned),
    )
    with ThreadPoolExecutor(source.connection.limits.concurrency) as pool:
        fates = dict(zip(vanished, pool.map(partial(source.fate, entity), vanished), strict=True))
    gone = {record: fate for record, fate in fates.items() if fate is not Fate.PRESENT}
    _require_plausible(source, entity, gone, known)
    changed = {**gone, **dict.fromkeys(returned, Fate.PRESENT)}
    tombstones = [_tombstone(record, fate, now) for record, fate in sorted(changed.items())]
    for start in range(0, len(tombstones), _RECORDS_PER_PAGE):
        yield Page(tombstones[start : start + _RECORDS_PER_PAGE])


def _require_plausible(
    source: Source, entity: str, gone: Mapping[str, Fate], known: Mapping[str, bool]
) -> None:
    present = sum(not is_gone for is_gone in known.values())
    if len(gone) > max(_SMALL, present * _LARGEST_LOSS):
        raise CompletenessError(
            f"{len(gone)} of {present} records of {entity} would be gone: that looks like lost "
            "rights",
            where=f"{source.instance}: census",
            next_step="check what the token's user may see; if they are really gone, delete them "
            "from the marts by a replay of what is left",
        )


def _tombstone(record_id: str, fate: Fate, now: datetime) -> Record:
    found_at_ms = int(now.timestamp() * 1000)
    payload = {"record_id": record_id, "fate": fate.value, "found_at_ms": found_at_ms}
    return Record(record_id, record_id, found_at_ms, msgspec.json.encode(payload))
