"""Files that pydantic validates: their parts, and what it found in one, as a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from pydantic import ValidationError


class Frozen(BaseModel):
    """A part of a file: it has no keys but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def problems_in(error: ValidationError, whole: str, within: tuple[str, ...] = ()) -> str:
    """
    All findings as ``key: message``.

    :param whole: what to call the file itself, for a finding that is about no key.
    :param within: keys under which what was validated is found.
    """
    return "; ".join(
        f"{'.'.join(map(str, (*within, *found['loc']))) or whole}: {found['msg']}"
        for found in error.errors()
    )
