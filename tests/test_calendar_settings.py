"""Working calendars in the configuration: what they mean, and what is wrong with bad ones."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from flowmart.core.errors import ConfigError
from flowmart.settings import Settings, load_settings
from flowmart.transform.public_holidays import PublicHolidays

if TYPE_CHECKING:
    from pathlib import Path

    from flowmart.transform.calendar import Calendar

HOUR = 3_600
NINE_TO_FIVE = ((9 * HOUR, 17 * HOUR),)
OFF: tuple[tuple[int, int], ...] = ()


def load(folder: Path, calendars: str, instance: str = "calendar: a") -> Settings:
    """A configuration with these calendars and one instance."""
    path = folder / "flowmart.yaml"
    path.write_text(
        f"calendars: {calendars}\ninstances: {{phabricator: {{start: 2026-11-01, {instance}}}}}\n",
        encoding="utf-8",
    )
    settings = load_settings(path)
    settings.require_every_instance()
    return settings


def only(folder: Path, calendar: str, others: str = "") -> Calendar:
    """What the calendar `a` means."""
    (found,) = load(folder, f"{{a: {calendar}, {others}}}").calendars_of("phabricator")
    return found


def test_stretches_per_weekday_with_lunch_and_to_midnight(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        "{timezone: Europe/Moscow, hours: {mon-thu: ['14:00-18:00', '9:00 - 13:00'], "
        "fri: 09:00-16:30:30, sun: 22:00-24:00, sat: []}}",
    )
    (version,) = found.versions
    assert version.timezone == "Europe/Moscow"
    assert version.valid_from == date(1990, 1, 1)
    assert version.week == (
        *[((9 * HOUR, 13 * HOUR), (14 * HOUR, 18 * HOUR))] * 4,
        ((9 * HOUR, 16 * HOUR + 1_830),),
        OFF,
        ((22 * HOUR, 24 * HOUR),),
    )


def test_holidays_and_days_of_its_own(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        "{timezone: UTC, hours: {mon-fri: 09:00-17:00}, country: DE, subdivision: BY, "
        "days_off: [2026-12-31], extra_days: {2026-12-05: normal, 2026-12-06: [10:00-11:00]}}",
    )
    assert found.versions[0].holidays == PublicHolidays("DE", "BY")
    assert found.days == (
        (date(2026, 12, 5), None),
        (date(2026, 12, 6), ((10 * HOUR, 11 * HOUR),)),
        (date(2026, 12, 31), OFF),
    )


def test_a_child_has_what_it_says_and_the_rest_from_its_parent(tmp_path: Path) -> None:
    parent = (
        "{timezone: Europe/Moscow, country: RU, hours: {mon-fri: 09:00-17:00}, "
        "days_off: [2026-12-30, 2026-12-31], extra_days: {2026-11-07: normal}}"
    )
    found = only(
        tmp_path,
        "{inherits: b, timezone: Asia/Omsk, days_off: [2026-11-07], "
        "extra_days: {2026-12-31: [09:00-17:00]}}",
        f"b: {parent}",
    )
    assert found.versions[0].week[:5] == (NINE_TO_FIVE,) * 5
    assert found.versions[0].timezone == "Asia/Omsk"
    assert found.versions[0].holidays == PublicHolidays("RU")
    assert dict(found.days) == {
        date(2026, 11, 7): OFF,
        date(2026, 12, 30): OFF,
        date(2026, 12, 31): NINE_TO_FIVE,
    }


def test_another_country_than_the_parents_has_not_its_region(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        "{inherits: b, country: AT}",
        "b: {timezone: UTC, hours: {mon: 09:00-17:00}, country: DE, subdivision: BY}",
    )
    assert found.versions[0].holidays == PublicHolidays("AT")


def test_a_version_changes_what_it_names(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        "{timezone: UTC, country: RU, hours: {mon-fri: 09:00-17:00}, versions: ["
        "{valid_from: 2024-01-01, hours: {mon: 09:00-17:00}}, "
        "{valid_from: 2025-07-01, timezone: Asia/Omsk}]}",
    )
    said = [(v.valid_from, v.timezone, sum(map(len, v.week))) for v in found.versions]
    assert said == [
        (date(1990, 1, 1), "UTC", 5),
        (date(2024, 1, 1), "UTC", 1),
        (date(2025, 7, 1), "Asia/Omsk", 1),
    ]
    assert {version.holidays for version in found.versions} == {PublicHolidays("RU")}


def test_a_childs_versions_follow_those_of_its_parent_too(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        "{inherits: b, versions: [{valid_from: 2025-01-01, country: AT}]}",
        "b: {timezone: UTC, hours: {mon-fri: 09:00-17:00}, "
        "versions: [{valid_from: 2026-01-01, hours: {mon: 09:00-17:00}}]}",
    )
    said = [(v.valid_from.year, v.holidays, sum(map(len, v.week))) for v in found.versions]
    austria = PublicHolidays("AT")
    assert said == [(1990, None, 5), (2025, austria, 5), (2026, austria, 1)]


@pytest.mark.parametrize(
    "calendar",
    [
        "{workdays: [0, 1, 2, 3, 4], business_hours_start: 09:00:00, business_hours_end: 22:00:00}",
        "{EXPORTER_WORKDAYS: '[0,1,2,3,4]', EXPORTER_BUSINESS_HOURS_END: '22:00:00'}",
    ],
)
def test_tracker_exporters_settings_as_they_are(tmp_path: Path, calendar: str) -> None:
    """Its defaults, UTC, and Russia's holidays as holidays 0.34 has them."""
    found = only(tmp_path, calendar)
    (version,) = found.versions
    assert version.week == (((9 * HOUR, 22 * HOUR),),) * 5 + (OFF, OFF)
    assert version.timezone == "UTC"
    assert version.holidays == PublicHolidays("RU", moved_days=False)
    assert found.days == ((date(2023, 2, 24), OFF), (date(2023, 5, 8), OFF))


