"""What statuses mean, written briefly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.core.status import ConfiguredMeaning

if TYPE_CHECKING:
    from typing import Literal


def meaning(
    category: Literal["todo", "in_progress", "done"], is_waiting: bool = False
) -> tuple[ConfiguredMeaning]:
    """A status of a category."""
    return (ConfiguredMeaning(category=category, is_waiting=is_waiting),)
