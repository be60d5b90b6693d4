"""
The fields of issues: those of all queues, and those that only one queue has.

Those of all queues are in ``fields.csv``: what Tracker has answered to the authors of its client
(``fields.LICENSE``), where a sprint is a list as the documentation has it, and two more fields.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.sandbox.yandex_tracker.values import Json


@dataclass(frozen=True)
class Field:
    """
    A field.

    :param id: what payloads call it; that of a queue's own field is ``<24 hex digits>--<key>``.
    :param ru: Russian name, empty if it is the English one.
    :param en: English name.
    :param type: type of its value, or of the items if it holds several.
    :param is_list: whether it holds several values.
    :param is_required: whether no issue is without it.
    :param is_readonly: whether only the server sets it.
    :param has_options: whether there is a list of its values.
    :param has_suggest: whether its values can be searched.
    :param queue: key of the only queue that has it.
    """

    id: str
    ru: str
    en: str
    type: str
    is_list: bool = False
    is_required: bool = False
    is_readonly: bool = False
    has_options: bool = False
    has_suggest: bool = False
    queue: str = ""

    @property
    def key(self) -> str:
        """The id without its hexadecimal part."""
        return self.id.rpartition("--")[2]

    def name(self, language: str) -> str:
        """The name in a language, ``ru`` or ``en``."""
        return self.ru if self.ru and language == "ru" else self.en

    @property
    def schema(self) -> Json:
        """What kind of value it holds, as the API describes it."""
        if self.is_list:
            return {"type": "array", "items": self.type}
        return {"type": self.type, "required": self.is_required}


def _global() -> tuple[Field, ...]:
    with Path(__file__).with_name("fields.csv").open(newline="", encoding="utf-8") as file:
        _, *rows = csv.reader(file)
    return tuple(
        Field(
            id=id_,
            ru=ru,
            en=en,
            type=type_,
            is_list=bool(is_list),
            is_required=bool(is_required),
            is_readonly=bool(is_readonly),
            has_options=bool(has_options),
            has_suggest=bool(has_suggest),
        )
        for (
            id_, ru, en, type_, is_list, is_required, is_readonly, has_options, has_suggest
        ) in rows
    )  # fmt: skip


def _local(queue: str, key: str, ru: str, en: str) -> Field:
    origin = hashlib.blake2b(f"{queue}.{key}".encode(), digest_size=12).hexdigest()
    return Field(f"{origin}--{key}", ru, en, "string", queue=queue)


GLOBAL_FIELDS = _global()
LOCAL_FIELDS = (
    _local("PAYMENTS", "riskLevel", "Уровень риска", "Risk level"),
    _local("SEARCH", "indexArea", "Область индекса", "Index area"),
)
FIELDS = {field.id: field for field in (*GLOBAL_FIELDS, *LOCAL_FIELDS)}
