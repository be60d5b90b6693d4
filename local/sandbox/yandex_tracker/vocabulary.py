"""Statuses, types, priorities and resolutions: keys for programs, names for people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """
    One value of a list that is the same in all queues.

    :param id: digits; part of the object's address.
    :param key: never translated.
    :param ru: Russian name.
    :param en: English name.
    :param type: a status' place in the flow: new, inProgress, paused, done or cancelled.
    """

    id: str
    key: str
    ru: str
    en: str
    type: str = ""

    def name(self, language: str) -> str:
        """The name in a language, ``ru`` or ``en``."""
        return self.en if language == "en" else self.ru


def _by_key(*terms: Term) -> dict[str, Term]:
    return {term.key: term for term in terms}


# No issue is ever on hold: a list of statuses tells what may be, not what is.
STATUSES = _by_key(
    Term("1", "open", "Открыт", "Open", "new"),
    Term("2", "needInfo", "Требуется информация", "Need info", "paused"),
    Term("3", "inProgress", "В работе", "In progress", "inProgress"),
    Term("4", "resolved", "Решен", "Resolved", "done"),
    Term("5", "closed", "Закрыт", "Closed", "done"),
    Term("6", "rejected", "Отклонен", "Rejected", "cancelled"),
    Term("7", "cancelled", "Отменено", "Cancelled", "cancelled"),
    Term("8", "onHold", "Приостановлено", "On hold", "paused"),
)
TYPES = _by_key(
    Term("1", "bug", "Ошибка", "Bug"),
    Term("2", "task", "Задача", "Task"),
    Term("3", "story", "История", "Story"),
)
PRIORITIES = _by_key(
    Term("1", "trivial", "Незначительный", "Trivial"),
    Term("2", "minor", "Низкий", "Low"),
    Term("3", "normal", "Средний", "Medium"),
    Term("4", "critical", "Критичный", "Critical"),
    Term("5", "blocker", "Блокер", "Blocker"),
)
RESOLUTIONS = _by_key(
    Term("1", "fixed", "Решен", "Fixed"),
    Term("2", "wontFix", "Не будет исправлено", "Won't fix"),
    Term("3", "invalid", "Некорректный", "Invalid"),
    Term("4", "duplicate", "Дубликат", "Duplicate"),
    Term("5", "later", "Позже", "Later"),
)
TERMS = {
    "statuses": STATUSES,
    "issuetypes": TYPES,
    "priorities": PRIORITIES,
    "resolutions": RESOLUTIONS,
}

# link type -> its name seen from the main issue (outward) and from the other one (inward)
LINK_NAMES = {
    "subtask": {
        "outward": ("Родительская задача", "Parent issue"),
        "inward": ("Подзадача", "Sub-issue"),
    },
    "relates": {"outward": ("Связана", "Relates"), "inward": ("Связана", "Relates")},
    "duplicates": {
        "outward": ("Дублируется", "Duplicated by"),
        "inward": ("Дублирует", "Duplicates"),
    },
}

# The story's words.
STATUS_OF = {
    "open": "open",
    "progress": "inProgress",
    "stalled": "needInfo",
    "resolved": "resolved",
    "wontfix": "closed",
    "invalid": "rejected",
    "duplicate": "cancelled",
}
RESOLUTION_OF = {
    "resolved": "fixed",
    "closed": "wontFix",
    "rejected": "invalid",
    "cancelled": "duplicate",
}
# Two of the story's priorities are one here, so some changes of priority change nothing.
PRIORITY_OF = {
    100: "blocker",
    90: "normal",
    80: "critical",
    50: "normal",
    25: "minor",
    0: "trivial",
}
LINK_OF = {
    "subtask": ("subtask", "outward"),
    "parent": ("subtask", "inward"),
    "mentions": ("relates", "outward"),
    "mentioned_by": ("relates", "inward"),
    "duplicates": ("duplicates", "inward"),
    "duplicated_by": ("duplicates", "outward"),
}


def is_closed(status: str) -> bool:
    """Tell whether a status ends an issue."""
    return STATUSES[status].type in ("done", "cancelled")
