"""Odd values, such as no source should tell and some do: fixed ones, and random ones."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK = "the odd value"

NUMBERS = (
    *("3.0", "-0", "-0.0", "0", "0e0", "1e-05", "0.00001", "1E5", "1e15", "1e16", "1e21", "1e25"),
    *("1.5e300", "1e-7", "-1.25e-10", "5e-324", "0.1000", "123456789.123", "9007199254740993"),
    *("9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616"),
    *("-9223372036854775808", "-9223372036854775809", str(10**25), "999999999999999999"),
    *(
        "576000000000000",
        "5617123199999",
        "5617123200000",
        "200000000000000000",
        "0.1234567890123456789",
    ),
    *("0." + "0" * 330 + "1", "1e-400", "9007199254740993.0", "123456789012345678901e5"),
    *("1769860800250", "1769860800", "9999999999999999", "10000000000000000", "-1", "1e308"),
)
TEXTS = (
    *(
        "",
        " ",
        "3.0",
        "3.",
        "03",
        "+3",
        ".5",
        "1e3",
        "-0",
        "-0.0",
        "1e25",
        "1e-400",
        "1e999",
        "NaN",
    ),
    *(
        "Infinity",
        "0x10",
        "1_000",
        "1,5",
        "٣",
        "3\n",
        " 3",
        "true",
        "TRUE",
        "yes",
        "t",
        "null",
        "{}",
    ),
    *("2026-01-01T00:00:00+16:00", "2026-01-01T00:00:00+14:59", "2026-01-01T00:00:00-15:00"),
    *("2026-02-30", "2026-02-30T00:00:00Z", "2026-02-29", "2024-02-29", "2100-02-29", "2000-02-29"),
    *("2026-04-31T10:00:00Z", "2026-01-01T00:00:00.123456789Z", "2026-01-01T00:00:00.9999999+0300"),
    *(
        "2026-01-01T24:00:00Z",
        "2026-01-01T23:59:60Z",
        "2026-01-01T00:00:00",
        "2026-01-01t00:00:00z",
    ),
    *("1969-12-31T23:59:59Z", "1970-01-01T00:00:00+03:00", "2147-12-31T23:59:59.999-14:00"),
    *(
        "2148-01-01T00:00:00Z",
        "0000-00-00",
        "9999-12-31T00:00:00Z",
        "2026-01-01T",
        "2026-01-01 00:00",
    ),
    *("Жук 🐞", "e\u0301", "\u2028", "\ufeff3", "a'b\\c\"d", "\\", "\x7f", "\t", "x" * 9000),
    *("1e25e", "-", "--1", "1e", "e5", "[1", '{"a":1}', "[]", '"', "PHID-USER-1", "1769860800250"),
)
DOCUMENTS = (
    *(
        "null",
        "true",
        "false",
        "[]",
        "{}",
        "[null]",
        '[[1,"a"],[]]',
        '{"id":null}',
        '{"id":{"id":1}}',
    ),
    *(
        '{"id":3.0,"name":1e25,"key":true}',
        '["bot",1,null,{"a":1},3.0]',
        '{"bot":1}',
        '"bot"',
        '[["bot"]]',
    ),
    *(
        '{"a":1,"a":2}',
        '{"a":{"b":1},"a":{"c":2}}',
        '{"":1}',
        '{"a b":[1e-7]}',
        '{"phid":[],"columns":{}}',
    ),
)


def odd_values(seed: int, number: int) -> list[str]:
    """
    JSON texts of odd values: all that are listed above where there is room, then random ones.

    :param seed: of the random ones.
    :param number: how many.
    """
    chance = random.Random(seed)
    listed = [*NUMBERS, *(json.dumps(text, ensure_ascii=False) for text in TEXTS), *DOCUMENTS]
    chance.shuffle(listed)
    return listed[:number] + [_value(chance, 3) for _ in range(number - len(listed))]


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all members and items of a document, also of those that hold others."""
    if not isinstance(value, dict | list):
        return
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        yield from paths(item, (*path, key))


def with_value(text: bytes, path: tuple[Any, ...], value: str) -> bytes:
    """A document with another value at a path."""
    document = json.loads(text)
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]]  # there has to be one
    holder[path[-1]] = _MARK
    return json.dumps(document, ensure_ascii=False).replace(f'"{_MARK}"', value).encode()


def _value(chance: random.Random, levels: int) -> str:
    kind = chance.randrange(8)
    if kind < 2:
        return _number(chance)
    if kind < 4 or not levels:
        return json.dumps(_text(chance), ensure_ascii=chance.random() < 0.3)
    if kind < 6:
        return chance.choice(DOCUMENTS + NUMBERS)
    items = [_value(chance, levels - 1) for _ in range(chance.randrange(4))]
    if kind == 6:
        return f"[{','.join(items)}]"
    names = [json.dumps(chance.choice(["id", "name", "a", "custom.x", "ключ"])) for _ in items]
    return f"{{{','.join(f'{name}:{item}' for name, item in zip(names, items, strict=True))}}}"


def _number(chance: random.Random) -> str:
    digits = str(chance.randrange(10 ** chance.randrange(1, 26)))
    if chance.random() < 0.5:
        digits += "." + str(chance.randrange(10 ** chance.randrange(1, 20)))
    if chance.random() < 0.4:
        digits += f"{chance.choice('eE')}{chance.choice(['', '+', '-'])}{chance.randrange(280)}"
    return chance.choice(["", "-"]) + digits


def _text(chance: random.Random) -> str:
    match chance.randrange(5):
        case 0:
            return _number(chance)
        case 1:
            return _time(chance)
        case 2:
            text = chance.choice(TEXTS)
            place = chance.randrange(len(text) + 1)
            return (
                text[:place]
                + chance.choice("0:-+.eTZ \n'\\é")
                + text[place + chance.randrange(2) :]
            )
        case _:
            return "".join(
                chance.choice("ab1.-:TZ Жé🐞\"'\\{[%_") for _ in range(chance.randrange(12))
            )


def _time(chance: random.Random) -> str:
    day = f"{chance.randrange(1960, 2160)}-{chance.randrange(14):02}-{chance.randrange(33):02}"
    clock = ":".join(f"{chance.randrange(most):02}" for most in (25, 61, 61))
    fraction = (
        f".{chance.randrange(10 ** chance.randrange(1, 12))}" if chance.random() < 0.5 else ""
    )
    hours, minutes = chance.randrange(17), chance.randrange(0, 61, 15)
    offset = f"{chance.choice('+-')}{hours:02}{chance.choice([':', ''])}{minutes:02}"
    return chance.choice([day, f"{day}T{clock}{fraction}{chance.choice(['Z', '', offset])}"])
