"""The custom fields of the whole server."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.sandbox.company.shapes import Json


@dataclass(frozen=True)
class CustomField:
    """
    A custom field of the whole server.

    :param key: what the sandbox calls it.
    :param number: its database id is ``58-<number>``.
    :param name: its name, whichever language a project speaks.
    :param field_type: its type, such as ``state[1]`` or ``enum[*]``.
    :param kind: what the ``$type`` of its values in issues speaks of.
    :param russian: its name in the project that speaks Russian.
    """

    key: str
    number: int
    name: str
    field_type: str
    kind: str
    russian: str

    @property
    def is_multiple(self) -> bool:
        """Whether an issue may have several values."""
        return self.field_type.endswith("[*]")

    @property
    def is_listed(self) -> bool:
        """Whether changes are told as lists of objects; others are told as bare values."""
        return self.field_type.endswith("]")

    @property
    def issue_type(self) -> str:
        """The ``$type`` of the field in an issue."""
        number = ("Multi" if self.is_multiple else "Single") if self.is_listed else ""
        return f"{'' if self.kind == 'State' else number}{self.kind}IssueCustomField"

    @property
    def project_type(self) -> str:
        """The ``$type`` of the field in a project, where dates are simple fields."""
        return f"{'Simple' if self.kind == 'Date' else self.kind}ProjectCustomField"

    @property
    def target_member(self) -> str:
        """What activities call the changed property."""
        return f"__CUSTOM_FIELD__{self.name}_{self.number}"

    @cached_property
    def json(self) -> Json:
        """The CustomField."""
        value_type = self.field_type.split("[")[0]
        kind = {"id": self.field_type, "$type": "FieldType", "valueType": value_type}
        return {
            "id": f"58-{self.number}",
            "$type": "CustomField",
            "name": self.name,
            "fieldType": kind,
        }


FIELDS = {
    key: CustomField(key, number, name, field_type, kind, russian)
    for number, (key, name, field_type, kind, russian) in enumerate(
        (
            ("type", "Type", "enum[1]", "Enum", "Тип"),
            ("priority", "Priority", "enum[1]", "Enum", "Приоритет"),
            ("state", "State", "state[1]", "State", "Состояние"),
            ("assignee", "Assignee", "user[1]", "User", "Исполнитель"),
            ("qa_state", "QA State", "state[1]", "State", "Состояние QA"),
            ("points", "Story points", "float", "Simple", "Сложность"),
            ("reopens", "Reopen count", "integer", "Simple", "Возвраты"),
            ("sprints", "Sprints", "version[*]", "Version", "Спринты"),
            ("lead_time", "Lead time", "period", "Period", "Время выполнения"),
            ("due", "Due date", "date", "Date", "Срок"),
            ("completed", "Completed_time", "date and time", "Simple", "Завершена"),
            ("components", "Components", "enum[*]", "Enum", "Компоненты"),
            ("build", "Fixed in build", "string", "Simple", "Сборка"),
        )
    )
}
