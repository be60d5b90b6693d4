"""The fields of issues: those of all queues, and those that only one queue has."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.sandbox.yandex_tracker.values import Json

_REQUIRED = ("type", "priority", "status", "summary", "queue", "key", "createdAt", "updatedAt")


@dataclass(frozen=True)
class Field:
    """
    A field.

    :param id: what payloads call it; that of a queue's own field is ``<24 hex digits>--<key>``.
    :param ru: Russian name.
    :param en: English name.
    :param type: type of its value, or of the items if it holds several.
    :param is_list: whether it holds several values.
    :param readonly: whether only the server sets it.
    :param queue: key of the only queue that has it.
    """

    id: str
    ru: str
    en: str
    type: str
    is_list: bool = False
    readonly: bool = False
    queue: str = ""

    @property
    def key(self) -> str:
        """The id without its hexadecimal part."""
        return self.id.rpartition("--")[2]

    def name(self, language: str) -> str:
        """The name in a language, ``ru`` or ``en``."""
        return self.en if language == "en" else self.ru

    @property
    def schema(self) -> Json:
        """What kind of value it holds, as the API describes it."""
        if self.is_list:
            return {"type": "array", "items": self.type}
        return {"type": self.type, "required": self.id in _REQUIRED}


def _local(queue: str, key: str, ru: str, en: str) -> Field:
    origin = hashlib.blake2b(f"{queue}.{key}".encode(), digest_size=12).hexdigest()
    return Field(f"{origin}--{key}", ru, en, "string", queue=queue)


GLOBAL_FIELDS = (
    Field("key", "Ключ", "Key", "string", readonly=True),
    Field("aliases", "Прежние ключи", "Aliases", "string", is_list=True),
    Field("summary", "Задача", "Summary", "string"),
    Field("description", "Описание", "Description", "text"),
    Field("queue", "Очередь", "Queue", "queue", readonly=True),
    Field("previousQueue", "Прежняя очередь", "Old Queue", "queue", readonly=True),
    Field("type", "Тип", "Type", "issuetype"),
    Field("priority", "Приоритет", "Priority", "priority"),
    Field("status", "Статус", "Status", "status", readonly=True),
    Field("previousStatus", "Прежний статус", "Previous status", "status", readonly=True),
    Field("statusStartTime", "Статус изменен", "Status changed", "datetime", readonly=True),
    Field("resolution", "Резолюция", "Resolution", "resolution"),
    Field("resolvedAt", "Решена", "Resolved", "datetime", readonly=True),
    Field("createdAt", "Создана", "Created", "datetime", readonly=True),
    Field("createdBy", "Автор", "Reporter", "user", readonly=True),
    Field("updatedAt", "Обновлена", "Updated", "datetime", readonly=True),
    Field("updatedBy", "Изменил", "Modifier", "user", readonly=True),
    Field("assignee", "Исполнитель", "Assignee", "user"),
    Field("followers", "Наблюдатели", "Followers", "user", is_list=True),
    Field("parent", "Родительская задача", "Parent issue", "issue"),
    Field("sprint", "Спринт", "Sprint", "sprint", is_list=True),
    Field("storyPoints", "Story Points", "Story Points", "float"),
    Field("tags", "Теги", "Tags", "string", is_list=True),
    Field("spent", "Затрачено времени", "Time Spent", "timetracking", readonly=True),
    Field("qaEngineer", "Тестировщик", "QA engineer", "user"),
)
LOCAL_FIELDS = (
    _local("PAYMENTS", "riskLevel", "Уровень риска", "Risk level"),
    _local("SEARCH", "indexArea", "Область индекса", "Index area"),
)
FIELDS = {field.id: field for field in (*GLOBAL_FIELDS, *LOCAL_FIELDS)}
