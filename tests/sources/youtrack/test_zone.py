"""Literals have no offset, so everything hangs on the zone in which the server reads them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flowmart.core.errors import ConfigError
from tests.sources.youtrack.conftest import (
    EVERYTHING,
    HOUR,
    OVERLAP,
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


def spread(store, start, apart) -> None:
    """Let the issues be updated one after the other."""
    for place, issue in enumerate(store.visible_issues()):
        issue.updated = at(start) + place * apart
    store.version += 1


@pytest.mark.parametrize("zone", ["UTC", "Europe/Moscow", "America/St_Johns", "Pacific/Auckland"])
@pytest.mark.parametrize("is_told", [True, False])
def test_in_every_zone_the_same_issues_come(store, zone, is_told):
    with served(store, time_zone=zone) as server:
        source = open_source(server, **({"timezone": zone} if is_told else {}))
        assert ids(read(source, "issues")) == visible_ids(server)
        times = updates(server)
        window = window_ms(times[40], times[60])
        assert ids(read(source, "issues", window)) == updated_within(
            server, times[40] - OVERLAP, times[60]
        )
        # The profile is asked once, and only if the option does not tell.
        assert server.asked("users/me") == (0 if is_told else 1)


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
    spread(store, "2026-10-24 23:40", apart)
    with served(store, time_zone="Europe/Berlin") as server:
        found = read(open_source(server), "issues", window_ms(at(start), at(end)))
        assert ids(found) == updated_within(server, at(start) - OVERLAP, at(end))


@pytest.mark.parametrize(("start", "end"), [("00:00", "01:10"), ("01:10", "03:00")])
def test_the_night_in_which_clocks_are_set_forward_loses_nothing(store, start, end):
    # In Berlin no clock shows 02:00 to 03:00 on 2026-03-29, when 01:00 UTC comes.
    spread(store, "2026-03-29 00:20", 20_000)
    window = window_ms(at(f"2026-03-29 {start}"), at(f"2026-03-29 {end}"))
    with served(store, time_zone="Europe/Berlin") as server:
        found = read(open_source(server), "issues", window)
        first = at(f"2026-03-29 {start}") - OVERLAP
        assert ids(found) == updated_within(server, first, at(f"2026-03-29 {end}")) != []


@pytest.mark.parametrize(("real", "believed"), [("UTC", "Europe/Moscow"), ("Europe/Moscow", "UTC")])
@pytest.mark.parametrize("days", [1, 30])
def test_a_wrong_zone_is_found_with_its_setting(store, real, believed, days):
    with served(store, time_zone=real) as server:
        source = open_source(server, timezone=believed)
        middle = updates(server)[120]
        with pytest.raises(ConfigError, match=f"in another time zone than {believed}") as caught:
            read(source, "issues", window_ms(middle - days * DAY, middle + HOUR))
        assert caught.value.where == "flowmart.yaml, instances.youtrack__acme.options.timezone"


def test_a_zone_that_hides_the_first_hours_of_a_window_that_just_ended_is_found(store):
    # The server reads three hours later than believed: what is new answers, what is older does not.
    with served(store, time_zone="UTC") as server:
        now = store.clock
        old, new = store.visible_issues()[:2]
        store.touch(old.issue_id, now + 1 * HOUR)
        store.touch(new.issue_id, now + 20 * HOUR)
        source = open_source(server, timezone="Europe/Moscow")
        with pytest.raises(ConfigError, match="in another time zone than Europe/Moscow"):
            read(source, "issues", window_ms(now + HOUR, now + 24 * HOUR))


def test_a_zone_that_hides_all_of_a_window_is_found(store):
    with served(store, time_zone="UTC") as server:
        now = store.clock
        issue = store.visible_issues()[0]
        store.touch(issue.issue_id, now + 2 * HOUR)
        source = open_source(server, timezone="Europe/Moscow")
        with pytest.raises(ConfigError, match=f"no issue is found in .*{issue.issue_id} was upd"):
            read(source, "issues", window_ms(now + 1 * HOUR, now + 3 * HOUR))


@pytest.mark.parametrize(
    ("real", "believed"),
    [("Africa/Tunis", "Europe/Berlin"), ("Europe/Berlin", "Africa/Tunis")],
)
@pytest.mark.parametrize(
    ("day", "after"), [("2026-03-28", "2026-03-30"), ("2026-10-24", "2026-10-26")]
)
def test_a_zone_that_is_wrong_for_half_of_the_year_is_found(store, real, believed, day, after):
    # Tunis is an hour ahead of UTC, Berlin another one from 2026-03-29 to 2026-10-25 at 01:00.
    spread(store, f"{day} 23:40", 60_000)
    with served(store, time_zone=real) as server:
        window = window_ms(at(f"{day} 22:00"), at(f"{after} 22:00"))
        with pytest.raises(ConfigError, match=f"in another time zone than {believed}"):
            read(open_source(server, timezone=believed), "issues", window)


def test_a_query_that_the_server_drops_is_found(server, source):
    """It answers a query with odd parentheses with all issues."""
    everything = server.app.searcher.search("sort by: created asc")
    server.app.searcher.search = lambda _: everything
    times = updates(server)
    with pytest.raises(ConfigError, match=r"does not understand the query: .* was not asked for"):
        read(source, "issues", window_ms(times[120], times[130]))


def test_a_right_zone_is_believed_while_issues_are_edited(server, source):
    server.faults.update({"shifts": 1000})
    assert read(source, "issues", EVERYTHING)


def test_issues_that_are_edited_before_they_are_asked_for_again_prove_nothing(server, source):
    everything = visible_ids(server)

    def edited(found):
        server.app.spoil_issues = lambda rows: rows
        by_update = sorted(found, key=lambda row: row["updated"])
        for row in (by_update[0], by_update[-1]):
            server.store.touch(row["id"], server.store.clock + HOUR)
        return found

    server.app.spoil_issues = edited
    assert ids(read(source, "issues")) == everything


@pytest.mark.parametrize("zone", ["", "Mars/Olympus"])
def test_a_profile_without_a_zone_asks_for_the_option(server, source, zone):
    server.app.time_zone = zone
    with pytest.raises(ConfigError, match="has an unknown time zone") as caught:
        read(source, "issues")
    assert "set timezone in flowmart.yaml, instances.youtrack__acme.options" in str(caught.value)
    assert ids(read(open_source(server, timezone="Europe/Berlin"), "issues")) == visible_ids(server)
