"""Which issues vanished, which came back, and when a sweep is not to be trusted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flowmart.core.errors import CompletenessError
from flowmart.core.window import Window
from flowmart.sources.base import RecordState, Source, SourceConnection
from flowmart.sources.census import take_census
from flowmart.sources.registry import get_spec
from tests.records import payload_of

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
NOW_MS = 1_795_316_400_000


class Listed(Source):
    """Shows some issues, in pages of two, and knows what became of others."""

    requests_made = 0

    def __init__(self, shown, states=None):
        spec = get_spec("phabricator")
        super().__init__(spec, SourceConnection("https://example.org", "x"), "acme", {})
        self.shown = shown
        self.states = states or {}
        self.asked = []
        self.updated = {}
        self.unwanted = ()
        self.listed_wanted = False

    def check(self): ...

    def read_window(self, stream, window, after): ...

    def read_children(self, stream, window, parents, after): ...

    def read_snapshot(self, stream, after): ...

    def read_records(self, entity, window, ids): ...

    def census(self, entity):
        for start in range(0, len(self.shown), 2):
            yield {name: self.updated.get(name, 0) for name in self.shown[start : start + 2]}

    def wanted(self, entity):
        self.listed_wanted = True
        yield {name: 0 for name in self.shown if name not in self.unwanted}

    def state_of(self, entity, record_id, url=None):
        self.asked.append(record_id)
        return self.states[record_id]


def tombstones(source, known):
    pages = take_census(source, "issue", known, NOW)
    return {r.record_id: payload_of(r)["record_state"] for page in pages for r in page.records}


def test_only_changes_since_the_last_census_are_reported():
    source = Listed(
        ["here", "back", "new"],
        {
            "deleted": RecordState.DELETED,
            "hidden": RecordState.ACCESS_LOST,
            "either": RecordState.MISSING,
        },
    )
    known = {"here": False, "back": True, "deleted": False, "hidden": False, "either": False}
    assert tombstones(source, known | {"gone before": True}) == {
        "deleted": "deleted",
        "hidden": "access_lost",
        "either": "missing",
        "back": "present",
    }
    assert sorted(source.asked) == ["deleted", "either", "hidden"]


def test_an_issue_that_the_list_missed_but_exists_is_present():
    source = Listed(["one"], {"two": RecordState.PRESENT})
    assert tombstones(source, {"one": False, "two": False}) == {}


def test_a_tombstone_belongs_to_its_issue_and_the_later_one_counts():
    [page] = take_census(Listed([], {"one": RecordState.DELETED}), "issue", {"one": False}, NOW)
    [record] = page.records
    assert (record.record_id, record.parent_id, record.version) == ("one", "one", NOW_MS)


def test_a_census_that_misses_half_of_all_issues_is_not_trusted():
    known = {str(number): False for number in range(100)}
    source = Listed([str(n) for n in range(49)], dict.fromkeys(known, RecordState.ACCESS_LOST))
    with pytest.raises(CompletenessError, match="51 of 100 records of issue are missing") as caught:
        tombstones(source, known)
    assert "token's user" in caught.value.next_step
    source.shown.append("49")
    assert len(tombstones(source, known)) == 50


def test_few_issues_may_vanish_all_at_once():
    known = {str(number): False for number in range(20)}
    source = Listed([], dict.fromkeys(known, RecordState.DELETED))
    assert len(tombstones(source, known)) == 20


def day(number):
    return datetime(2026, 11, number, tzinfo=UTC)


def milliseconds(moment):
    return int(moment.timestamp() * 1000)


COVERED = [Window(day(1), day(12)), Window(day(15), day(22))]


def test_p6_what_windows_should_have_read_and_did_not_is_handed_to_the_next_one(caplog):
    """Not what is older or newer than all windows, in a hole between them, or read by none."""
    source = Listed(["known", "came", "older", "newer", "in a hole", "other query"])
    source.updated = {
        "came": milliseconds(day(9)),
        "older": milliseconds(day(1)) - 1,
        "newer": milliseconds(day(22)),
        "in a hole": milliseconds(day(12)),
        "other query": milliseconds(day(9)),
    }
    source.unwanted = ("other query",)
    with caplog.at_level("INFO"):
        pages = list(take_census(source, "issue", {"known": False}, NOW, COVERED))
    found = {r.record_id: payload_of(r)["record_state"] for page in pages for r in page.records}
    assert found == {"came": "unread"}
    assert "1 never read: the next window reads them" in caplog.text


def test_p6_the_second_list_is_read_only_if_something_is_unread():
    source = Listed(["known"])
    assert list(take_census(source, "issue", {"known": False}, NOW, COVERED)) == []
    assert not source.listed_wanted
    source = Listed(["one"])
    assert list(take_census(source, "issue", {}, NOW)) == [], "nothing was read so far"
