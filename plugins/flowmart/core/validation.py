"""What pydantic found in a file, as one text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError


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
