"""docs/collector.md names what there is."""

from __future__ import annotations

import re

import yaml

from collector.settings import Settings
from tests.conftest import PROJECT

DOCS = (PROJECT / "docs" / "collector.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return DOCS.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(title: str) -> dict[str, list[str]]:
    """Cells of a section's table by the names in its first column."""
    cells = [
        re.split(r"(?<!\\)\|", line)[1:-1] for line in section(title).splitlines() if "|" in line
    ]
    return {name: row[1:] for row in cells for name in re.findall(r"`([\w]+)", row[0])}


def test_every_setting_is_explained_with_its_default() -> None:
    explained = rows("Settings")
    assert explained.keys() == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, int | str):
            assert str(field.default) in explained[name.upper()][0], name


def test_docker_compose_passes_every_setting_on() -> None:
    compose = yaml.safe_load((PROJECT / "docker-compose.yaml").read_text(encoding="utf-8"))
    passed = compose["services"]["collector"]["environment"]
    # The container's own; its port is published at the machine's.
    names = Settings.model_fields.keys() - {"host", "port"}
    assert passed.keys() == {f"FLOWMART_COLLECTOR_{name.upper()}" for name in names}
    given = {name for name, value in passed.items() if value is not None}
    assert given == {"FLOWMART_COLLECTOR_STORE"}


def test_every_reason_for_a_refusal_is_listed() -> None:
    listed = set(
        re.findall(r"`(\w+)`", rows("Metrics and logs")["flowmart_collector_refused_total"][0])
    )
    source = "".join(path.read_text() for path in (PROJECT / "collector").glob("*.py"))
    raised = set(
        re.findall(r'(?:Refused\(\s*\d+, |_bad\(|_unavailable\(|_refuse\()"(\w+)"', source)
    )
    raised |= set(re.findall(r'(?:_start_timer\(|REFUSED\.labels\()"(\w+)"', source))
    assert raised == listed
