"""The configuration file: what is wrong with it, said by file, key and allowed values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flowmart.core.errors import ConfigError
from flowmart.settings import DEFAULT_CONFIG, load_settings
from flowmart.sources.registry import source_names

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, text: str) -> Path:
    """A configuration file."""
    path = folder / "flowmart.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_file_is_valid_and_names_an_instance_of_each_source() -> None:
    settings = load_settings(DEFAULT_CONFIG)
    assert sorted(settings.instances) == list(source_names())
    assert settings.instances["phabricator"].statuses["stalled"].is_waiting


def test_several_instances_of_one_source(tmp_path: Path) -> None:
    settings = load_settings(
        write(tmp_path, "instances: {phabricator: {}, phabricator__acme: {timezone: Asia/Kolkata}}")
    )
    assert list(settings.instances_of("phabricator")) == ["phabricator", "phabricator__acme"]
    assert settings.instances["phabricator__acme"].schedule == "0 0 * * *"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "instances: {phabricator: {shedule: daily}}",
            ["instances.phabricator.shedule", "schedule"],
        ),
        ("instanses: {}", ["instanses: unknown key", "instances, landing_root"]),
        ("instances: {bugzilla: {}}", ["'bugzilla' does not name a source", "phabricator"]),
        ("instances: {phabricator: {timezone: Mars/Phobos}}", ["Mars/Phobos", "IANA"]),
        (
            "instances: {phabricator: {statuses: {open: {category: doing}}}}",
            ["instances.phabricator.statuses.open.category", "'in_progress'"],
        ),
        ("instances: {phabricator: {cycle_time_policy: best}}", ["first_start_last_done"]),
        (
            "instances: {phabricator: {fields: {cost: {field: cost, type: money}}}}",
            ["instances.phabricator.fields.cost.type", "'bigint'"],
        ),
        ("instances: {phabricator: {fields: {Cost: {field: cost}}}}", ["fields.Cost", "pattern"]),
        (
            "instances: {phabricator: {fields: {cost: {name: cost}}}}",
            ["fields.cost.name: unknown key", "field, type"],
        ),
        ("schema_prefix: 'drop table x'\ninstances: {}", ["schema_prefix"]),
        ("instances: [", ["not YAML"]),
        ("", ["instances: Field required"]),
    ],
)
def test_a_wrong_file_is_explained(tmp_path: Path, text: str, messages: list[str]) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    for message in [*messages, str(path), "next step"]:
        assert message in str(caught.value)


def test_a_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_settings(tmp_path / "none.yaml")


def test_the_fingerprint_follows_what_the_marts_depend_on(tmp_path: Path) -> None:
    before = load_settings(write(tmp_path, "instances: {phabricator: {}}"))
    (tmp_path / "b").mkdir()
    after = load_settings(write(tmp_path / "b", "instances: {phabricator: {teams: {A: [x]}}}"))
    assert before.fingerprint("phabricator") != after.fingerprint("phabricator")
