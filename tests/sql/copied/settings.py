"""Changes of the configuration that every source's facts show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.sql.copied.world import ADDED, REMOVED, Change, World

if TYPE_CHECKING:
    from flowmart.transform.fields import Field

_EVERYONE = "value by instance where name in ('cycle_time_policy', 'has_waiting_statuses')"
_DONE = "value by instance where name = 'reporting_timezone'"
_FIELDS = "value by instance where name = 'fields'"
_PAGES = "value by instance where name = 'issue_page'"
NAMES = "value by instance where name = 'priority_names'"


def settings_changes(
    *, everyone: set[int], done: set[int], filled: set[int], fields: tuple[Field, ...]
) -> tuple[Change, ...]:
    """
    Changes of ``ops_settings``. Its rows come with the first batch, and stay.

    :param everyone: all issues.
    :param done: those with a quarter.
    :param filled: those with fields that have no column.
    :param fields: some that the instance may ask for.
    """
    other_paths = tuple(replace(field, path=(*field.path, "deeper")) for field in fields)
    other_types = tuple(replace(field, type="text") for field in fields)
    return (
        Change((_EVERYONE,), lambda w: w.configure(cycle_time_policy="active"), everyone),
        Change((_EVERYONE,), _nothing_waits, everyone),
        Change((_DONE,), lambda w: w.configure(reporting_timezone="Asia/Tokyo"), done),
        Change((_FIELDS,), lambda w: w.configure(fields=fields), filled),
        Change((_FIELDS,), lambda w: w.configure(fields=other_paths), filled),
        Change((_FIELDS,), lambda w: w.configure(fields=other_types), filled),
        Change((_FIELDS,), lambda w: w.configure(fields=()), filled),
        Change(
            (_PAGES,), lambda w: w.configure(issue_page="https://t.test/{readable_id}"), everyone
        ),
        Change((ADDED, REMOVED), lambda _: None, set()),
    )


def _nothing_waits(world: World) -> None:
    statuses = {
        name: meaning.model_copy(update={"is_waiting": False})
        for name, meaning in world.context.statuses.items()
    }
    world.configure(statuses=statuses)