def test_tracker_exporters_settings_with_another_country(tmp_path: Path) -> None:
    found = only(tmp_path, "{workdays: [6], country: DE}")
    assert found.versions[0].holidays == PublicHolidays("DE", moved_days=False)
    assert found.versions[0].week == (OFF,) * 6 + (((9 * HOUR, 22 * HOUR),),)
    assert not found.days


def test_an_instance_has_the_calendars_that_its_teams_keep(tmp_path: Path) -> None:
    office = "{timezone: UTC, hours: {mon: 09:00-17:00}}"
    settings = load(
        tmp_path,
        f"{{a: {office}, b: {office}, unused: {office}}}",
        "calendar: a, teams: {Ops: [ops]}, team_calendars: {Ops: b, (no project): a}",
    )
    assert [calendar.name for calendar in settings.calendars_of("phabricator")] == ["a", "b"]


def test_another_calendar_is_another_configuration(tmp_path: Path) -> None:
    load_settings.cache_clear()
    before = load(tmp_path, "{a: {timezone: UTC, hours: {mon: 09:00-17:00}}}")
    load_settings.cache_clear()
    after = load(tmp_path, "{a: {timezone: UTC, hours: {mon: 09:00-18:00}}}")
    assert before.fingerprint("phabricator") != after.fingerprint("phabricator")


