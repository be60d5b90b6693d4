"""What the configuration says of flow, as tables that models join with and as texts to compare."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flowmart.core.schedule import midnight
from flowmart.transform import rules, setting_names
from flowmart.transform.calendar_rows import CALENDAR_COLUMNS, calendar_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.core.status import StatusMeaning
    from flowmart.engines.base import LogicalType
    from flowmart.sources.declaration import SourceSpec
    from flowmart.transform.render import BatchContext

    Rows = list[tuple[object, ...]]

COLUMNS: dict[str, dict[str, LogicalType]] = {
    "status": {
        "status_id": "text",
        "project_ref": "text",
        "valid_from": "timestamp",
        "category": "text",
        "is_waiting": "boolean",
        "outcome": "text",
    },
    "team": {"project_ref": "text", "team": "text"},
    "resolution": {"resolution": "text", "outcome": "text"},
    "level": {"issue_type": "text", "level": "text"},
    "blocked": {"field": "text", "value": "text"},
    "blocked_by": {"field": "text"},
    "measure": {"measure": "text", "side": "text", "status_ref": "text"},
    "sprint": {"sprint_ref": "text", "starts_at": "timestamp", "ends_at": "timestamp"},
    "rule": rules.COLUMNS,
    "name": setting_names.COLUMNS,
    **CALENDAR_COLUMNS,
    "member": {"team": "text", "user_ref": "text", "valid_from": "date", "valid_to": "date"},
    "incident": {"query": "text", "kind": "text", "value": "text"},
    "option": {"name": "text", "place": "bigint", "value": "text"},
}
"""Table of settings, as ``settings_table()`` names it -> its columns."""


def settings_rows(spec: SourceSpec, context: BatchContext) -> dict[str, Rows]:
    """
    The rows of the tables of settings: what is configured, else what the source is known for.

    :param spec: the source.
    :param context: the settings of the batch.
    """
    levels = {name: level for level, listed in spec.levels.items() for name in listed}
    return {
        "measure": list(_measure_rows(context)),
        "status": list(_status_rows(spec, context)),
        "team": list(context.teams.items()),
        "resolution": list({**spec.resolutions, **context.resolutions}.items()),
        "level": list({**levels, **context.levels}.items()),
        "blocked": [
            (field, value) for field, listed in context.blocked.items() for value in listed
        ],
        "blocked_by": [(field,) for field in context.blocked_by],
        "sprint": list(_sprint_rows(context)),
        "name": list(setting_names.name_rows(context)),
        **calendar_rows(context),
        "member": list(context.members),
        "incident": list(context.incidents),
        "option": list(_option_rows(spec, context)),
    }


def _measure_rows(context: BatchContext) -> Iterator[tuple[object, ...]]:
    for name, measure in context.measures.items():
        yield from ((name, "from", status) for status in measure.begins_with)
        yield from ((name, "to", status) for status in measure.ends_with)


def _status_rows(spec: SourceSpec, context: BatchContext) -> Iterator[tuple[object, ...]]:
    general = {
        key for key, meanings in context.statuses.items() if any(m.is_general for m in meanings)
    }
    for key, usual in spec.statuses.items():
        if key not in general:
            yield (key, None, None, *_meaning(usual))
    for key, meanings in context.statuses.items():
        for meaning in meanings:
            begins_at = meaning.valid_from and midnight(
                meaning.valid_from, context.reporting_timezone
            )
            yield (key, meaning.project, begins_at, *_meaning(meaning))


def model_options(spec: SourceSpec, context: BatchContext) -> dict[str, Any]:
    """The options of the source that models read, as configured, else as it declares them."""
    return {
        name: _configured(context.options, name.split("."), usual)
        for name, usual in spec.model_options.items()
    }


def _configured(options: Any, path: list[str], usual: Any) -> Any:
    for key in path:
        options = options.get(key) if isinstance(options, dict) else None
    return usual if options is None else options


def _option_rows(spec: SourceSpec, context: BatchContext) -> Iterator[tuple[object, ...]]:
    for name, given in model_options(spec, context).items():
        values = given if isinstance(given, list | tuple) else [] if given is None else [given]
        yield from ((name, place, str(value)) for place, value in enumerate(values, start=1))


def _sprint_rows(context: BatchContext) -> Iterator[tuple[object, ...]]:
    """Sprints from the beginning of their first day to the end of their last one."""
    zone = context.reporting_timezone
    for name, (first, last) in context.sprints.items():
        yield name, midnight(first, zone), midnight(last + timedelta(days=1), zone)


def _meaning(meaning: StatusMeaning) -> tuple[object, ...]:
    return meaning.category, meaning.waits, meaning.outcome


def flow_settings(spec: SourceSpec, context: BatchContext) -> dict[str, str]:
    """The settings as texts; meanings of statuses that hold everywhere and always are in rows."""
    options = model_options(spec, context)
    special = {
        key: [m.model_dump(mode="json") for m in meanings if not m.is_general]
        for key, meanings in context.statuses.items()
    }
    return {
        "ignore_visits_shorter_than_seconds": str(context.ignore_visits_shorter_than_seconds),
        "status_meanings": _text({key: rows for key, rows in special.items() if rows}),
        "resolutions": _text(dict(context.resolutions)),
        "levels": _text(dict(context.levels)),
        "measures": _text({name: m.model_dump() for name, m in context.measures.items()}),
        "blocked": _text({field: list(values) for field, values in context.blocked.items()}),
        "blocked_by": _text(sorted(context.blocked_by)),
        "incidents": _text(sorted(context.incidents)),
        "options": _text(options),
        # Patterns are literals: ClickHouse takes no others.
        "branch_pattern": str(options.get("branch_pattern") or ""),
        "production_pattern": str(options.get("deployments.production") or ""),
    }


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
