"""Issues with what belongs to them, and what the API shows of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from local.sandbox.youtrack.fields import FIELDS

if TYPE_CHECKING:
    from local.sandbox.company.shapes import Json
    from local.sandbox.youtrack.catalog import Project
    from local.sandbox.youtrack.fields import CustomField

Values = dict[str, Any]
# name -> (its id, what it is called outward and inward); an undirected type has one name
LINK_TYPES = {
    "Relates": ("106-0", "relates to", "relates to"),
    "Subtask": ("106-1", "parent for", "subtask of"),
    "Duplicate": ("106-2", "is duplicated by", "duplicates"),
}
LINK_ENDS = (
    ("Relates", "BOTH"),
    ("Subtask", "OUTWARD"),
    ("Subtask", "INWARD"),
    ("Duplicate", "OUTWARD"),
    ("Duplicate", "INWARD"),
)
_ACTIVITY_TYPES = {
    "IssueCreatedCategory": "IssueCreatedActivityItem",
    "IssueResolvedCategory": "IssueResolvedActivityItem",
    "CustomFieldCategory": "CustomFieldActivityItem",
    "SummaryCategory": "SimpleValueActivityItem",
    "DescriptionCategory": "TextMarkupActivityItem",
    "ProjectCategory": "ProjectActivityItem",
    "SprintCategory": "SprintActivityItem",
    "LinksCategory": "LinksActivityItem",
    "TagsCategory": "TagsActivityItem",
    "CommentsCategory": "CommentActivityItem",
    "WorkItemCategory": "WorkItemActivityItem",
}


@dataclass(slots=True, eq=False)
class Issue:
    """
    An issue.

    :param number: its database id is ``2-<number>`` and never changes.
    :param number_in_project: with the project's short name it makes the readable id.
    :param created: epoch milliseconds, as all times here.
    :param values: custom field -> its value as activities tell it; nothing for an unset field. A
        value of a field that the project does not have is not kept.
    :param former_ids: readable ids that it had, and that still lead to it.
    :param links: the end of a link type -> the issues there.
    """

    number: int
    project: Project
    number_in_project: int
    created: int
    updated: int
    reporter: Json
    updater: Json
    summary: str
    description: str | None
    resolved: int | None = None
    values: Values = field(default_factory=dict)
    sprint: Json | None = None
    former_ids: list[str] = field(default_factory=list)
    tags: list[Json] = field(default_factory=list)
    links: dict[tuple[str, str], list[Issue]] = field(default_factory=dict)
    comments: list[Json] = field(default_factory=list)
    work_items: list[Json] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    is_hidden: bool = False

    @property
    def issue_id(self) -> str:
        """Its database id."""
        return f"2-{self.number}"

    @property
    def readable_id(self) -> str:
        """What people call it; a move changes it."""
        return f"{self.project.short_name}-{self.number_in_project}"

    @property
    def json(self) -> Json:
        """The Issue."""
        return {
            "id": self.issue_id,
            "$type": "Issue",
            "idReadable": self.readable_id,
            "numberInProject": self.number_in_project,
            "created": self.created,
            "updated": self.updated,
            "resolved": self.resolved,
            "summary": self.summary,
            "description": self.description,
            "wikifiedDescription": lambda: wikified(self.description),
            "reporter": self.reporter,
            "updater": self.updater,
            "commentsCount": len(self.comments),
            "project": lambda: self.project.json,
            "customFields": self.custom_fields,
            "tags": list(self.tags),
            "links": self.link_groups,
            "parent": lambda: self._links_of("Subtask", "INWARD"),
            "subtasks": lambda: self._links_of("Subtask", "OUTWARD"),
            "comments": lambda: list(self.comments),
        }

    def custom_fields(self) -> list[Json]:
        """The fields of its project with their values, null or empty where they are unset."""
        return [
            {
                "id": there.field_id,
                "$type": there.field.issue_type,
                "name": there.name,
                "value": _shown(there.field, self.values.get(there.field.key)),
                "projectCustomField": lambda there=there: there.json,
            }
            for there in self.project.fields.values()
        ]

    def link_groups(self) -> list[Json]:
        """The ends of all link types, most of them empty; issues out of sight are left out."""
        return [self._links_of(*end) for end in LINK_ENDS]

    def _links_of(self, name: str, direction: str) -> Json:
        issues = [i.json for i in self.links.get((name, direction), []) if not i.is_hidden]
        return {
            "id": LINK_TYPES[name][0] + {"OUTWARD": "s", "INWARD": "t"}.get(direction, ""),
            "$type": "IssueLink",
            "direction": direction,
            "linkType": link_type(name),
            "issues": issues,
            "trimmedIssues": issues,
        }


@dataclass(slots=True, eq=False)
class Activity:
    """
    One change.

    :param number: ascending with the time of writing; the last part of its id.
    :param subject: what the change was of: the name of a custom field or of the end of a link.
    :param added: a list of objects, an object, or a bare value, as the category and the field's
        type want it; an issue stands for itself.
    :param removed: the same for what was there before.
    :param target: the changed comment or work item; the issue if None.
    """

    number: int
    at: int
    author: Json
    issue: Issue
    category: str
    added: Any
    removed: Any
    subject: Json | None = None
    target: Json | None = None

    @property
    def json(self) -> Json:
        """The ActivityItem."""
        member = self.subject["member"] if self.subject else _MEMBERS.get(self.category)
        return {
            "id": f"0-0.14-{self.number}",
            "$type": _ACTIVITY_TYPES[self.category],
            "timestamp": self.at,
            "author": self.author,
            "category": {"id": self.category, "$type": "ActivityCategory"},
            "target": self.target or (lambda: self.issue.json),
            "targetMember": member,
            "field": self.subject["field"] if self.subject else None,
            "added": lambda: _told(self.added),
            "removed": lambda: _told(self.removed),
        }


_MEMBERS = {
    "IssueResolvedCategory": "resolved",
    "SummaryCategory": "summary",
    "DescriptionCategory": "description",
    "ProjectCategory": "project",
    "TagsCategory": "tags",
    "CommentsCategory": "comments",
    "WorkItemCategory": "workItems",
}


def link_subject(name: str, direction: str) -> Json:
    """The end of a link type as the subject of a change."""
    phrase = LINK_TYPES[name][2 if direction == "INWARD" else 1]
    shown = {"id": phrase, "$type": "LinkTypeFilterField", "name": phrase}
    return {"member": phrase, "field": shown}


def sprint_subject(board: Json) -> Json:
    """A board as the subject of a change of sprints."""
    name = f"Board {board['name']}"
    shown = {"id": name, "$type": "BoardSprintFilterField", "name": name}
    return {"member": name, "field": shown}


def told_value(key: str, value: Any) -> Any:
    """A value as activities tell it: a list where it is an object, bare or null otherwise."""
    if not FIELDS[key].is_listed or isinstance(value, list):
        return value
    return [] if value is None else [value]


def _told(value: Any) -> Any:
    if isinstance(value, list):
        return [_told(item) for item in value if not (isinstance(item, Issue) and item.is_hidden)]
    return value.json if isinstance(value, Issue) else value


def _shown(kind: CustomField, value: Any) -> Any:
    """A value as the issue shows it."""
    if kind.is_multiple:
        return value or []
    if kind.key == "lead_time" and value is not None:
        hours, minutes = divmod(value, 60)
        iso = (
            "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes or not hours else "")
        )
        text = " ".join(f"{n}{u}" for n, u in ((hours, "h"), (minutes, "m")) if n) or "0m"
        return {"id": iso, "$type": "PeriodValue", "minutes": value, "presentation": text}
    return value


def link_type(name: str) -> Json:
    """The IssueLinkType of a name."""
    type_id, outward, inward = LINK_TYPES[name]
    return {
        "id": type_id,
        "$type": "IssueLinkType",
        "name": name,
        "directed": outward != inward,
        "aggregation": name == "Subtask",
        "readOnly": name != "Relates",
        "sourceToTarget": outward,
        "targetToSource": inward,
    }


def wikified(text: str | None) -> str | None:
    """A text as the server shows it, in HTML; the sandbox leaves Markdown in it as it is."""
    return text and f'<div class="wiki text common-markdown"><p>{escape(text)}</p>\n</div>'
