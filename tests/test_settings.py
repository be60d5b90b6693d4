"""The configuration file: what is wrong with it, said by file, key and allowed values."""

from __future__ import annotations

from dataclasses import astuple
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from airflow.sdk import CronDataIntervalTimetable

from flowmart.core.errors import ConfigError
from flowmart.engines.base import Schemas
from flowmart.settings import DEFAULT_CONFIG, load_settings
from flowmart.sources.registry import source_names
from flowmart.transform.folders import INSTANCE_VIEW

if TYPE_CHECKING:
    from pathlib import Path


OWN = "{start: 2026-11-01}"


def write(folder: Path, text: str) -> Path:
    """A configuration file."""
    path = folder / "flowmart.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_file_is_valid_and_names_an_instance_of_each_source() -> None:
    settings = load_settings(DEFAULT_CONFIG)
    assert sorted(settings.instances) == list(source_names())
    assert settings.instances["phabricator"].statuses["stalled"][0].is_waiting


def test_several_instances_of_one_source(tmp_path: Path) -> None:
    settings = load_settings(
        write(tmp_path, f"instances: {{phabricator: {OWN}, phabricator__acme: {OWN}}}")
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
        (f"instances: {{bugzilla: {OWN}}}", ["'bugzilla' does not name a source", "phabricator"]),
        ("instances: {phabricator: {timezone: Mars/Phobos}}", ["Mars/Phobos", "IANA"]),
        (
            "instances: {phabricator: {statuses: {open: {category: doing}}}}",
            ["instances.phabricator.statuses.open.0.category", "'in_progress'"],
        ),
        ("instances: {phabricator: {cycle_time_policy: best}}", ["first_start_last_done"]),
        ("instances: {phabricator: {statuses: {open: {}}}}", ["statuses.open", "needs a category"]),
        (
            "instances: {phabricator: {statuses: {open: {category: todo, outcome: discarded}}}}",
            ["statuses.open", "only done has an outcome"],
        ),
        (
            "instances: {phabricator: {statuses: {open: [{category: todo, valid_from: soon}]}}}",
            ["statuses.open.0.valid_from", "date"],
        ),
        (
            "instances: {phabricator: {statuses: {open: [{category: todo}, {category: done}]}}}",
            ["statuses.open", "two meanings for the project (all) from the beginning on"],
        ),
        (
            "instances: {phabricator: {statuses: {open: {category: todo, colour: red}}}}",
            ["colour: unknown key", "category, is_waiting, outcome, project, valid_from"],
        ),
        (
            "instances: {phabricator: {resolutions: {fixed: done}}}",
            ["resolutions.fixed", "'delivered'"],
        ),
        ("instances: {phabricator: {levels: {story: [Story]}}}", ["levels.story", "'epic'"]),
        (
            "instances: {phabricator: {levels: {epic: [Epic], subtask: [Epic]}}}",
            ["levels", "Epic is listed twice"],
        ),
        (
            "instances: {phabricator: {ignore_visits_shorter_than_seconds: -1}}",
            ["ignore_visits_shorter_than_seconds", "greater than or equal to 0"],
        ),
        ("instances: {phabricator: {blocked: {flag: []}}}", ["blocked.flag", "at least 1"]),
        (
            "instances: {phabricator: {start: 2026-11-01, blocked_by: [subtask, status]}}",
            ["blocked_by lists 'status'", "subtask, parent, mention"],
        ),
        (
            "instances: {yandex_tracker: {start: 2026-11-01, blocked_by: ['depends:outward']}}",
            ["blocked_by lists 'depends:outward'", "depends, relates"],
        ),
        (
            "instances: {youtrack: {start: 2026-11-01, blocked_by: ['']}}",
            ["blocked_by lists ''", "link:?*"],
        ),
        (
            "instances: {phabricator: {start: 2026-11-01, blocked_by: [subtask, subtask]}}",
            ["blocked_by: Value error, subtask is listed twice"],
        ),
        ("instances: {phabricator: {blocked_by: {subtask: true}}}", ["blocked_by", "valid list"]),
        (
            "instances: {phabricator: {measures: {delay: {from: [Testing]}}}}",
            ["measures.delay.to: Field required"],
        ),
        (
            "instances: {phabricator: {start: 2026-11-01, data_quality: {hid: []}}}",
            ["instances.phabricator.data_quality.hid: unknown key", "hide, more_than"],
        ),
        (
            "instances: {phabricator: {start: 2026-11-01, data_quality: {hide: [without_titel]}}}",
            ["data_quality.hide has without_titel", "without_project, without_title"],
        ),
        (
            "instances: {phabricator: {start: 2026-11-01, "
            "data_quality: {hide: [history_without_creation]}}}",
            ["data_quality.hide has history_without_creation"],  # which is YouTrack's
        ),
        (
            "instances: {phabricator: {start: 2026-11-01, "
            "data_quality: {more_than: {without_title: 1}}}}",
            ["no rule with a limit", "use moved_back_to_todo, reopened_often"],
        ),
        (
            "instances: {phabricator: {start: 2026-11-01, "
            "data_quality: {more_than: {reopened_often: -1}}}}",
            ["instances.phabricator.data_quality.more_than.reopened_often"],
        ),
        (
            "instances: {phabricator: {start: 2026-11-01, url: tracker.example.org}}",
            ["instances.phabricator.url", "https://tracker.example.org"],
        ),
        (
            "instances: {phabricator: {start: 2026-11-01, url: 'https://ann:pw@t.example.org'}}",
            ["is no address such as"],
        ),
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
        ("instances: [", ["cannot be read as YAML"]),
        ("", ["instances: Field required"]),
        ("[1]", ["the file: Input should be"]),
        ("instances: {phabricator: {options: {a: !!binary aGVsbG//}}}", ["!!binary", "line 1"]),
        ("instances: {phabricator: {options: &o {a: *o}}}", ["contains itself", "line 1"]),
        (
            f"instances: {{phabricator: {{options: {{a: {'[' * 300}{']' * 300}}}}}}}",
            ["100 levels deep"],
        ),
        (
            "instances: {phabricator: {schedule: every day}}",
            ["instances.phabricator.schedule", "'every day' is not a cron expression", "@daily"],
        ),
        ("instances: {phabricator: {schedule: ''}}", ["instances.phabricator.schedule", "''"]),
        ("instances: {phabricator: {schedule: '@once'}}", ["'@once' is not a cron expression"]),
        ("instances: {phabricator: {schedule: 61 * * * *}}", ["schedule", "Bad minute"]),
        ("instances: {phabricator: {schedule: 0 0 30 2 *}}", ["schedule", "Bad day-of-month"]),
        ("instances: {phabricator: {}}", ["instances.phabricator.start: Field required"]),
        ("instances: {phabricator: {start: soon}}", ["instances.phabricator.start", "date"]),
        ("instances: {phabricator: {start: 2026-11-01T06:00}}", ["instances.phabricator.start"]),
        ("census_schedule: weekly\ninstances: {}", ["census_schedule", "'weekly' is not a cron"]),
        ("schema_prefix: pg_own_\ninstances: {}", ["schema_prefix", "begin with pg_"]),
        (f"schema_prefix: {'a' * 59}\ninstances: {{}}", ["schema_prefix", "at most 58"]),
        (
            f"instances: {{phabricator__{'a' * 41}: {{}}}}",
            [f"instances.phabricator__{'a' * 41}", "at most 53"],
        ),
        (
            f"instances: {{phabricator: {{fields: {{{'a' * 64}: {{field: x}}}}}}}}",
            [f"fields.{'a' * 64}", "at most 63"],
        ),
        (
            "instances: {phabricator: {fields: {select: {field: x}}}}",
            ["instances.phabricator.fields.select", "'select' is a word of SQL", "select_name"],
        ),
        (
            "instances: {phabricator: {start: 2026-11-01, fields: {issue_key: {field: x}}}}",
            ["instances.phabricator: fields has issue_key, which fct_issues has a column for"],
        ),
    ],
)
def test_a_wrong_file_is_explained(tmp_path: Path, text: str, messages: list[str]) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_settings(path).require_every_instance()
    for message in [*messages, str(path), "next step"]:
        assert message in str(caught.value)


