"""What texts and JSON documents mean, worked out slowly by the rule of ADR 16."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOO_LATE = datetime(2148, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?")
_MILLISECONDS = re.compile("[0-9]{1,7}|[0-9]{9,13}")
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T)([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?"
    r"(Z|[-+][0-9]{2}:?[0-9]{2})"
)


class Number(str):
    """The digits of a number in a document, which tell it from a text."""

    __slots__ = ()


def read_document(text: str) -> Any:
    """A document with its numbers in full; those that nothing holds are texts."""
    return json.loads(text, parse_int=_digits, parse_float=_digits)


def _digits(number: str) -> str:
    exact = Decimal(number)
    has_all_digits = number.lstrip("-").isdigit() or Decimal(repr(float(number))) == exact
    if not -(2**63) <= exact < 2**64 or not has_all_digits:
        return number
    return Number(f"{exact.normalize() if exact else Decimal(0):f}")


def text_of(value: Any) -> Any:
    """A value as text; lists and objects stay what they are."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def bigint(text: str | None, digits: int = 18) -> int | None:
    """The whole number that a text is, of so many digits at most."""
    if not text or not _NUMBER.fullmatch(text) or "e" in text.lower():
        return None
    whole, _, fraction = text.partition(".")
    return int(whole) if len(whole.lstrip("-")) <= digits and not fraction.strip("0") else None


def double(text: str | None) -> float | None:
    """The number that a text is, if a double holds it."""
    if not text or len(text) > 400 or not _NUMBER.fullmatch(text):
        return None
    exact = Decimal(text)
    if exact and not Decimal("1e-307") <= abs(exact) <= Decimal("1e308"):
        return None
    return float(exact)


def decimal(text: str | None) -> Decimal | None:
    """The decimal that a text is in plain digits; what is below the ninth place is cut off."""
    found = re.fullmatch(r"(-?)(0|[1-9][0-9]{0,28})(\.[0-9]+)?", text or "")
    if not found or len(found[0]) > 400:
        return None
    return Decimal(f"{found[1]}{found[2]}.{(found[3] or '.0')[1:10]}")


def boolean(text: str | None) -> bool | None:
    """The truth that a text is."""
    return {"true": True, "false": False}.get(text or "")


def from_milliseconds(milliseconds: int | None) -> datetime | None:
    """The moment so many milliseconds after 1970 began, until 2147."""
    if milliseconds is None or not 0 <= milliseconds < (_TOO_LATE - _EPOCH) / timedelta(
        seconds=1e-3
    ):
        return None
    return _EPOCH + timedelta(milliseconds=milliseconds)


def iso_time(text: str | None) -> datetime | None:
    """The moment that a text is, with an offset; what is below a microsecond is cut off."""
    found = _TIME.fullmatch(text or "")
    if not found:
        return None
    day, clock, fraction, offset = found.groups()
    offset = "+00:00" if offset == "Z" else f"{offset[:3]}:{offset[-2:]}"
    if not day_of(day[:-1]) or int(offset[1:3]) > 14 or int(offset[4:]) > 59:
        return None
    try:
        moment = datetime.fromisoformat(f"{day}{clock}.{(fraction or '.')[1:7]:0<6}{offset}")
    except ValueError:
        return None
    return moment.astimezone(UTC)


def timestamp(text: str | None) -> datetime | None:
    """The moment that a text is, in ISO 8601 or in milliseconds."""
    if _MILLISECONDS.fullmatch(text or ""):
        return from_milliseconds(bigint(text))
    return iso_time(text)


def day_of(text: str | None) -> date | None:
    """The day that a text begins with, or that milliseconds fall on."""
    if _MILLISECONDS.fullmatch(text or ""):
        moment = from_milliseconds(bigint(text))
        return moment.date() if moment else None
    if not re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}(T|$)", text or ""):
        return None
    try:
        day = date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2147 else None
