"""The files of a new source: all of them, or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from local.new_source.names import forms, require_name

if TYPE_CHECKING:
    from collections.abc import Mapping

# A file's path below this folder is its path in the project, but for the source's name.
TEMPLATES = Path(__file__).parent / "template"
_SUFFIX = ".tmpl"


def write_skeleton(project: Path, name: str) -> list[Path]:
    """
    Write the skeleton of a source.

    :param project: the project's folder.
    :param name: the source's name in snake_case.
    :return: the files, relative to the project.
    :raises LocalError: if the name will not do; nothing is written then.
    :raises OSError: if a file cannot be written; those written before are removed again.
    """
    require_name(project, name)
    files = render(name)
    made: list[Path] = []
    try:
        for relative, text in files.items():
            _write(project / relative, text, made)
    except BaseException:
        for path in reversed(made):
            path.rmdir() if path.is_dir() else path.unlink()
        raise
    return list(files)


def render(name: str) -> Mapping[Path, str]:
    """
    The skeleton in memory.

    :param name: the source's name in snake_case.
    :return: path, relative to the project -> text.
    """
    templates = sorted(TEMPLATES.rglob(f"*{_SUFFIX}"))
    return {
        Path(_named(str(template.relative_to(TEMPLATES)).removesuffix(_SUFFIX), name)): _named(
            template.read_text(encoding="utf-8"), name
        )
        for template in templates
    }


def _named(text: str, name: str) -> str:
    for placeholder, form in forms(name).items():
        text = text.replace(placeholder, form)
    return text


def _write(path: Path, text: str, made: list[Path]) -> None:
    """Write a file that must not exist, noting it and the folders that it took."""
    for folder in reversed([parent for parent in path.parents if not parent.exists()]):
        folder.mkdir()
        made.append(folder)
    with path.open("x", encoding="utf-8") as file:
        made.append(path)
        file.write(text)
