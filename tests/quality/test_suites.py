"""What is wrong with checks is named before anything is built."""

from __future__ import annotations

import re
import shutil
from types import SimpleNamespace

import pytest

from flowmart.core.batch import Batch
from flowmart.core.errors import ConfigError
from flowmart.core.window import Window
from flowmart.engines.base import Schemas
from flowmart.operators import steps
from tests.quality.conftest import INCLUDE
from tests.rows import at

BATCH = Batch("phabricator", "phabricator", "run", Window(at(0), at(1)))
ENTRY = "- type: expect_column_values_to_be_between\n  kwargs: {column: reopen_count, min_value: 0}"


@pytest.fixture
def include(tmp_path, monkeypatch):
    """A copy of the folder ``include``, which the pipeline reads."""
    for name in ("sql", "expectations"):
        shutil.copytree(INCLUDE / name, tmp_path / name)
    monkeypatch.setattr(steps, "SQL_FOLDER", tmp_path / "sql")
    return tmp_path


def check():
    """What the first task of a run does."""
    engine = SimpleNamespace(name="postgres", schemas=Schemas.with_prefix(""))
    steps.require_sound(engine, BATCH)


def test_the_shipped_checks_are_sound(include):
    check()


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("fct_issue_flwo.yaml", ENTRY, "There is no published model fct_issue_flwo"),
        ("fct_issue_flow.yml", ENTRY, "There is no published model fct_issue_flow"),
        ("int_issue_flow.yaml", ENTRY, "There is no published model int_issue_flow"),
        ("fct_issue_flow.yaml", "type: x\nkwargs: {}", "the file: Input should be a valid list"),
        ("fct_issue_flow.yaml", "text", "the file: Input should be a valid list"),
        ("fct_issue_flow.yaml", "- text", "0: Input should be a valid dictionary"),
        ("fct_issue_flow.yaml", f"{ENTRY}\n- type: x", "1.kwargs: Field required"),
        ("fct_issue_flow.yaml", "- kwargs: {}", "0.type: Field required"),
        ("fct_issue_flow.yaml", f"{ENTRY}\n  severe: yes", "0.severe: Extra inputs"),
        ("fct_issue_flow.yaml", f"{ENTRY}\n  severity: low", "0.severity: Input should be"),
        (
            "fct_issue_flow.yaml",
            ENTRY.replace("reopen_count", "reopens"),
            "0: fct_issue_flow has no column reopens",
        ),
        ("fct_issue_flow.yaml", "- [", "cannot be read: while parsing"),
    ],
)
def test_expectations_that_nobody_could_check_are_named(include, name, text, what):
    file = include / "expectations" / name
    file.write_text(text)
    with pytest.raises(ConfigError, match=re.escape(what)) as caught:
        check()
    assert caught.value.where == str(file)
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("name", "sql", "what"),
    [
        ("assert_fct_issues_x", "{{ ref('fct_isues') }}", "There is no model 'fct_isues'"),
        ("assert_fct_issues_x", "{{ published('fct_issues') }}", "'published' is undefined"),
        ("assert_fct_issues_x", "{{ ref('fct_issues') ", "unexpected end of template"),
        ("assert_fct_isues_x", "select 1", "does not begin with the name of a published model"),
    ],
)
def test_assertions_that_nobody_could_check_are_named(include, name, sql, what):
    file = include / "sql/issue/assertions" / f"{name}.sql"
    file.write_text(sql)
    with pytest.raises(ConfigError, match=re.escape(what)) as caught:
        check()
    assert f"issue/assertions/{name}.sql" in caught.value.where
    assert caught.value.next_step
