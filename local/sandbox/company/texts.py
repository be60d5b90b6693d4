"""What invented tasks say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_VERBS = ["Add", "Fix", "Remove", "Speed up", "Document", "Test", "Почини", "Проверь"]
_THINGS = [
    "the checkout form",
    "refunds by instalments",
    "search suggestions",
    "импорт остатков",
    "the nightly export",
    "«ёлочки» in e-mails",
    "日本語 addresses",
    "the cart's badge 🛒",
    "session expiry",
    "naïve rounding of prices",
]
_COMMENTS = [
    "Reproduced on staging.",
    "Готово, посмотрите, пожалуйста.",
    "Waiting for the supplier's answer.",
    "Split out what does not block the release.",
    "LGTM 👍",
]


def title(rng: Random, task_id: int) -> str:
    """A title; that of task 3 holds a NUL character, which databases refuse."""
    text = f"{rng.choice(_VERBS)} {rng.choice(_THINGS)}"
    return f"{text}\u0000 (pasted)" if task_id == 3 else text


def description(rng: Random) -> str:
    """A description of one or two paragraphs."""
    return f"As a customer I want {rng.choice(_THINGS)}.\n\n* {rng.choice(_COMMENTS)}"


def comment(rng: Random) -> str:
    """A comment."""
    return rng.choice(_COMMENTS)