@pytest.mark.parametrize(
    ("calendar", "messages"),
    [
        ("{}", ["calendars.a.hours: nothing says which hours hold", "give the calendar itself"]),
        ("{timezone: UTC}", ["calendars.a.hours: nothing says", "inherit"]),
        ("{hours: {mon: 09:00-17:00}}", ["calendars.a.timezone: nothing says"]),
        ("{timezone: UTC, hours: {}}", ["calendars.a.hours", "no weekday has hours", "mon-fri"]),
        ("{timezone: UTC, hours: {mon: []}}", ["calendars.a.hours", "no weekday has hours"]),
        ("{timezone: UTC, hours: 8}", ["calendars.a.hours", "no mapping of weekdays"]),
        (
            "{timezone: UTC, hours: {mon: [09:00-12:00, 11:00-13:00]}}",
            ["calendars.a.hours", "mon: the stretches 09:00-12:00, 11:00-13:00 overlap"],
        ),
        ("{timezone: UTC, hours: {mon: 9-17}}", ["'9-17' is not a stretch", "09:00-13:00"]),
        ("{timezone: UTC, hours: {mon: 09:00-24:01}}", ["'09:00-24:01' ends after 24:00"]),
        ("{timezone: UTC, hours: {mon: 22:00-06:00}}", ["write what goes past midnight as two"]),
        ("{timezone: UTC, hours: {mon: 09:00-09:00}}", ["does not end after it begins"]),
        ("{timezone: UTC, hours: {monday: 09:00-17:00}}", ["'monday' is none of mon, tue"]),
        ("{timezone: UTC, hours: {fri-mon: 09:00-17:00}}", ["'fri-mon' ends before it begins"]),
        (
            "{timezone: UTC, hours: {mon-fri: 09:00-17:00, wed: 09:00-12:00}}",
            ["wed has hours twice"],
        ),
        (
            "{timezone: UTC, versions: [{valid_from: 2020-01-01, hours: {mon: 09:00-17:00}}]}",
            ["calendars.a.hours: nothing says which hours hold from 1990-01-01 on", "only change"],
        ),
        (
            "{timezone: UTC, hours: {mon: 09:00-17:00}, versions: [{valid_from: 2020-01-01}, "
            "{valid_from: 2020-01-01}]}",
            ["calendars.a", "valid from 2020-01-01, 2020-01-01", "one of each"],
        ),
        (
            "{timezone: UTC, hours: {mon: 09:00-17:00}, versions: [{hours: {mon: 9:00-10:00}}]}",
            ["calendars.a.versions.0.valid_from", "required"],
        ),
        (
            "{timezone: UTC, hours: {mon: 09:00-17:00}, versions: [{valid_from: 2020-01-01, "
            "days_off: []}]}",
            ["calendars.a.versions.0.days_off: unknown key", "valid_from"],
        ),
        ("{timezone: Mars/Phobos, hours: {mon: 09:00-17:00}}", ["calendars.a.timezone", "IANA"]),
        (
            "{timezone: UTC, hours: {mon: 09:00-17:00}, country: QQ}",
            ["calendars.a", "the country 'QQ'", "days_off"],
        ),
        ("{timezone: UTC, hours: {mon: 09:00-17:00}, country: NO}", ["country", "in quotes"]),
        (
            "{timezone: UTC, hours: {mon: 09:00-17:00}, country: DE, subdivision: XX}",
            ["calendars.a", "DE has no subdivision 'XX'", "BY"],
        ),
        (
            "{timezone: UTC, hours: {mon: 09:00-17:00}, subdivision: BY}",
            ["calendars.a", "write the country of 'BY'"],
        ),
        (
            "{timezone: UTC, hours: {mon: 09:00-17:00}, days_off: ['2026-13-01']}",
            ["calendars.a.days_off.0", "month must be in 1..12"],
        ),
        (
            "{timezone: UTC, hours: {mon: 09:00-17:00}, days_off: [20261231]}",
            ["calendars.a.days_off.0", "20261231 is not a day such as 2026-12-31"],
        ),
        (
            "{timezone: UTC, hours: {mon: 09:00-17:00}, days_off: [1026-12-31]}",
            ["1026-12-31 is not from 1990-01-01 on and before 2060-01-01"],
        ),
        (
            "{timezone: UTC, hours: {mon: 09:00-17:00}, extra_days: {2026-12-05: often}}",
            ["calendars.a.extra_days", "2026-12-05: 'often' is not a stretch of work", "normal"],
        ),
        (
            "{timezone: UTC, hours: {mon: 09:00-17:00}, days_off: [2026-12-05], "
            "extra_days: {2026-12-05: normal}}",
            ["2026-12-05 is in days_off and in extra_days"],
        ),
        ("{inherits: a}", ["a inherits a", "leave `inherits` out"]),
        ("{inherits: b}, b: {inherits: c}, c: {inherits: a}", ["inherits", "leave `inherits` out"]),
        ("{inherits: z}", ["calendars.a.inherits: there is no calendar 'z'", "use one of a"]),
        ("{workdays: [7]}", ["calendars.a", "[7] is not a list of weekdays from 0, Monday, to 6"]),
        ("{workdays: [0], business_hours_end: 8am}", ["'09:00:00-8am' is not a stretch"]),
        ("{workdays: [0], hours: {mon: 09:00-17:00}}", ["it has hours, and tracker-exporter's"]),
        ("{timezone: UTC, days: {mon: 09:00-17:00}}", ["calendars.a.days: unknown key", "hours"]),
        ("5", ["calendars.a"]),
    ],
)
def test_a_bad_calendar_is_named_with_file_key_and_next_step(
    tmp_path: Path, calendar: str, messages: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, f"{{a: {calendar}}}")
    for message in [*messages, "flowmart.yaml", "next step"]:
        assert message in str(caught.value)


@pytest.mark.parametrize(
    ("instance", "messages"),
    [
        ("calendar: b", ["calendar: there is no calendar 'b'", "use one of a"]),
        ("team_calendars: {Ops: b}", ["team_calendars.Ops: there is no calendar 'b'"]),
        (
            "teams: {Ops: [ops]}, team_calendars: {Opps: a}",
            ["team_calendars: Opps is no team", "Ops", "add it to `teams`"],
        ),
    ],
)
def test_an_instance_with_an_unknown_calendar_or_team_is_refused(
    tmp_path: Path, instance: str, messages: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, "{a: {timezone: UTC, hours: {mon: 09:00-17:00}}}", instance)
    for message in ["phabricator", *messages, "flowmart.yaml", "next step"]:
        assert message in str(caught.value)


def test_a_name_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"calendars\.Head Office"):
        load(tmp_path, "{Head Office: {timezone: UTC, hours: {mon: 09:00-17:00}}}", "strict: false")