def test_n10_an_instance_given_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, f"instances:\n  youtrack: {OWN}\n  youtrack: {OWN}\n")
    with pytest.raises(ConfigError, match="the key 'youtrack' is given twice"):
        load_settings(path)


def test_n10_an_instance_that_is_not_there_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, f"instances: {{phabricator: {OWN}}}"))
    with pytest.raises(ConfigError, match=r"no instance 'jira'.*use one of phabricator"):
        settings.instance("jira")


@pytest.mark.parametrize("schedule", ["@daily", "@quarterly", "*/5 * * * *", "0 6 * * mon-fri"])
def test_a_schedule_is_what_airflow_reads(tmp_path: Path, schedule: str) -> None:
    instance = f"{{start: 2026-11-01, schedule: '{schedule}'}}"
    text = f"census_schedule: '{schedule}'\ninstances: {{phabricator: {instance}}}"
    settings = load_settings(write(tmp_path, text))
    for given in (settings.census_schedule, settings.instances["phabricator"].schedule):
        timetable = CronDataIntervalTimetable(given, timezone="UTC")
        timetable.validate()


def test_the_longest_names_are_those_that_postgresql_keeps_whole(tmp_path: Path) -> None:
    instance = f"phabricator__{'a' * 40}"
    text = f"schema_prefix: {'a' * 58}\ninstances: {{{instance}: {OWN}}}"
    settings = load_settings(write(tmp_path, text))
    schemas = astuple(Schemas.with_prefix(settings.schema_prefix))
    assert max(map(len, [*schemas, f"{INSTANCE_VIEW}{instance}"])) == 63


