"""Documentation says something about all that there is."""

from __future__ import annotations

import re

import pytest

from flowmart.sources.registry import get_spec, source_names
from tests.conftest import PROJECT

COLUMNS = ["stream", "endpoint", "cursor contract", "proof of completeness", "known limits"]
FILES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
FILES += sorted((PROJECT / "plugins").rglob("README.md"))


def sections(text: str) -> dict[str, str]:
    """Heading -> what is below it."""
    return dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("name", source_names())
def test_every_stream_is_described(name: str) -> None:
    spec = get_spec(name)
    told = sections((PROJECT / "docs" / "sources.md").read_text(encoding="utf-8"))
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in told[spec.title.replace(" / ", ", ")].splitlines()
        if line.startswith("|")
    ]
    assert rows[0] == COLUMNS
    described = {stream for row in rows[2:] for stream in re.findall(r"`(\w+)`", row[0])}
    assert described == {s for s, stream in spec.streams.items() if stream.kind != "census"}
    assert all(endpoint and contract for _, endpoint, contract, *_ in rows[2:])


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_links_lead_somewhere(file) -> None:
    links = re.findall(r"\]\(([^)#]+)", file.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (file.parent / link).exists()]
    assert broken == []
