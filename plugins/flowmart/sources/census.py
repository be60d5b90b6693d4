"""The census: which issues a source no longer shows, and what became of them."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Fate, Page, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from flowmart.sources.base import Source

log = logging.getLogger(__name__)

# More than this share of all issues does not vanish between two sweeps.
_LARGEST_LOSS = 0.5
_SMALL = 20
_ISSUES_PER_PAGE = 100


def take_census(source: Source, known: Mapping[str, bool], now: datetime) -> Iterator[Page]:
    """
    Sweep over all issue ids, and tell what became of those that are not met.

    :param source: the instance.
    :param known: id of every published issue -> whether it is taken for gone.
    :param now: moment of the sweep, timezone-aware.
    :return: a tombstone per issue that vanished or came back since the sweep before.
    :raises CompletenessError: if so many are gone that the sweep cannot be trusted.
    """
    met: set[str] = set()
    for ids in source.census():
        met.update(ids)
    vanished = sorted(issue for issue, is_gone in known.items() if not is_gone and issue not in met)
    returned = sorted(issue for issue, is_gone in known.items() if is_gone and issue in met)
    log.info(
        "%s: census met %s issues; %s of %s published ones not, %s came back",
        source.instance,
        len(met),
        len(vanished),
        len(known),
        len(returned),
    )
    with ThreadPoolExecutor(source.connection.limits.concurrency) as pool:
        fates = dict(zip(vanished, pool.map(source.fate, vanished), strict=True))
    gone = {issue: fate for issue, fate in fates.items() if fate is not Fate.PRESENT}
    _require_plausible(source, gone, known)
    changed = {**gone, **dict.fromkeys(returned, Fate.PRESENT)}
    tombstones = [_tombstone(issue, fate, now) for issue, fate in sorted(changed.items())]
    for start in range(0, len(tombstones), _ISSUES_PER_PAGE):
        yield Page(tombstones[start : start + _ISSUES_PER_PAGE])


def _require_plausible(source: Source, gone: Mapping[str, Fate], known: Mapping[str, bool]) -> None:
    present = sum(not is_gone for is_gone in known.values())
    if len(gone) > max(_SMALL, present * _LARGEST_LOSS):
        raise CompletenessError(
            f"{len(gone)} of {present} issues would be gone: that looks like lost rights",
            where=f"{source.instance}: census",
            next_step="check what the token's user may see; if they are really gone, delete them "
            "from the marts by a replay of what is left",
        )


def _tombstone(issue_id: str, fate: Fate, now: datetime) -> Record:
    found_at_ms = int(now.timestamp() * 1000)
    payload = {"issue_id": issue_id, "fate": fate.value, "found_at_ms": found_at_ms}
    return Record(issue_id, issue_id, found_at_ms, msgspec.json.encode(payload))
