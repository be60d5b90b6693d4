"""Checks that no landed issue lacks its history."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import TYPE_CHECKING

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Page, Record
from flowmart.sources.rows import read_json
from flowmart.sources.yandex_tracker.records import Entry, Issue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flowmart.core.window import Window
    from flowmart.sources.yandex_tracker.children import Children

log = logging.getLogger(__name__)

_CREATIONS = ("IssueCreated", "IssueCloned")


def prove_changelogs(
    changelog: Children,
    window: Window,
    landed: Callable[[str], Iterable[Record]],
    instance: str,
) -> list[Page]:
    """
    Check that every changelog has the creation of its issue, and read the others again.

    Tracker does not say how many entries a changelog has. An empty changelog is an error, one
    without the creation is logged.

    :param changelog: reads changelogs.
    :param window: the data interval.
    :param landed: returns the landed records of a stream.
    :param instance: name of the instance, for errors and logs.
    :return: entries that only the second read found.
    :raises CompletenessError: if an issue still has no history.
    """
    doubtful = {i.record_id: read_json(i.payload, Issue).name for i in landed("issues")}
    for entry in landed("changelog"):
        if _is_creation(entry):
            doubtful.pop(str(entry.parent_id), None)
    if not doubtful:
        return []
    known: dict[str, set[str]] = defaultdict(set)
    for entry in landed("changelog"):
        if entry.parent_id in doubtful:
            known[entry.parent_id].add(entry.record_id)
    found: list[Record] = []
    vanished: list[str] = []
    for issue_id, key in doubtful.items():
        entries = changelog.of_issue(issue_id, key, window)
        if entries is None:
            vanished.append(issue_id)
            continue
        if not entries and not known[issue_id]:
            raise CompletenessError(
                f"Tracker returns no history of {key}, not even its creation",
                where=f"{instance}: issues/{issue_id}/changelog {window}",
                next_step="check that the token's user can see all of the issue; then run it again",
            )
        if not any(_is_creation(entry) for entry in entries):
            log.warning("%s: the history of %s does not begin with its creation", instance, key)
        found += [entry for entry in entries if entry.record_id not in known[issue_id]]
    return [Page(found, vanished=tuple(vanished))] if found or vanished else []


def _is_creation(entry: Record) -> bool:
    return read_json(entry.payload, Entry).type in _CREATIONS