def test_a_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_settings(tmp_path / "none.yaml")


def test_the_fingerprint_follows_what_the_marts_depend_on(tmp_path: Path) -> None:
    before = load_settings(write(tmp_path, f"instances: {{phabricator: {OWN}}}"))
    (tmp_path / "b").mkdir()
    teams = "{start: 2026-11-01, teams: {A: [x]}}"
    after = load_settings(write(tmp_path / "b", f"instances: {{phabricator: {teams}}}"))
    assert before.fingerprint("phabricator") != after.fingerprint("phabricator")


def test_the_environment_may_replace_every_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the local stack does for the sandbox."""
    monkeypatch.setenv("FLOWMART_START", "2026-11-20")
    text = f"instances: {{phabricator: {{timezone: Europe/Moscow}}, youtrack: {OWN}}}"
    instances = load_settings(write(tmp_path, text)).instances
    assert instances["phabricator"].starts_at == datetime(2026, 11, 19, 21, tzinfo=UTC)
    assert instances["youtrack"].starts_at == datetime(2026, 11, 20, tzinfo=UTC)


def test_options_are_what_the_source_understands_and_no_more_than_is_set(tmp_path: Path) -> None:
    """Models compare their texts; what is not set is left to the source's declaration."""
    text = """
        instances:
          telemetry: {start: 2026-11-01, options: {production_versions_only: "yes", minimum_age_days: "2"}}
          telemetry__one: {start: 2026-11-01, options: {production_versions_only: 0}}
          phabricator: {start: 2026-11-01, options: {releases: {subtypes: train}}}
          github: {start: 2026-11-01, options: {
            organizations: [acme], deployments: {from: tags}, status_from_board: null}}
    """  # noqa: E501
    instances = load_settings(write(tmp_path, text)).instances
    assert {name: settings.options for name, settings in instances.items()} == {
        "telemetry": {"production_versions_only": True, "minimum_age_days": 2},
        "telemetry__one": {"production_versions_only": False},
        "phabricator": {"releases": {"subtypes": ["train"]}},
        "github": {
            "organizations": ["acme"],
            "deployments": {"from": ["tags"]},
            "status_from_board": None,
        },
    }
