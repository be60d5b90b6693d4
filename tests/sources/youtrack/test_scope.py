"""Which issues an instance reads: projects, an own clause and a saved search."""

from __future__ import annotations

import pytest

from flowmart.core.errors import ConfigError
from tests.sources.youtrack.conftest import EVERYTHING, ids, in_project, open_source, read


def resolved(server, *short_names) -> list[str]:
    """Ids of the resolved issues of some projects, or of all."""
    return sorted(
        issue.issue_id
        for issue in server.store.visible_issues()
        if issue.resolved and (not short_names or issue.project.short_name in short_names)
    )


def test_without_options_no_name_is_looked_up(server, source):
    read(source, "issues")
    assert server.asked("admin/projects", "savedQueries") == 0


def test_two_instances_read_different_projects(server):
    one = open_source(server, projects=["pay"])
    other = open_source(server, instance="youtrack__other", exclude_projects=["PAY", "SEARCH"])
    assert ids(read(one, "issues")) == in_project(server, "PAY")
    assert ids(read(other, "issues")) == in_project(server, "STORE", "OPS")


def test_projects_are_named_as_the_server_writes_them(server):
    read(open_source(server, projects=["pay", "Store"], exclude_projects=["ops"]), "issues")
    asked = server.app.asked_of("issues")[0]["query"]
    assert asked.startswith("project: {PAY}, {STORE} and project: -{OPS} and updated: ")
    assert asked.endswith(" sort by: created asc")


def test_projects_are_looked_up_once(server):
    source = open_source(server, projects=["PAY"], exclude_projects=["OPS"])
    for _ in range(2):
        read(source, "issues")
        list(source.census("issue"))
    assert server.asked("admin/projects") == 2


def test_an_own_clause_narrows_and_cannot_widen(server):
    source = open_source(server, projects=["PAY"], query="#Resolved or project: STORE")
    assert ids(read(source, "issues")) == resolved(server, "PAY") != []


@pytest.mark.parametrize("saved_query", ["7-2", "Done"])
def test_a_saved_search_is_named_by_id_or_name_and_its_order_is_left_out(server, saved_query):
    source = open_source(server, saved_query=saved_query)
    assert ids(read(source, "issues")) == resolved(server)
    assert "(#Resolved) and updated: " in server.app.asked_of("issues")[0]["query"]


def test_a_saved_search_and_an_own_clause_both_have_to_hold(server):
    source = open_source(server, saved_query="Done", query="project: PAY or project: OPS")
    assert ids(read(source, "issues")) == resolved(server, "PAY", "OPS")


def test_a_saved_search_is_resolved_anew_by_each_run(server):
    assert ids(read(open_source(server, saved_query="Done"), "issues")) == resolved(server)
    server.app.saved.queries["7-2"] = ("Done", "project: OPS")
    assert ids(read(open_source(server, saved_query="Done"), "issues")) == in_project(server, "OPS")


@pytest.mark.parametrize(
    "query",
    [
        "project: OPS sort by: {issue id} asc",
        "project: OPS Sort By: updated desc, created",
        "project: OPS sort by: issue id",
        "project: OPS",
    ],
)
def test_every_form_of_an_order_is_left_out(server, query):
    server.app.saved.queries["7-3"] = ("Ops", query)
    source = open_source(server, saved_query="Ops")
    assert ids(read(source, "issues")) == in_project(server, "OPS")
    assert server.app.asked_of("issues")[0]["query"].startswith("(project: OPS) and updated: ")


@pytest.mark.parametrize("query", [None, "", "sort by: updated"])
def test_a_saved_search_without_a_clause_finds_all(server, query):
    server.app.saved.queries["7-3"] = ("All", query)
    source = open_source(server, saved_query="All", query="project: OPS")
    assert ids(read(source, "issues")) == in_project(server, "OPS")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("#Resolved sort by: created asc project: PAY", "continues after its .sort by"),
        ("sort by: updated #Resolved", "continues after its .sort by"),
        ("(#Resolved", "has an unmatched parenthesis, brace or quotation mark"),
        ("project: PAY) or (project: OPS", "has an unmatched parenthesis"),
    ],
)
def test_a_saved_search_that_cannot_be_combined_is_refused(server, query, text):
    server.app.saved.queries["7-3"] = ("Odd", query)
    with pytest.raises(ConfigError, match=text) as caught:
        read(open_source(server, saved_query="Odd"), "issues")
    assert caught.value.where == "flowmart.yaml, instances.youtrack__acme.options.saved_query"


def test_an_unknown_saved_search_is_told_with_those_that_are_seen(server):
    with pytest.raises(ConfigError, match="None of the saved searches") as caught:
        read(open_source(server, saved_query="Doen"), "issues")
    assert "'Unresolved in Payments' (7-1), 'Done' (7-2)" in caught.value.what
    assert caught.value.where == "flowmart.yaml, instances.youtrack__acme.options.saved_query"


def test_of_two_saved_searches_of_one_name_the_id_has_to_be_named(server):
    server.app.saved.queries["7-3"] = ("Done", "")
    with pytest.raises(ConfigError, match=r"2 of the saved .*'Done' \(7-2\), 'Done' \(7-3\)"):
        read(open_source(server, saved_query="Done"), "issues")
    assert ids(read(open_source(server, saved_query="7-2"), "issues")) == resolved(server)


@pytest.mark.parametrize("option", ["projects", "exclude_projects"])
def test_an_unknown_project_is_told_with_those_that_are_seen(server, option):
    source = open_source(server, **{option: ["PAY", "NOSUCH"]})
    for run in (lambda: read(source, "issues"), lambda: list(source.census("issue"))):
        with pytest.raises(ConfigError, match="There is no project NOSUCH, or") as caught:
            run()
        assert "those seen are OPS, PAY, SEARCH, STORE" in caught.value.what
        assert "instances.youtrack__acme.options.projects" in caught.value.where


def test_options_that_find_no_issue_at_all_are_logged(server, caplog):
    source = open_source(server, query="issue id: PAY-99999")
    assert read(source, "issues", EVERYTHING) == []
    assert "no issues found; check its options query, saved_query, projects" in caplog.text
