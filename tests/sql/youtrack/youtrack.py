"""A YouTrack of the test's own: issues and activities in the shapes of its REST API."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from flowmart.transform.runner import BatchContext
from tests.meanings import meaning
from tests.records import make_record

if TYPE_CHECKING:
    from flowmart.sources.base import Record

START = 1_767_225_600_000  # 2026-01-01T00:00:00Z, day 0, in milliseconds
CONTEXT = BatchContext(
    statuses={
        "Open": meaning("todo"),
        "In Progress": meaning("in_progress"),
        "Waiting": meaning("in_progress", True),
    },
)


class Field(NamedTuple):
    """A custom field of the whole instance; projects make use of it."""

    id: str
    name: str
    type: str


class Project(NamedTuple):
    """A project; its first state-typed field is what issues have as their status."""

    id: str
    short_name: str
    name: str
    fields: tuple[Field, ...]


STATE = Field("58-1", "State", "state[1]")
TYPE = Field("58-2", "Type", "enum[1]")
PRIORITY = Field("58-3", "Priority", "enum[1]")
ASSIGNEE = Field("58-4", "Assignee", "user[1]")
POINTS = Field("58-5", "Story points", "float")
REVIEW = Field("58-6", "A review state", "state[1]")
EFFORT = Field("58-7", "Effort", "period")
DUE = Field("58-8", "Due", "date")
VERSIONS = Field("58-9", "Fix versions", "version[*]")
NOTE = Field("58-10", "Note", "text")
REVIEWER = Field("58-11", "A reviewer", "user[1]")
WATCHERS = Field("58-12", "Watchers", "user[*]")
STAGE = Field("58-21", "Состояние", "state[1]")
KIND = Field("58-22", "Тип", "enum[1]")
URGENCY = Field("58-23", "Приоритет", "enum[1]")
OWNER = Field("58-24", "Исполнитель", "user[1]")

# In the order of their ordinals, which is neither that of names nor that of ids.
ALPHA = Project(
    "0-1", "ALPHA", "Alpha",
    (STATE, REVIEW, REVIEWER, TYPE, PRIORITY, ASSIGNEE, POINTS, EFFORT, DUE, VERSIONS, NOTE,
     WATCHERS),
)  # fmt: skip
BETA = Project("0-2", "BETA", "Beta", (TYPE, STATE))
GAMMA = Project("0-13", "ГАММА", "Гамма", (URGENCY, KIND, OWNER, STAGE))

# Every project has a bundle of its own: `0-1` has 71-1 to 71-4, `0-2` 72-1 to 72-4.
NAMES = ("Open", "In Progress", "Waiting", "Done")
BUNDLES = {"0-1": "71", "0-2": "72", "0-13": "73"}
OPEN, DOING, WAITING, DONE = (f"71-{n}" for n in range(1, 5))
BETA_OPEN, BETA_DOING, _, BETA_DONE = (f"72-{n}" for n in range(1, 5))
GAMMA_OPEN, GAMMA_DOING, _, GAMMA_DONE = (f"73-{n}" for n in range(1, 5))
APPROVED = {"id": "79-1", "name": "Approved", "$type": "StateBundleElement"}


def at(day: float) -> int:
    """The epoch millisecond of a day, counted from 2026-01-01."""
    return round(START + day * 86_400_000)


def instant(day: float) -> datetime:
    """A day, counted from 2026-01-01, as a time."""
    return datetime.fromtimestamp(at(day) / 1000, UTC)


def day_of(instant: datetime | None) -> float | None:
    """The inverse of :func:`at`."""
    return None if instant is None else (instant.timestamp() * 1000 - START) / 86_400_000


def state(element: str) -> dict[str, Any]:
    """An element of one of the three state bundles."""
    name = NAMES[int(element.split("-")[1]) - 1]
    return {"id": element, "name": name, "$type": "StateBundleElement"}


def user(name: str) -> dict[str, Any]:
    """A person as a value; ids are 1-ann, 1-bob, ..."""
    return {"id": f"1-{name}", "login": name, "fullName": name.title(), "$type": "User"}


def element(id: str, name: str) -> dict[str, Any]:
    """An element of an enumeration or a version."""
    return {"id": id, "name": name, "$type": "EnumBundleElement"}


@dataclass
class YouTrack:
    """
    Holds what the API would answer; times are days since 2026-01-01.

    Projects: Alpha, Beta and the Russian Гамма. People: ann and bob.
    """

    streams: dict[str, dict[str, Record]] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        for name in ("ann", "bob"):
            self.snapshot("users", {**user(name), "banned": False, "guest": False})
        for project in (ALPHA, BETA, GAMMA):
            self.project(project)
        for bundle in BUNDLES.values():
            values = [
                {**state(f"{bundle}-{n}"), "isResolved": name == "Done", "ordinal": n}
                for n, name in enumerate(NAMES, start=1)
            ]
            self.snapshot("states", {"id": f"60-{bundle}", "name": "States", "values": values})
        review = {"id": "60-79", "name": "Review", "values": [{**APPROVED, "isResolved": False}]}
        self.snapshot("states", review)

    def snapshot(self, stream: str, payload: dict[str, Any], version: int = 0) -> None:
        """Keep a record of a snapshot stream; a later one of the same id replaces it."""
        record = make_record(payload["id"], None, version, payload)
        self.streams.setdefault(stream, {})[record.record_id] = record

    def project(self, project: Project, archived: bool = False) -> None:
        """A project with its fields; they are listed backwards, ordinals tell their places."""
        fields = [
            {
                "id": project_field(project, custom),
                "field": {"id": custom.id, "name": custom.name, "fieldType": {"id": custom.type}},
                "ordinal": place,
            }
            for place, custom in enumerate(project.fields)
        ]
        self.snapshot(
            "projects",
            {
                "id": project.id,
                "shortName": project.short_name,
                "name": project.name,
                "archived": archived,
                "customFields": fields[::-1],
            },
        )

    def board(self, id: str, projects: tuple[Project, ...], sprints: list[dict[str, Any]]) -> None:
        """An agile board with its sprints."""
        listed = [{"id": project.id} for project in projects]
        self.snapshot("agiles", {"id": id, "name": id, "projects": listed, "sprints": sprints})

    def issue(
        self,
        number: int,
        status: str | None = OPEN,
        *,
        project: Project = ALPHA,
        created: float = 0,
        resolved: float | None = None,
        values: dict[Field, Any] | None = None,
        version: int = 0,
        first_activity: bool = True,
        **more: Any,
    ) -> None:
        """An issue as it is now, and the activity of its creation; values: field -> value."""
        field_of_status = next(f for f in project.fields if f.type == "state[1]")
        current = {field_of_status: state(status) if status else None, **(values or {})}
        payload = {
            "id": f"2-{number}", "idReadable": f"{project.short_name}-{number}",
            "summary": f"Issue {number}", "description": None,
            "created": at(created), "updated": at(created) + version,
            "resolved": None if resolved is None else at(resolved),
            "project": {"id": project.id, "shortName": project.short_name, "name": project.name},
            "reporter": user("ann"), "tags": [], "commentsCount": 0,
            "customFields": [
                {
                    "id": project_field(project, custom), "name": custom.name,
                    "value": current.get(custom),
                    "projectCustomField": {
                        "id": project_field(project, custom),
                        "field": {"id": custom.id, "name": custom.name,
                                  "fieldType": {"id": custom.type}},
                    },
                }
                for custom in sorted(project.fields, key=lambda custom: custom.name)
            ],
            **more,
        }  # fmt: skip
        record = make_record(f"2-{number}", None, version, payload)
        self.streams.setdefault("issues", {})[record.record_id] = record
        if first_activity:
            self.activity(number, created, "IssueCreated", [], [], author="ann")

    def activity(
        self,
        issue: int,
        day: float,
        category: str,
        added: Any,
        removed: Any = None,
        *,
        author: str | None = "bob",
        field: dict[str, Any] | None = None,
        number: int | None = None,
    ) -> str:
        """An activity; its category is named without the ending that all of them have."""
        event = f"0-0.14-{number or next(self._ids)}"
        payload = {
            "id": event,
            "timestamp": at(day),
            "author": None if author is None else user(author),
            "category": {"id": f"{category}Category"},
            "target": {"id": f"2-{issue}"},
            "targetMember": None,
            "field": field,
            "added": added,
            "removed": removed,
        }
        record = make_record(event, f"2-{issue}", at(day), payload)
        self.streams.setdefault("activities", {})[event] = record
        return event

    def change(self, issue: int, day: float, custom: Field, old: Any, new: Any, **more: Any) -> str:
        """A change of a custom field, in the shape that its type has."""
        value_type = custom.type.split("[")[0]
        known = {
            "name": f"{custom.name} in the project's words",
            "customField": {
                "id": custom.id,
                "name": custom.name,
                "fieldType": {"id": custom.type, "valueType": value_type},
            },
        }
        if value_type in ("state", "enum", "user", "version"):
            old, new = (
                value if isinstance(value, list) else [value] if value else []
                for value in (old, new)
            )
        return self.activity(issue, day, "CustomField", new, old, field=known, **more)

    def moves(
        self, issue: int, *steps: tuple[float, str | None], first: str | None = OPEN,
        custom: Field = STATE,
    ) -> None:  # fmt: skip
        """Status changes: (day, status it leads to)."""
        before = first
        for day, after in steps:
            self.change(issue, day, custom, before and state(before), after and state(after))
            before = after

    def transfer(
        self, issue: int, day: float, old: Project, new: Project, number: int | None = None
    ) -> None:
        """A move to another project."""
        ends = ({"id": project.id, "name": project.name} for project in (new, old))
        self.activity(issue, day, "Project", *ends, number=number)

    def plan(
        self, issue: int, day: float, added: tuple[str, ...], removed: tuple[str, ...] = ()
    ) -> None:
        """Sprints that an issue came to and left."""
        ends = ([{"id": sprint, "name": "?"} for sprint in ids] for ids in (added, removed))
        self.activity(issue, day, "Sprint", *ends)

    def records(self) -> dict[str, list[Record]]:
        """Everything, as streams of records."""
        return {stream: list(records.values()) for stream, records in self.streams.items()}


def project_field(project: Project, custom: Field) -> str:
    """The id of a field in a project."""
    return f"92-{project.id.split('-')[1]}{project.fields.index(custom):02}"


def run(warehouse: Any, youtrack: YouTrack, context: BatchContext = CONTEXT) -> None:
    """Load, build and publish what a YouTrack holds."""
    warehouse.run(youtrack.records(), context, "youtrack")
