"""Literals have no offset, so everything hangs on the zone in which the server reads them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flowmart.core.errors import ConfigError
from local.sandbox.yandex_tracker.conditions import Conditions
from tests.sources.yandex_tracker.conftest import (
    EVERYTHING,
    HOUR,
    ids,
    open_source,
    read,
    served,
    updated_within,
    updates,
    visible_ids,
    window_ms,
)

DAY = 24 * HOUR


def at(text: str) -> int:
    """Epoch milliseconds of a time in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("zone", ["UTC", "Europe/Moscow", "America/St_Johns", "Pacific/Auckland"])
def test_in_every_zone_the_same_issues_come(store, zone):
    with served(store, zone=zone) as server:
        source = open_source(server, timezone=zone)
        assert ids(read(source, "issues")) == visible_ids(server)
        times = updates(server)
        window = window_ms(times[40], times[60])
        assert ids(read(source, "issues", window)) == updated_within(
            server, times[40] - 600_000, times[60]
        )


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("apart", [50_000, 10_000])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-10-24 22:00", "2026-10-25 00:30"),
        ("2026-10-25 00:30", "2026-10-25 01:30"),
        ("2026-10-25 01:30", "2026-10-25 04:00"),
        ("2026-10-24 22:00", "2026-10-25 04:00"),
    ],
)
def test_the_night_in_which_clocks_are_set_back_loses_nothing(store, start, end, apart):
    # Berlin's clocks show the hour from 00:00 to 01:00 UTC again from 01:00 on.
    with served(store, zone="Europe/Berlin") as server:
        for place, issue in enumerate(server.store.visible()):
            issue.updated_at = at("2026-10-24 23:40") + place * apart
        server.store.revision += 1
        found = read(
            open_source(server, timezone="Europe/Berlin"), "issues", window_ms(at(start), at(end))
        )
        assert ids(found) == updated_within(server, at(start) - 600_000, at(end))


@pytest.mark.parametrize(("real", "believed"), [("UTC", "Europe/Moscow"), ("Europe/Moscow", "UTC")])
@pytest.mark.parametrize("days", [1, 30])
def test_a_wrong_zone_is_found_with_its_setting(store, real, believed, days):
    with served(store, zone=real) as server:
        source = open_source(server, timezone=believed)
        middle = updates(server)[120]
        with pytest.raises(ConfigError, match=f"in another time zone than {believed}") as caught:
            read(source, "issues", window_ms(middle - days * DAY, middle + HOUR))
        assert caught.value.where == (
            "flowmart.yaml, instances.yandex_tracker__acme.options.timezone"
        )


def test_a_zone_that_hides_the_first_hours_of_a_window_that_just_ended_is_found(store):
    # The server reads three hours later than believed: what is new answers, what is older does not.
    with served(store, zone="UTC") as server:
        now = server.store.now
        old, new = server.store.visible()[:2]
        server.store.touch(old.id, now + 1 * HOUR)
        server.store.touch(new.id, now + 20 * HOUR)
        with pytest.raises(ConfigError, match="in another time zone than Europe/Moscow"):
            read(open_source(server), "issues", window_ms(now + HOUR, now + 24 * HOUR))


def test_a_zone_that_hides_all_of_a_window_is_found(store):
    with served(store, zone="UTC") as server:
        now = server.store.now
        issue = server.store.visible()[0]
        server.store.touch(issue.id, now + 2 * HOUR)
        with pytest.raises(ConfigError, match=f"no issue is found in .*{issue.key} was updated"):
            read(open_source(server), "issues", window_ms(now + 1 * HOUR, now + 3 * HOUR))


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize(
    ("real", "believed"),
    [("Africa/Tunis", "Europe/Berlin"), ("Europe/Berlin", "Africa/Tunis")],
)
def test_a_zone_that_is_wrong_for_half_of_the_year_is_found(store, real, believed):
    # Both are an hour ahead of UTC until 2026-03-29 01:00, then Berlin is two.
    with served(store, zone=real) as server:
        for place, issue in enumerate(server.store.visible()):
            issue.updated_at = at("2026-03-28 23:40") + place * 60_000
        server.store.revision += 1
        window = window_ms(at("2026-03-28 22:00"), at("2026-03-30 22:00"))
        with pytest.raises(ConfigError, match=f"in another time zone than {believed}"):
            read(open_source(server, timezone=believed), "issues", window)


def test_older_issues_than_asked_for_are_found_even_if_every_second_is_found(server, monkeypatch):
    honest = Conditions._time_test

    def wide(self, time_of, part):
        return (lambda _: True) if part.operator == ">=" else honest(self, time_of, part)

    monkeypatch.setattr(Conditions, "_time_test", wide)
    window = window_ms(updates(server)[120], updates(server)[130])
    with pytest.raises(ConfigError, match="was not asked for"):
        read(open_source(server), "issues", window)


def test_a_right_zone_is_believed_while_issues_are_edited(store):
    with served(store) as server:
        server.faults.update({"shifts": 1000})
        assert read(open_source(server), "issues", EVERYTHING)
