"""Checks that both warehouses can store a JSON text, and read the same in it (ADR 16)."""

from __future__ import annotations

import functools
import json
import re
import sys
from decimal import Decimal, InvalidOperation

import msgspec

# Objects and lists inside each other. ClickHouse reads nothing of a document with 1,024 levels,
# PostgreSQL refuses some ten thousand, and Python's limit depends on who calls.
MOST_LEVELS = 500
# PostgreSQL refuses further decimal places, ClickHouse reads nothing of a document with a number
# that is larger than a double. Python reads no longer numbers.
_MOST_DECIMALS = 16_383
_MOST_DIGITS = 4300
_LARGEST = Decimal(sys.float_info.max)

_UTF8_MARK = b"\xef\xbb\xbf"
# U+0000 and halves of surrogate pairs may be escaped in JSON, but are no text in a database.
_SUSPICIOUS = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
# A complete pair, surely an escape: behind another backslash it may be none.
_SURE_PAIR = re.compile(rb"\\(?<!\\\\)u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a complete pair
    rb"|(?P<unstorable>\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2}))"
    rb"|\\."
)
# Up to so many characters, a number without an exponent has no more digits than a double holds.
_SURELY_HELD = 16
_LONGEST_HELD = 18
_DIGITS = bytes(ord("0") if chr(byte).isdigit() else ord(" ") for byte in range(256))
_NOT_BRACKETS = bytes(set(range(256)) - set(b'[]{}"'))
_TOKEN = re.compile(
    rb'(?P<name>"(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"?'
    rb"|(?P<number>-?(?:NaN|Infinity|[0-9][0-9.eE+-]*))"
)


class UnstorableError(Exception):
    """
    JSON contains something that a warehouse cannot store.

    :param value: the value, and its member if that is known.
    """

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


def storable(body: bytes) -> bytes:
    """
    Check an answer, and return it as a one-line text from which records can be sliced.

    U+0000 and unpaired surrogates, which a database text cannot contain, become U+FFFD. A number
    beyond 64 bits, or with digits that a double does not hold, becomes a text. Of members with one
    name, the last stays. Line breaks, which JSON has only between tokens, become spaces. Everything
    else is unchanged.

    :param body: the answer.
    :raises UnstorableError: if it nests too deeply, or contains ``NaN``, ``Infinity`` or a number
        that a warehouse refuses.
    :raises ValueError: if it is not JSON.
    """
    text = _without_unstorable_characters(body.removeprefix(_UTF8_MARK))
    not_held: list[str] = []
    checker = msgspec.json.Decoder(float_hook=functools.partial(_require_number, not_held))
    try:
        decoded = checker.decode(text)
    except RecursionError as error:
        raise UnstorableError(f"more than {MOST_LEVELS} levels of lists and objects") from error
    except msgspec.DecodeError as error:
        if value := _unstorable_number(text):
            raise UnstorableError(value) from error
        raise
    if _nests_deeper(text, MOST_LEVELS):
        raise UnstorableError(f"more than {MOST_LEVELS} levels of lists and objects")
    if not_held or b"0" * (_LONGEST_HELD + 1) in text.translate(_DIGITS):
        text = _TOKEN.sub(_as_text_unless_held, text)
    # Escaped colons count as well: then the text is written anew, and says the same.
    if text.count(b":") != msgspec.json.encode(decoded).count(b":"):
        text = json.dumps(json.loads(text), ensure_ascii=False).encode()
    return text.replace(b"\n", b" ").replace(b"\r", b" ")


def _without_unstorable_characters(body: bytes) -> bytes:
    try:
        body.decode()
    except UnicodeDecodeError:
        # Surrogate pairs become their character, unpaired ones U+FFFD.
        utf16 = body.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
        body = utf16.decode("utf-16-le", "replace").encode()
    if not _SUSPICIOUS.search(body) or not _SUSPICIOUS.search(_SURE_PAIR.sub(b" ", body)):
        return body
    return _ESCAPE.sub(lambda found: rb"\ufffd" if found["unstorable"] else found[0], body)


def _require_number(not_held: list[str], text: str) -> None:
    """Called for every number with a fraction or an exponent."""
    if len(text) <= _SURELY_HELD and "e" not in text and "E" not in text:
        return
    if not _is_storable_number(text):
        raise ValueError(text)
    if not _is_held(text):
        not_held.append(text)


def _is_held(number: str) -> bool:
    """Whether a 64-bit integer or a double has all digits of a number, and 64 bits its size."""
    exact = Decimal(number)
    is_integer = number.lstrip("-").isdigit()
    return -(2**63) <= exact < 2**64 and (is_integer or Decimal(repr(float(number))) == exact)


def _as_text_unless_held(token: re.Match[bytes]) -> bytes:
    number: bytes | None = token["number"]
    return token[0] if number is None or _is_held(number.decode()) else b'"' + number + b'"'


def _is_storable_number(text: str) -> bool:
    if text.lstrip("-").isdigit():
        return len(text) <= _MOST_DIGITS
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    exponent = number.as_tuple().exponent
    return (
        isinstance(exponent, int)
        and -_MOST_DECIMALS <= exponent <= _LARGEST.adjusted()
        and abs(number) <= _LARGEST
    )


def _unstorable_number(text: bytes) -> str | None:
    """
    The first number that a warehouse rejects, with its member.

    Text that ends within a string or a number may have been cut off, which proves nothing.
    """
    member = ""
    for token in _TOKEN.finditer(text):
        if token.end() == len(text):
            return None
        if token["name"]:
            member = f" in {token['name'].decode(errors='replace')}"
        elif token["number"] and not _is_storable_number(number := token["number"].decode()):
            return f"the number {number:.40}{member}"
    return None


def _nests_deeper(text: bytes, levels: int) -> bool:
    """Remove the innermost brackets, level by level, until none are left."""
    if b"\\" in text:
        text = text.replace(rb"\\", b"").replace(rb"\"", b"")
    # Brackets are outside strings if an even number of quotation marks is before them.
    marks = text.translate(None, _NOT_BRACKETS).replace(b'""', b"")
    brackets = b"".join(marks.split(b'"')[::2])
    for _ in range(levels):
        if not brackets:
            return False
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
    return bool(brackets)
