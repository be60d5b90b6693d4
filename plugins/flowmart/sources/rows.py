"""Objects in answers: the members that the code uses, and the unchanged text."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec

# The range of versions in raw tables.
Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
# Keys hold ids of up to this length as they are.
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Row(msgspec.Struct, dict=True):
    """An object in an answer; subclasses declare the members that the code uses."""

    @property
    def payload(self) -> bytes:
        """The object's unchanged text."""
        payload: bytes = self.__dict__["payload"]
        return payload


SomeRow = TypeVar("SomeRow", bound=Row)
Some = TypeVar("Some")


def read_json(text: bytes | msgspec.Raw, type_: type[Some]) -> Some:
    """
    Decode JSON.

    :param type_: the expected type.
    :raises msgspec.ValidationError: if it has another type, naming the member.
    """
    found: Some = _decoder(type_).decode(text)  # type: ignore[arg-type]
    return found


def read_rows(text: bytes | msgspec.Raw, type_: type[SomeRow]) -> list[SomeRow]:
    """
    Decode a list of objects, each with its text, like :func:`read_json`.

    :param type_: the expected type of each object.
    """
    rows: list[SomeRow] = _decoder(list[type_]).decode(text)  # type: ignore[valid-type]
    for row, payload in zip(rows, read_json(text, list[msgspec.Raw]), strict=True):
        row.__dict__["payload"] = bytes(payload)
    return rows


def read_row(text: bytes | msgspec.Raw, type_: type[SomeRow]) -> SomeRow:
    """
    Decode one object with its text, like :func:`read_rows`.

    :param type_: the expected type.
    """
    row = read_json(text, type_)
    row.__dict__["payload"] = bytes(text)
    return row


@functools.cache
def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type_)
