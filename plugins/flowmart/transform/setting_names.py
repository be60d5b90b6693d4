"""What the configuration names, as rows: models compare them with what the source has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.core.status import ConfiguredMeaning
    from flowmart.engines.base import LogicalType
    from flowmart.transform.render import BatchContext

    Row = tuple[str, str, str, str, str]

COLUMNS: dict[str, LogicalType] = {
    "setting": "text",
    "kind": "text",
    "value": "text",
    "scope": "text",
    "meaning": "text",
}
"""
The setting, such as ``measures.wait.from``; what its value names, such as ``status``; the value;
where it holds, such as from which day on (of a ``field value``, its field); and what it says of the
thing named. Two values that name one thing in one scope have to say the same of it.
"""


def name_rows(context: BatchContext) -> list[Row]:
    """All names in the settings of a batch, each once."""
    return sorted({*_of_statuses(context), *_of_places(context), *_of_issues(context)})


def _of_statuses(context: BatchContext) -> Iterator[Row]:
    for status, meanings in context.statuses.items():
        for meaning in meanings:
            since = str(meaning.valid_from or "")
            scope = " ".join(filter(None, [meaning.project, since]))
            yield "statuses", "status", status, scope, _said(meaning)
            if meaning.project:
                yield f"statuses.{status}", "project", meaning.project, since, _said(meaning)
    for name, measure in context.measures.items():
        for side, listed in (("from", measure.begins_with), ("to", measure.ends_with)):
            yield from ((f"measures.{name}.{side}", "status", status, "", "") for status in listed)


def _said(meaning: ConfiguredMeaning) -> str:
    return meaning.model_dump_json(exclude={"project", "valid_from"})


def _of_places(context: BatchContext) -> Iterator[Row]:
    for project, team in context.teams.items():
        yield "teams", "project", project, "", team
    for sprint, (first, last) in context.sprints.items():
        yield "sprints", "sprint", sprint, "", f"{first} to {last}"
    for team in context.team_calendars:
        yield "team_calendars", "team", team, "", ""
    for member in context.members:
        yield f"people.{member.team}", "user", member.user_ref, "", ""


def _of_issues(context: BatchContext) -> Iterator[Row]:
    for issue_type, level in context.levels.items():
        yield f"levels.{level}", "issue type", issue_type, "", ""
    for query, kind, value in context.incidents:
        if kind == "types":
            name = "incidents.types" if query == kind else f"incidents.{query}.types"
            yield name, "issue type", value, "", ""
    for resolution in context.resolutions:
        yield "resolutions", "resolution", resolution, "", ""
    for field, values in context.blocked.items():
        yield "blocked", "field", field, "", ""
        yield from ((f"blocked.{field}", "field value", value, field, "") for value in values)
    for link in context.blocked_by:
        yield "blocked_by", "link", link, "", ""
