"""Products: what their installations post, as the compiled ``.proto`` of each says."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from collector.compile import SUFFIX
from collector.errors import CollectorError, Refused

if TYPE_CHECKING:
    from pathlib import Path

SYSTEM = "system_id"
_UUID = re.compile(
    r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}", re.I | re.A
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
        _check_texts(message)
        report = MessageToDict(message, preserving_proto_field_name=True)
        system = report.get(SYSTEM, "")
        if not _UUID.fullmatch(system):
            raise _bad("system_id", f"{SYSTEM} is not a UUID")
        report[SYSTEM] = str(uuid.UUID(system))
        return report


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
    return Product(path.parent.name, GetMessageClass(report))


def _check_texts(message: Message, path: str = "") -> None:
    """Refuse texts that are no UTF-8, which proto2 lets through, or that no warehouse can store."""
    for field, value in message.ListFields():
        if field.type not in (field.TYPE_STRING, field.TYPE_MESSAGE, field.TYPE_GROUP):
            continue
        for one in value if field.is_repeated else [value]:
            if isinstance(one, Message):
                _check_texts(one, f"{path}{field.name}.")
            elif isinstance(one, bytes) or "\0" in one:
                raise _bad("text", f"{path}{field.name} is not UTF-8 text, or has a NUL character")


def _bad(reason: str, detail: str) -> Refused:
    return Refused(400, reason, detail)
