"""The sections of ``docs/metrics.md``, and which tables they name."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """
    One definition.

    :param title: its heading.
    :param text: what is below it, in Markdown.
    """

    title: str
    text: str

    @property
    def anchor(self) -> str:
        """The heading's anchor, as GitHub makes it."""
        return re.sub(r"[^\w\- ]", "", self.title.lower()).replace(" ", "-")

    def names(self, table: str) -> bool:
        """Whether the section names a table, or one of its columns, as code."""
        return re.search(rf"`(?:\w+\.)?{table}(?:`|\.)", self.text) is not None


def read_sections(text: str) -> list[Section]:
    """
    Split a document at its headings of the second level.

    :param text: the document; what comes before the first heading is left out.
    """
    found = re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return [Section(title, below.strip()) for title, below in found]
