"""Products: what their installations post, as the compiled ``.proto`` of each says."""

from __future__ import annotations

import base64
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from collector.compile import SUFFIX
from collector.errors import CollectorError, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from google.protobuf.descriptor import FieldDescriptor

    from collector.settings import Settings

SYSTEM = "system_id"
# Names, versions and ids: what is longer, or more, is none, and readers would carry it for ever.
_LONGEST_TEXT = 200
_MOST_VALUES = 500
_UUID = re.compile(
    "([0-9a-f]{8})(-?)([0-9a-f]{4})\\2([0-9a-f]{4})\\2([0-9a-f]{4})\\2([0-9a-f]{12})"
)


@dataclass(frozen=True)
class Product:
    """
    One product.

    :param name: name of its folder, and the path that its reports are posted to.
    :param message: class of its report; it has a text field ``system_id``.
    """

    name: str
    message: type[Message]

    def decode(self, body: bytes) -> dict[str, Any]:
        """
        What a body says: fields that it does not have are absent, whatever their type.

        :raises Refused: naming what is wrong with it.
        """
        try:
            message = self.message.FromString(body)
        except DecodeError:
            kind = self.message.DESCRIPTOR.name
            raise _bad("malformed", f"the body is not a protobuf message {kind}") from None
        missing: list[str] = []
        if not message.IsInitialized(missing):  # type: ignore[call-arg]
            raise _bad("incomplete", f"required but missing: {', '.join(missing[:20])}")
        report = _members(message, "")
        parts = _UUID.fullmatch(report.get(SYSTEM, "").lower())
        if not parts:
            raise _bad("system_id", f"{SYSTEM} is not a UUID")
        report[SYSTEM] = "-".join(parts.group(1, 3, 4, 5, 6))
        return report


def chosen_products(settings: Settings) -> dict[str, Product]:
    """
    The products that the settings name.

    :raises CollectorError: if the default one is none of them, or they cannot be used.
    """
    products = load_products(settings.products)
    if settings.default_product not in products:
        raise CollectorError(
            f"FLOWMART_COLLECTOR_DEFAULT_PRODUCT is {settings.default_product!r}; "
            f"{settings.products} has: {', '.join(products)}."
        )
    return products


def load_products(folder: Path) -> dict[str, Product]:
    """
    Every product of a folder, by name.

    :param folder: a folder for each, with a compiled ``.proto`` whose first message is the report.
    :raises CollectorError: if there is none, or one cannot be used.
    """
    products = {path.parent.name: _load(path) for path in sorted(folder.glob(f"*/*{SUFFIX}"))}
    if not products:
        raise CollectorError(
            f"There is no compiled product in {folder}: run `python -m collector.compile` (`make` "
            "does so), or let FLOWMART_COLLECTOR_PRODUCTS name another folder."
        )
    return products


def _load(path: Path) -> Product:
    # A pool for each: two products may give their messages the same name.
    pool = DescriptorPool()
    for file in FileDescriptorSet.FromString(path.read_bytes()).file:
        pool.AddSerializedFile(file.SerializeToString())
    report = next(iter(pool.FindFileByName(file.name).message_types_by_name.values()))
    if SYSTEM not in report.fields_by_name:
        raise CollectorError(f"{path}: its first message, {report.name}, has no field {SYSTEM}.")
    system = report.fields_by_name[SYSTEM]
    if system.type != system.TYPE_STRING or system.is_repeated:
        raise CollectorError(
            f"{path}: {SYSTEM} of its first message, {report.name}, is no single text field; "
            f"declare it as `required string {SYSTEM}`."
        )
    return Product(path.parent.name, GetMessageClass(report))


# protobuf's MessageToDict takes three times as long, lets texts through that are none, and makes
# texts of long integers.
def _members(message: Message, path: str) -> dict[str, Any]:
    """The fields that a message has."""
    members: dict[str, Any] = {}
    for field, value in message.ListFields():
        at = f"{path}{field.name}"
        if not field.is_repeated:
            members[field.name] = _value(field, value, at)
            continue
        if len(value) > _MOST_VALUES:
            raise _bad("many", f"{at} has more than {_MOST_VALUES} values")
        if hasattr(value, "items"):
            members[field.name] = _entries(field, value, at)
        else:
            members[field.name] = [_value(field, one, at) for one in value]
    return members


def _entries(field: FieldDescriptor, value: Any, path: str) -> dict[str, Any]:
    """A map's, which are messages of a key and a value on the wire."""
    entry: Any = field.message_type
    key_field, value_field = entry.fields_by_name["key"], entry.fields_by_name["value"]
    try:
        keys = list(value)
    except UnicodeDecodeError:
        raise _bad("text", f"a key of {path} is not UTF-8") from None
    return {
        str(_value(key_field, key, f"a key of {path}")): _value(value_field, value[key], path)
        for key in keys
    }


def _value(field: FieldDescriptor, value: Any, path: str) -> Any:
    if isinstance(value, str):
        # proto2 lets it through, and no warehouse can store it.
        if "\0" in value:
            raise _bad("text", f"{path} has a NUL character")
        if len(value) > _LONGEST_TEXT:
            raise _bad("long", f"{path} is longer than {_LONGEST_TEXT} characters")
        return value
    if isinstance(value, Message):
        return _members(value, f"{path}.")
    if isinstance(value, float) and not math.isfinite(value):
        raise _bad("number", f"{path} is not a finite number")
    if isinstance(value, bytes):
        if field.type == field.TYPE_STRING:
            raise _bad("text", f"{path} is not UTF-8")
        return base64.b64encode(value).decode()
    return value


def _bad(reason: str, detail: str) -> Refused:
    return Refused(400, reason, detail)
