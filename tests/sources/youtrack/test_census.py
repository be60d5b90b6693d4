from __future__ import annotations

import itertools

import pytest

from flowmart.core.errors import AuthError, CompletenessError
from tests.sources.youtrack.conftest import (
    EVERYTHING,
    ISSUES,
    ids,
    in_project,
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
@pytest.mark.parametrize("has_counter", [True, False])
def test_a_census_lists_every_visible_issue_once(store, has_counter):
    with served(store, has_counter=has_counter) as server:
        assert listed(open_source(server)) == visible_ids(server)


def test_it_asks_for_ids_and_times_only(server, source):
    listed(source)
    assert {asked["fields"] for asked in server.app.asked_of("issues")} == {"id,created,updated"}


def test_it_lists_those_too_that_the_own_clause_leaves_out_but_no_other_projects(server):
    source = open_source(server, projects=["PAY"], query="#Unresolved", saved_query="7-2")
    assert listed(source) == in_project(server, "PAY")


@pytest.mark.usefixtures("small_pages")
def test_issues_that_are_edited_meanwhile_are_listed(server, source):
    server.faults.update({"shifts": 1000})
    assert listed(source) == visible_ids(server)


@pytest.mark.usefixtures("small_pages")
def test_issues_that_vanish_meanwhile_cost_no_other(server, source):
    census = source.census("issue")
    met = list(next(census))
    for issue_id in met[:40]:
        server.store.destroy(issue_id)
    met += itertools.chain.from_iterable(census)
    assert set(met) >= set(visible_ids(server))


def test_a_census_that_misses_an_issue_is_not_believed(server, source):
    lost = visible_ids(server)[3]
    server.app.spoil_issues = lambda found: [row for row in found if row["id"] != lost]
    with pytest.raises(CompletenessError, match=f"{ISSUES} issues but returned {ISSUES - 1}"):
        listed(source)


def test_a_deleted_issue_and_a_hidden_one_are_missing(server, source):
    present, destroyed, hidden = server.store.visible_issues()[:3]
    server.store.destroy(destroyed.issue_id)
    server.store.hide(hidden.issue_id)
    states = [source.state_of("issue", issue.issue_id) for issue in (present, destroyed, hidden)]
    assert states == ["present", "missing", "missing"]


def test_an_issue_that_left_the_projects_of_the_instance_is_present(server):
    issue = next(i for i in server.store.visible_issues() if i.project.short_name == "PAY")
    source = open_source(server, projects=["PAY"])
    server.store.move(issue.issue_id, "STORE", server.store.clock + 1)
    assert issue.issue_id not in listed(source)
    assert source.state_of("issue", issue.issue_id) == "present"


def test_to_a_guest_nothing_is_missing(server, source):
    issue = server.store.visible_issues()[0]
    server.store.hide(issue.issue_id)
    server.app.is_guest = True
    with pytest.raises(AuthError, match="treats the request as a guest's"):
        source.state_of("issue", issue.issue_id)


def test_p6_issues_are_read_by_id_as_they_are_in_windows(server, source):
    """Not those that vanished, nor those that a later window reads."""
    issues = read(source, "issues")
    destroyed, hidden, *others = issues[:6]
    server.store.destroy(destroyed.record_id)
    server.store.hide(hidden.record_id)
    wanted = [issue.record_id for issue in issues[:6]]
    assert rows(source.read_records("issue", EVERYTHING, wanted)) == others
    early = window_ms(1, others[0].version)
    assert rows(source.read_records("issue", early, [others[0].record_id])) == []


def test_p6_only_what_the_own_searches_find_is_wanted(server):
    source = open_source(server, projects=["PAY"], query="#Unresolved")
    found = sorted(itertools.chain.from_iterable(source.wanted("issue")))
    assert found == ids(read(source, "issues"))
    assert set(found) < set(listed(source))
