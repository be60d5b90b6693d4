"""The models know what the queries ask for, and take recorded answers without loss."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

import flowmart.sources
from flowmart.transform import template
from tests.conftest import PROJECT
from tests.sql.github.github import CONTEXT, SHOP, GitHub, repository
from tests.sql.warehouse import INCLUDE

QUERIES = Path(flowmart.sources.__path__[0]) / "github" / "queries"
EVENT = re.compile(
    r"\.\.\. on (\w+(?:Event|Thread|Marker)|IssueComment|PullRequest(?:Commit|Review)) \{"
)


def test_every_kind_that_is_asked_for_is_known():
    files = ("fragments.graphql", "pull_request_fragments.graphql")
    text = "\n".join((QUERIES / name).read_text() for name in files)
    jinja = template.environment(INCLUDE / "sql", "postgres")
    known = jinja.get_template("templates/github_kinds.sql").module.kinds
    assert sorted(set(EVENT.findall(text))) == sorted(known)


@pytest.fixture(scope="module")
def recorded() -> list[dict]:
    """The issues and pull requests in recorded GraphQL answers."""
    default = PROJECT.parent / "shared" / "fixtures" / "github" / "cli"
    folder = Path(os.environ.get("FLOWMART_GITHUB_RECORDINGS") or default)
    if not folder.is_dir():
        pytest.skip(f"no recordings in {folder} (FLOWMART_GITHUB_RECORDINGS names another)")
    found: list[dict] = []
    for path in sorted(folder.rglob("*.json")):
        kind = "PullRequest" if "pr" in path.relative_to(folder).parts else "Issue"
        found += [{"__typename": kind, **node} for node in _items(json.loads(path.read_text()))]
    return found


def _items(answer):
    """The nodes with a number and a title, at any depth."""
    if isinstance(answer, dict):
        if isinstance(answer.get("number"), int) and "title" in answer:
            yield answer
        for member in answer.values():
            yield from _items(member)
    elif isinstance(answer, list):
        for member in answer:
            yield from _items(member)


def test_recorded_answers_stage_without_loss(warehouse, recorded):
    """Those of GitHub's own client: what it does not ask for is missing, and a finding."""
    github = GitHub()
    given = {"Issue": {}, "PullRequest": {}}
    for number, node in enumerate(recorded, start=1):
        kind = node["__typename"]
        id_ = f"{kind}_{number}"
        stream = "issues" if kind == "Issue" else "pull_requests"
        github.put(stream, {**node, "id": id_, "repository": repository(SHOP)}, number)
        given[kind][id_] = node
    warehouse.run(github.records(), CONTEXT, "github__recorded")
    of = "instance = 'github__recorded'"
    issues = warehouse.rows("mart.fct_issues", "issue_id, title, url, readable_id", of)
    assert {row["issue_id"]: row["title"] for row in issues} == {
        id_: node["title"] for id_, node in given["Issue"].items()
    }
    columns = "pull_request_id, title, additions, deletions, head_branch, base_branch, commits"
    published = warehouse.rows("mart.fct_pull_requests", columns, of)
    rows = {row["pull_request_id"]: row for row in published}
    assert rows.keys() == given["PullRequest"].keys()
    for id_, node in given["PullRequest"].items():
        given_as = ("title", "additions", "deletions", "headRefName", "baseRefName")
        told = (*map(node.get, given_as), node.get("commits", {}).get("totalCount"))
        assert tuple(rows[id_].values())[1:] == told
    findings = warehouse.rows("ops.ops_pull_request_findings", "rule", of)
    assert {row["rule"] for row in findings} >= {"null_against_schema"}
