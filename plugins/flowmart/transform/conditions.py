"""The conditions that contracts have in SQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowmart.core.identifiers import RESERVED

if TYPE_CHECKING:
    from collections.abc import Collection

_TEXT = re.compile(r"'(?:[^']|'')*'")
_NO_FUNCTION = re.compile(r"\b[a-z_][a-z0-9_]*\b(?!\s*[('])", re.IGNORECASE)
"""A word that is no name of a function, nor the type of a literal: ``date '2026-01-01'``."""
_WORDS = RESERVED | {"between", "is"}


def unknown_words(condition: str, columns: Collection[str]) -> list[str]:
    """
    The words of a condition that are neither columns nor words of SQL, sorted.

    :param condition: it holds for rows with these columns, without an alias.
    """
    words = set(_NO_FUNCTION.findall(_TEXT.sub("''", condition)))
    return sorted(word for word in words - set(columns) if word.lower() not in _WORDS)
