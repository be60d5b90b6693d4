"""The proof after landing: every issue's changelog holds its creation."""

from __future__ import annotations

import pytest

from flowmart.core.errors import CompletenessError
from flowmart.sources.base import Page
from tests.sources.yandex_tracker.conftest import EVERYTHING, ids, read


def busiest(server):
    """The issue that has most entries, more than a page of them."""
    return max(server.store.visible(), key=lambda issue: len(issue.changelog))


def landed(issues, changelog, without=()):
    """What landing holds: both streams, less the entries that got lost on the way."""
    kept = [entry for entry in changelog if entry.record_id not in without]
    return lambda stream: iter({"issues": issues, "changelog": kept}[stream])


@pytest.fixture
def issues(source):
    return read(source, "issues")


@pytest.fixture
def changelog(source, issues):
    return read(source, "changelog", EVERYTHING, issues)


def test_a_whole_history_is_proved_without_a_request(source, issues, changelog):
    before = source.requests_made
    assert source.verify(EVERYTHING, landed(issues, changelog)) == {}
    assert source.requests_made == before


def test_a_creation_that_got_lost_is_found_by_a_second_look(server, source, issues, changelog):
    issue = busiest(server)
    lost = issue.changelog[0].id
    found = source.verify(EVERYTHING, landed(issues, changelog, {lost}))
    assert [ids(page.records) for page in found["changelog"]] == [[lost]]


def test_a_history_that_got_lost_whole_is_found_by_a_second_look(server, source, issues, changelog):
    lost = [change.id for change in busiest(server).changelog]
    (page,) = source.verify(EVERYTHING, landed(issues, changelog, lost))["changelog"]
    assert ids(page.records) == sorted(lost)
    assert {record.parent_id for record in page.records} == {busiest(server).id}


def test_an_issue_without_any_history_stops_the_run(server, source, issues, changelog):
    issue = busiest(server)
    lost = [change.id for change in issue.changelog]
    issue.changelog.clear()
    with pytest.raises(CompletenessError, match=f"no history of {issue.key}") as caught:
        source.verify(EVERYTHING, landed(issues, changelog, lost))
    assert issue.id in caught.value.where


def test_a_history_that_never_told_its_creation_is_reported(
    server, source, issues, changelog, caplog
):
    issue = busiest(server)
    lost = issue.changelog.pop(0).id
    assert source.verify(EVERYTHING, landed(issues, changelog, {lost})) == {}
    assert f"history of {issue.key} does not begin with its creation" in caplog.text


@pytest.mark.parametrize("vanish", ["destroy", "hide"])
def test_an_issue_that_vanished_before_its_history_was_read_is_no_loss(
    server, source, issues, changelog, caplog, vanish
):
    issue = busiest(server)
    lost = [change.id for change in issue.changelog]
    getattr(server.store, vanish)(issue.id, server.store.now)
    found = source.verify(EVERYTHING, landed(issues, changelog, lost))
    assert found == {"changelog": [Page([], vanished=(issue.id,))]}
    assert f"{issue.key} disappeared" in caplog.text
