"""The projects with their custom fields and bundles of values."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING

from local.sandbox.company import shapes
from local.sandbox.youtrack.fields import FIELDS, CustomField

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.sandbox.company.shapes import Json
    from local.sandbox.company.story import Story, TeamStory

CLOSED = frozenset(row["value"] for row in shapes.STATUSES if row["closed"])
STATE_NAMES: dict[str, str] = {row["value"]: row["name"] for row in shapes.STATUSES}
QA_NAMES = {"new": "Not tested", "running": "In testing", "passed": "Passed"}
_QA_OF_STATUS = {"open": "new", "progress": "running", "stalled": "running"}
TYPE_NAMES = {name.lower(): name for name in ("Story", "Bug", "Task", "Feature")}
COMPONENT_NAMES = {name.lower(): name for name in ("Backend", "Frontend", "Mobile")}
_SHORT_NAMES = {
    "Payments": "PAY", "Storefront": "STORE", "Search": "SEARCH", "Operations": "OPS",
}  # fmt: skip
_RUSSIAN, _WITH_QA, _PLAIN = "SEARCH", "STORE", "OPS"
_RUSSIAN_STATES = {
    "open": "Открыта", "progress": "В работе", "stalled": "Приостановлена", "resolved": "Решена",
    "wontfix": "Не будет исправлена", "invalid": "Некорректна", "duplicate": "Дубликат",
}  # fmt: skip


@dataclass(frozen=True)
class Bundle:
    """
    A set of values.

    :param kind: the first word of its ``$type``.
    :param elements: what the sandbox calls a value -> the value.
    """

    bundle_id: str
    kind: str
    name: str
    elements: dict[str, Json]

    @cached_property
    def json(self) -> Json:
        """The bundle with its values."""
        values = list(self.elements.values())
        kind = f"{self.kind}Bundle"
        return {"id": self.bundle_id, "$type": kind, "name": self.name, "values": values}


@dataclass(frozen=True)
class ProjectField:
    """
    A custom field in a project.

    :param field_id: its database id.
    :param name: what the project calls it.
    :param ordinal: its place among the fields of the project.
    :param bundle: the values to choose from; None for a field without them.
    """

    field: CustomField
    field_id: str
    name: str
    ordinal: int
    bundle: Bundle | None

    @cached_property
    def json(self) -> Json:
        """The ProjectCustomField."""
        found: Json = {
            "id": self.field_id,
            "$type": self.field.project_type,
            "field": self.field.json,
            "canBeEmpty": self.field.key != "state",
            "emptyFieldText": f"No {self.name.lower()}",
            "ordinal": self.ordinal,
        }
        return found | ({"bundle": bundle} if (bundle := self.bundle_json) else {})

    @property
    def bundle_json(self) -> Json | None:
        """The values to choose from; of whom an issue may be assigned to, nothing but the id."""
        if self.field.kind == "User":
            number = self.field_id.split("-")[1]
            return {"id": f"78-{number}", "$type": "UserBundle", "name": f"{self.name}s"}
        return self.bundle.json if self.bundle else None

    @cached_property
    def subject(self) -> Json:
        """The field as the subject of a change: it has the name that the project gave it."""
        member = self.field.target_member
        shown = {
            "id": member,
            "$type": "CustomFilterField",
            "name": self.name,
            "customField": self.field.json,
        }
        return {"member": member, "field": shown}


@dataclass
class Project:
    """
    A team's project.

    :param number: its database id is ``0-<number>``.
    :param last_number: the number of its newest issue.
    """

    number: int
    team_id: str
    short_name: str
    name: str
    fields: dict[str, ProjectField] = field(default_factory=dict)
    last_number: int = 0

    @property
    def project_id(self) -> str:
        """Its database id."""
        return f"0-{self.number}"

    @property
    def json(self) -> Json:
        """The Project; what is in it is the store's to tell."""
        return {
            "id": self.project_id,
            "$type": "Project",
            "name": self.name,
            "shortName": self.short_name,
            "customFields": lambda: [one.json for one in self.fields.values()],
        }

    def element(self, key: str, value: str) -> Json:
        """The value of a field's bundle, by what the sandbox calls it."""
        bundle = self.fields[key].bundle
        assert bundle is not None
        return bundle.elements[value]


def qa_of(status: str) -> str:
    """The state of testing that goes with a status."""
    return _QA_OF_STATUS.get(status, "passed")


def found_projects(story: Story) -> list[Project]:
    """The projects of a story's teams: one speaks Russian, one tests what is done, one is plain."""
    builder = _Builder()
    return [builder.project(number, team) for number, team in enumerate(story.teams)]


class _Builder:
    """Numbers what it builds."""

    def __init__(self) -> None:
        self._ids = {kind: count(1) for kind in ("92", "State", "Enum", "Version", "element")}
        self._shared = {
            "type": self._bundle("Enum", "Types", TYPE_NAMES),
            "priority": self._bundle(
                "Enum", "Priorities", {str(k): v for k, v in shapes.PRIORITY_NAMES.items()}
            ),
            "components": self._bundle("Enum", "Components", COMPONENT_NAMES),
        }

    def project(self, number: int, team: TeamStory) -> Project:
        short_name = _SHORT_NAMES.get(team.name, f"TEAM{number}")
        project = Project(number, team.team_id, short_name, team.name)
        for ordinal, key in enumerate(_keys(short_name)):
            kind = FIELDS[key]
            name = kind.russian if short_name == _RUSSIAN else kind.name
            bundle = self._shared.get(key) or self._own_bundle(key, short_name, team)
            field_id = f"92-{next(self._ids['92'])}"
            project.fields[key] = ProjectField(kind, field_id, name, ordinal, bundle)
        return project

    def _own_bundle(self, key: str, short_name: str, team: TeamStory) -> Bundle | None:
        if key == "state":
            names = _RUSSIAN_STATES if short_name == _RUSSIAN else STATE_NAMES
            if short_name == _WITH_QA:
                names = {value: name.capitalize() for value, name in names.items()}
            return self._bundle("State", f"{team.name}: States", names)
        if key == "qa_state":
            return self._bundle("State", f"{team.name}: QA States", QA_NAMES)
        if key == "sprints":
            bundle = self._bundle(
                "Version", f"{team.name}: Sprints", {s.sprint_id: s.name for s in team.sprints}
            )
            for sprint in team.sprints:
                bundle.elements[sprint.sprint_id] |= {
                    "startDate": sprint.starts_at * 1000,
                    "releaseDate": sprint.ends_at * 1000,
                }
            return bundle
        return None

    def _bundle(self, kind: str, name: str, names: dict[str, str]) -> Bundle:
        prefix = {"State": "69", "Enum": "67", "Version": "71"}[kind]
        elements: dict[str, Json] = {}
        for ordinal, (value, text) in enumerate(names.items()):
            elements[value] = {
                "id": f"{prefix}-{next(self._ids['element'])}",
                "$type": f"{kind}BundleElement",
                "name": text,
                "ordinal": ordinal,
                "archived": False,
            }
            if kind != "Version":
                elements[value]["localizedName"] = None
            if kind == "State":
                elements[value]["isResolved"] = value in CLOSED or value == "passed"
        return Bundle(f"{int(prefix) + 10}-{next(self._ids[kind])}", kind, name, elements)


def _keys(short_name: str) -> Iterator[str]:
    for key in FIELDS:
        is_there = key != "qa_state" if short_name != _WITH_QA else True
        if short_name == _PLAIN:
            is_there = key in ("type", "priority", "state", "assignee")
        if is_there:
            yield key
