"""The settings of one instance: what is wrong with them leaves the other instances as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flowmart.core.errors import ConfigError
from flowmart.settings import load_settings
from tests.test_settings import OWN, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("own", "messages"),
    [
        ("{start: 2026-11-01, schedule: every day}", ["schedule: ", "is not a cron expression"]),
        (
            "{start: 2026-11-01, options: {projcts: [A]}}",
            ["options.projcts", "exclude_projects, field"],
        ),
        ("{start: 2026-11-01, options: {projects: {A: 1}}}", ["options.projects"]),
        ("{start: 2026-11-01, streams: [comments]}", ["streams lists comments", "are none"]),
        (
            "{start: 2026-11-01, resolutions: {fixed: delivered}}",
            ["resolutions has fixed, and YouTrack has none", "`outcome` under `statuses`"],
        ),
        ("{start: 2026-11-01, teams: {A: [web], B: [app, web]}}", ["'web' is in two teams", "'B'"]),
        (
            "{start: 2026-11-01, sprints: {S1: {starts_on: 2026-11-16, ends_on: 2026-11-02}}}",
            ["sprints.S1", "ends on 2026-11-02, before it begins"],
        ),
        ("{start: 2026-11-01, sprints: {S1: {starts_on: 2026-11-16}}}", ["S1.ends_on"]),
        ("{start: 2026-11-01, teams: {'': [web]}}", ["teams", "empty name"]),
        ("{start: 2026-11-01, teams: {(all): [web]}}", ["teams.(all)", "is no name for a team"]),
        (
            "{start: 2026-11-01, teams: {(no project): [web]}}",
            ["teams.(no project)", "is no name for a team"],
        ),
        ("{start: 2026-11-01, people: {(all): [{user: ann}]}}", ["people.(all)", "no name for"]),
        ("{start: 2026-11-01, teams: {'A ': [web]}}", ["'A ' begins or ends with a space"]),
        ("{start: 2026-11-01, teams: {A: [1]}}", ["teams.A.0", "write it in quotes"]),
        (
            "{start: 2026-11-01, statuses: {x: {category: done, is_waiting: true}}}",
            ["statuses.x", "what is done does not wait"],
        ),
        (
            "{start: 2026-11-01, measures: {m: {from: [a], to: [b], untill: [c]}}}",
            ["measures.m.untill: unknown key (known here: from, to)"],
        ),
        (
            "{start: 2026-11-01, sprints: {S: {starts_on: 2026-11-16, ends_on: 2026-11-30, x: 1}}}",
            ["sprints.S.x: unknown key (known here: ends_on, starts_on)"],
        ),
        ("{start: 2026-11-01, teams: {A: [' ']}}", ["teams", "empty name"]),
        (
            "{start: 2026-11-01, people: {A: [{user: ann}], B: [{user: ann, from: 2026-02-01}]}}",
            ["instances.youtrack.people: ", "'ann' is in two teams, 'A' and 'B'", "by `to`"],
        ),
        (
            "{start: 2026-11-01, people: {A: [{user: 7, from: 2026-02-01, to: 2026-02-01}]}}",
            ["people.A.0: ", "'7' leaves on 2026-02-01, but comes on 2026-02-01"],
        ),
        (
            "{start: 2026-11-01, people: {A: [{user: ann, until: 2026-02-01}]}}",
            ["people.A.0.until: unknown key (known here: from, to, user)"],
        ),
        (
            "{start: 2026-11-01, people: {A: [{from: soon}]}}",
            ["people.A.0.user", "people.A.0.from"],
        ),
        ("{start: 2026-11-01, people: {'': [{user: ann}]}}", ["people", "empty name"]),
        ("", ["it has no settings", "write `youtrack: {start: 2026-11-01}`"]),
        ("[]", ["instances.youtrack"]),
    ],
)
def test_n10_a_wrong_instance_is_explained_and_leaves_the_others(
    tmp_path: Path, own: str, messages: list[str]
) -> None:
    path = write(tmp_path, f"instances:\n  phabricator: {OWN}\n  youtrack: {own}\n")
    settings = load_settings(path)
    assert list(settings.instances) == ["phabricator"]
    with pytest.raises(ConfigError) as caught:
        settings.instance("youtrack")
    for message in [*messages, "youtrack", str(path)]:
        assert message in str(caught.value)


SPELLED_TWICE = [
    ("teams: {A: [web], B: [' Web ']}", "teams: Value error, the project ' Web ' is in two teams"),
    (
        "statuses: {Open: {category: todo}, open: {category: done}}",
        "statuses: Value error, 'Open' and 'open' are one name in two spellings",
    ),
    (
        "statuses: {x: [{category: todo, project: Web}, {category: done, project: web}]}",
        "statuses.x: Value error, two meanings for the project web from the beginning on",
    ),
    (
        "sprints: {S1: {starts_on: 2026-11-02, ends_on: 2026-11-16}, "
        "s1: {starts_on: 2026-11-02, ends_on: 2026-11-30}}",
        "sprints: Value error, 'S1' and 's1' are one name",
    ),
    (
        "levels: {epic: [Story], subtask: [story]}",
        "levels: Value error, 'Story' and 'story' are one name",
    ),
    (
        "people: {A: [{user: ann}], B: [{user: Ann}]}",
        "people: Value error, 'Ann' is in two teams, 'A' and 'B'",
    ),
]


@pytest.mark.parametrize(("own", "message"), SPELLED_TWICE)
def test_one_name_in_two_spellings_means_one_thing(tmp_path: Path, own: str, message: str) -> None:
    path = write(tmp_path, f"instances:\n  youtrack: {{start: 2026-11-01, {own}}}\n")
    with pytest.raises(ConfigError) as caught:
        load_settings(path).instance("youtrack")
    assert f"instances.youtrack.{message}" in str(caught.value)


def test_a_resolution_in_two_spellings_means_one_thing(tmp_path: Path) -> None:
    own = "{start: 2026-11-01, resolutions: {fixed: delivered, Fixed: discarded}}"
    path = write(tmp_path, f"instances:\n  yandex_tracker: {own}\n")
    with pytest.raises(ConfigError, match=r"resolutions: .*'fixed' and 'Fixed' are one name"):
        load_settings(path).instance("yandex_tracker")


def test_spellings_that_mean_the_same_are_fine(tmp_path: Path) -> None:
    """As of two projects of YouTrack that write one state in two ways."""
    own = (
        "{start: 2026-11-01, statuses: {In Progress: {category: in_progress}, "
        "In progress: {category: in_progress}}, teams: {A: [web, Web]}}"
    )
    settings = load_settings(write(tmp_path, f"instances: {{youtrack: {own}}}"))
    assert len(settings.instance("youtrack").statuses) == 2
