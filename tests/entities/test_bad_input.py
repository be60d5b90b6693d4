"""What is wrong with a source is named before anything is read or built."""

from __future__ import annotations

import shutil

import pytest

from flowmart.core.errors import ConfigError
from flowmart.sources.registry import get_spec, source_names
from tests.entities.refusal import load, refusal


@pytest.mark.parametrize("engine", ["postgres", "clickhouse"])
def test_the_desk_itself_is_sound(folder, engine):
    load(folder, engine)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("  report: {", "  ticket: {", r"the key 'ticket' is given twice"),
        ("{stream: reports}", "{}", r"entities\.report\.stream: Field required"),
        (
            "{stream: reports}",
            "{stream: repairs}",
            r"entity 'report' has no window stream: 'repairs' is none of the streams",
        ),
        (
            "{stream: reports}",
            "{stream: report_readings}",
            r"entity 'report' has no window stream: 'report_readings' is a child",
        ),
        (
            "{stream: reports}",
            "{stream: tickets}",
            r"'ticket' and 'report' share the stream 'tickets'",
        ),
        (
            "  report: {stream: reports}\n",
            "",
            r"the window stream 'reports' belongs to no entity",
        ),
        (
            "kind: child, of: report,",
            "kind: child, of: repair,",
            r"'report_readings' is of 'repair', which is no entity",
        ),
        (
            "kind: child, of: report,",
            "kind: child,",
            r"streams\.report_readings: .*child streams, and no others, need `of`",
        ),
    ],
)
def test_entities_and_streams_that_do_not_fit(folder, old, new, what):
    folder.replace(folder.declaration, old, new)
    assert refusal(folder, what).where == str(folder.declaration)


def test_two_folders_of_one_name(folder, tmp_path):
    twin = shutil.copytree(folder.sources / "desk", tmp_path / "twin" / "desk")
    with (
        folder.registered(),
        folder.registered(twin.parent),
        pytest.raises(ConfigError, match="Two sources are called 'desk'") as caught,
    ):
        source_names()
    assert caught.value.where == f"{folder.sources / 'desk'} and {twin}"
    assert caught.value.next_step == "rename one of the folders"


def test_folder_with_the_name_of_one_of_flowmarts_own_sources(folder):
    shutil.copytree(folder.sources / "desk", folder.sources / "phabricator")
    with folder.registered(), pytest.raises(ConfigError, match="called 'phabricator'"):
        get_spec("desk")


def test_entity_without_models(folder):
    shutil.rmtree(folder.sql / "report")
    error = refusal(folder, "There are no models of report")
    assert error.where == str(folder.sql / "report")
    assert error.next_step == "correct `entities` in source.yaml, or write the models"


def test_part_without_models(folder):
    folder.replace(folder.declaration, "{stream: reports}", "{stream: reports, parts: [alarms]}")
    error = refusal(folder, "There are no models of report, part alarms")
    assert error.where == str(folder.sql / "report/alarms")
