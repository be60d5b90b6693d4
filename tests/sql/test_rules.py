"""The registry has every rule that a finding can name; every rule has a case that triggers it."""

from __future__ import annotations

import re

import pytest

from flowmart.core.errors import ConfigError
from flowmart.sources.registry import source_names
from flowmart.transform.rules import read_rules
from tests.sql import test_findings
from tests.sql.warehouse import INCLUDE
from tests.sql.yandex_tracker import test_findings as of_yandex_tracker
from tests.sql.youtrack import test_findings as of_youtrack

SQL = INCLUDE / "sql"
REGISTRY = {
    name: rule for source in source_names() for name, rule in read_rules(SQL, source).items()
}
NAMED = re.compile(r"'([a-z_]+)' as rule\b")
CHOSEN = re.compile(r"case((?:(?!case|end as)[\s\S])*)end as rule\b")
DOCS = INCLUDE.parent / "docs" / "data_quality.md"


def test_findings_name_the_rules_of_the_registry_and_no_others():
    named = set()
    for path in SQL.rglob("*.sql"):
        text = path.read_text()
        named |= set(NAMED.findall(text))
        named |= {n for case in CHOSEN.findall(text) for n in re.findall("then '(.*)'", case)}
    assert named == REGISTRY.keys()


def test_every_rule_has_a_case():
    """
    Each case is proved to have these findings and no others, on both engines.

    Dates of sprints are edited in tests/sql/youtrack/test_sprint_dates.py, batch after batch;
    findings about settings are in test_setting_names.py, GitHub's in tests/sql/github.
    """
    cases = (test_findings.RULES, of_yandex_tracker.RULES, of_youtrack.RULES)
    triggered = {rule for rules in cases for found in rules.values() for rule in found}
    elsewhere = {"sprint_dates_edited", "setting_matches_nothing", "setting_given_twice"}
    of_github = read_rules(SQL, "github").keys() - read_rules(SQL, "youtrack").keys()
    assert triggered | elsewhere | of_github == REGISTRY.keys()
    folder = INCLUDE.parent / "tests" / "sql" / "github"
    cases_of_github = "".join(path.read_text() for path in folder.glob("*.py"))
    assert [rule for rule in of_github if rule not in cases_of_github] == []


def test_there_are_more_than_twenty_kinds():
    assert len(REGISTRY) > 20


def test_the_documentation_lists_every_rule_as_the_registry_has_it():
    rows = re.findall(r"^[|] `([a-z_]+)` [|] (.*) [|] (.*) [|]$", DOCS.read_text(), re.MULTILINE)
    assert {name: tuple(said) for name, *said in rows} == {
        name: (rule.explanation, rule.next_step) for name, rule in REGISTRY.items()
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("rules: {odd: {kind: contradiction, explanation: It is odd.}}", "rules.odd.next_step"),
        ("rules: {Odd: {}}", "rules.Odd"),
        ("rules: {odd: [", "cannot be read as YAML"),
    ],
)
def test_a_wrong_registry_is_explained(tmp_path, text, problem):
    (tmp_path / "issue").mkdir()
    (tmp_path / "issue" / "_rules.yaml").write_text(text)
    with pytest.raises(ConfigError, match=problem):
        read_rules(tmp_path, "phabricator")


def test_two_rules_of_one_name_are_refused(tmp_path):
    rule = "rules: {odd: {kind: practice, explanation: It is odd., next_step: Look.}}"
    for folder in ("issue", "staging/phabricator"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "_rules.yaml").write_text(rule)
    with pytest.raises(ConfigError, match="Two rules are called odd"):
        read_rules(tmp_path, "phabricator")
    assert list(read_rules(tmp_path, "youtrack")) == ["odd"]
