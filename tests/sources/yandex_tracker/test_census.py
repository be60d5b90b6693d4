from __future__ import annotations

import itertools

import pytest

from flowmart.core.errors import CompletenessError
from local.sandbox.yandex_tracker.endpoints import Endpoints
from tests.records import payload_of
from tests.sources.yandex_tracker.conftest import (
    EVERYTHING,
    ISSUES,
    ids,
    open_source,
    read,
    rows,
    served,
    visible_ids,
    window_ms,
)


def listed(source) -> list[str]:
    return sorted(itertools.chain.from_iterable(source.census("issue")))


@pytest.mark.usefixtures("small_pages")
def test_a_census_lists_every_visible_issue_once(server, source):
    assert listed(source) == visible_ids(server)


def test_it_lists_those_too_that_the_own_clause_leaves_out_but_no_other_queues(server):
    first = next(iter(server.store.organization.queues))
    source = open_source(server, queues=[first], query="Status: open")
    expected = sorted(issue.id for issue in server.store.visible() if issue.queue == first)
    assert listed(source) == expected


@pytest.mark.usefixtures("small_pages")
def test_issues_that_are_edited_meanwhile_are_listed(server, source):
    server.faults.update({"shifts": 1000})
    assert sorted(set(listed(source))) == visible_ids(server)


def test_a_census_that_misses_an_issue_is_not_believed(store, monkeypatch):
    honest, lost = Endpoints.search, store.visible()[3].id

    def search(self, call):
        answer = honest(self, call)
        return answer._replace(document=[row for row in answer.document if row["id"] != lost])

    monkeypatch.setattr(Endpoints, "search", search)
    with (
        served(store) as server,
        pytest.raises(CompletenessError, match=f"counts {ISSUES} issues but returned {ISSUES - 1}"),
    ):
        listed(open_source(server))


def test_deleted_issues_are_told_from_hidden_ones(server, source):
    present, destroyed, hidden = server.store.visible()[:3]
    server.store.destroy(destroyed.id, server.store.now)
    server.store.hide(hidden.id, server.store.now)
    states = [source.state_of("issue", issue.id) for issue in (present, destroyed, hidden)]
    assert states == ["present", "deleted", "access_lost"]


def test_p6_issues_are_read_by_id_as_they_are_in_windows(server, source):
    """Not those that vanished, nor those that a later window reads."""
    issues = read(source, "issues")
    destroyed, hidden, *others = issues[:6]
    server.store.destroy(destroyed.record_id, server.store.now)
    server.store.hide(hidden.record_id, server.store.now)
    wanted = [issue.record_id for issue in issues[:6]]
    found = rows(source.read_records("issue", EVERYTHING, wanted))
    assert [(r.record_id, r.version) for r in found] == [(r.record_id, r.version) for r in others]
    assert [payload_of(record) for record in found] == [payload_of(record) for record in others]
    early = window_ms(1, others[0].version)
    assert rows(source.read_records("issue", early, [others[0].record_id])) == []


def test_p6_only_what_the_own_clause_finds_is_wanted(server):
    first = next(iter(server.store.organization.queues))
    source = open_source(server, queues=[first], query="Status: open")
    found = sorted(itertools.chain.from_iterable(source.wanted("issue")))
    assert found == ids(read(source, "issues"))
    assert set(found) < set(listed(source))
