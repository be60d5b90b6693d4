"""Names in the configuration that are the same but for the way they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")


def plain(name: str) -> str:
    """A name without case, spaces around it and ways to compose letters."""
    return normalize("NFC", name.strip().casefold())


def require_one_meaning(given: Mapping[str, T]) -> Mapping[str, T]:
    """
    Make sure that two spellings of one name do not mean different things.

    Two that mean the same are fine: projects of a source may spell one status in two ways.

    :param given: name -> what it means.
    :raises ValueError: naming both spellings.
    """
    known: dict[str, str] = {}
    for name, meaning in given.items():
        other = known.setdefault(plain(name), name)
        if given[other] != meaning:
            raise ValueError(
                f"{other!r} and {name!r} are one name in two spellings, and mean different things; "
                "leave one of them, or write the ids if the source has both"
            )
    return given
