"""The name of a new source, and what it is called in code and in texts."""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING

from local.errors import LocalError

if TYPE_CHECKING:
    from pathlib import Path

# PostgreSQL cuts names at 63 bytes: stg_<name>__issue_projects__<batch> has 32 besides the name.
LONGEST = 30

_SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_EXAMPLE = "make new-source NAME=some_tracker"


def require_name(project: Path, name: str) -> None:
    """
    Check that a source may be called so.

    :param project: the project's folder.
    :param name: what the user typed.
    :raises LocalError: saying what is wrong with it and what to type instead.
    """
    if not name:
        raise LocalError(f"Give the source a name: {_EXAMPLE}")
    if not _SNAKE_CASE.fullmatch(name):
        raise LocalError(
            f"NAME={name} is not snake_case: use lowercase letters, digits and single underscores, "
            f"beginning with a letter, such as {_EXAMPLE}"
        )
    if len(name) > LONGEST:
        raise LocalError(
            f"NAME={name} has {len(name)} characters: tables are called after it, so use at most "
            f"{LONGEST}"
        )
    if keyword.iskeyword(name):
        raise LocalError(
            f"NAME={name} is a keyword of Python, which no package can be called: add a word, "
            f"such as NAME={name}_tracker"
        )
    for path in _places(project, name):
        if path.exists():
            raise LocalError(
                f"NAME={name} is taken by {path.relative_to(project)}: choose another name, or go "
                "on with what is there"
            )


def forms(name: str) -> dict[str, str]:
    """
    What the templates say -> what the skeleton says in its place.

    :param name: the source's name in snake_case.
    """
    words = [word.capitalize() for word in name.split("_")]
    return {"some_tracker": name, "SomeTracker": "".join(words), "Some Tracker": " ".join(words)}


def _places(project: Path, name: str) -> list[Path]:
    """What would be hidden by a source of the name, or hide it."""
    return [
        project / f"plugins/flowmart/sources/{name}",
        project / f"plugins/flowmart/sources/{name}.py",
        project / f"include/sql/staging/{name}",
        project / f"dags/{name}.py",
        project / f"tests/sources/{name}",
    ]
