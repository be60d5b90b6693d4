"""The gate: a clean batch passes, every planted fault is caught, named and shown on a page."""

from __future__ import annotations

import re
from html import unescape

import pytest

from flowmart.core.errors import ContractError, ValidationError, WarehouseUnavailableError
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.quality.checkpoint import validate_batch
from tests.rows import DAY

INTERVALS = "fct_issue_status_intervals"
NULL = "expect_column_values_to_not_be_null"
UNIQUE = "expect_column_values_to_be_unique"
BETWEEN = "expect_column_values_to_be_between"
IN_SET = "expect_column_values_to_be_in_set"
LATER = "expect_column_pair_values_a_to_be_greater_than_b"


def validate(stage, docs_folder, counts=None, strict=False):
    return validate_batch(
        stage.engine, stage.project, stage.batch, counts or stage.counts(), docs_folder, strict
    )


def test_a_clean_batch_passes_and_leaves_nothing(stage, tmp_path, caplog):
    tables = "select table_schema, table_name from information_schema.tables order by 1, 2"
    before = stage.engine.query(tables)
    with caplog.at_level("INFO", logger="flowmart.quality"):
        report = validate(stage, tmp_path)
    assert report.success
    assert report.findings == ()
    assert set(report.expectations) == {model.name for model in stage.project.published()}
    lines = [r.getMessage() for r in caplog.records if r.name.startswith("flowmart")]
    held = report.expectations[INTERVALS]
    assert f"{INTERVALS}: {held} of {held} expectations hold" in lines
    assert len(lines) == len(report.expectations)
    assert list(tmp_path.iterdir()) == []
    assert stage.engine.query(tables) == before


FAULTS = {
    "a null where the contract promises a value": (
        "fct_issues",
        "set team = null where issue_key = 'p:2'",
        f"fct_issues: {NULL}(team): 1 bad row, such as p:2",
    ),
    "a duplicate key": (
        INTERVALS,
        "set interval_key = 'p:1:1' where interval_key = 'p:1:2'",
        f"{INTERVALS}: {UNIQUE}(interval_key): 2 bad rows, such as p:1:1",
    ),
    "a gap between two intervals": (
        INTERVALS,
        "set entered_at = entered_at + interval '1 hour' where interval_key = 'p:1:2'",
        f"{INTERVALS}: no_gap: 1 bad row, such as p:1:1",
    ),
    "a hole in the sequence": (
        INTERVALS,
        "where interval_key = 'p:1:2'",
        f"{INTERVALS}: no_gap: 1 bad row, such as p:1:1",
    ),
    "an overlap of two intervals": (
        INTERVALS,
        "set entered_at = entered_at - interval '1 hour' where interval_key = 'p:1:2'",
        f"{INTERVALS}: no_overlap: 1 bad row, such as p:1:2",
    ),
    "two current intervals": (
        INTERVALS,
        "set is_current = true where interval_key = 'p:1:2'",
        f"{INTERVALS}: one_current: 1 bad row, such as p:1",
    ),
    "an issue without a current interval": (
        INTERVALS,
        "where issue_key = 'p:2'",
        f"{INTERVALS}: one_current: 1 bad row, such as p:2",
    ),
    "an interval that ends before it begins": (
        INTERVALS,
        "set left_at = entered_at - interval '1 second' where interval_key = 'p:1:1'",
        f"{INTERVALS}: {LATER}(left_at, entered_at): 1 bad row, such as p:1:1",
    ),
    "a first interval that does not begin at creation": (
        INTERVALS,
        "set entered_at = entered_at - interval '1 day' where interval_key = 'p:2:1'",
        f"{INTERVALS}: start_at_creation: 1 bad row, such as p:2:1",
    ),
    "a negative duration": (
        INTERVALS,
        "set duration_seconds = -1 where interval_key = 'p:1:1'",
        f"{INTERVALS}: {BETWEEN}(duration_seconds): 1 bad row, such as p:1:1",
    ),
    "intervals that do not add up": (
        INTERVALS,
        f"set duration_seconds = {DAY} where interval_key = 'p:1:2'",
        f"{INTERVALS}: add_up: 1 bad row, such as p:1",
    ),
    "times in status that are not the sum of the intervals": (
        "fct_issue_status_times",
        "set duration_seconds = duration_seconds + 1 where status_time_key = 'p:1:open'",
        "fct_issue_status_times: match_intervals: 1 bad row, such as p:1 / p:open",
    ),
    "one visit too many": (
        "fct_issue_status_times",
        "set visits = 2 where status_time_key = 'p:1:open'",
        "fct_issue_status_times: match_intervals: 1 bad row, such as p:1 / p:open",
    ),
    "a category that does not exist": (
        "fct_issues",
        "set status_category = 'wip' where issue_key = 'p:2'",
        f"fct_issues: {IN_SET}(status_category): 1 bad row, such as p:2",
    ),
    "an orphan status": (
        INTERVALS,
        "set status_key = 'p:gone' where interval_key = 'p:1:1'",
        f"{INTERVALS}: references: 1 bad row, such as p:1:1 / p:gone",
    ),
    "an orphan assignee": (
        "fct_issues",
        "set assignee_key = 'p:gone' where issue_key = 'p:1'",
        "fct_issues: references: 1 bad row, such as p:1 / p:gone",
    ),
    "a change of no issue": (
        "fct_issue_changes",
        "set issue_key = 'p:9' where change_key = 'p:2:c'",
        "fct_issue_changes: references: 1 bad row, such as p:2:c / p:9",
    ),
    "an orphan column": (
        "fct_issue_column_intervals",
        "set column_key = 'p:gone' where sequence = 1",
        "fct_issue_column_intervals: references: 1 bad row, such as p:1:web:1 / p:gone",
    ),
    "two columns of one board at a time": (
        "fct_issue_column_intervals",
        "set entered_at = entered_at - interval '1 hour' where sequence = 2",
        "fct_issue_column_intervals: no_overlap: 1 bad row, such as p:1:web:2",
    ),
    "a negative lead time": (
        "fct_issue_flow",
        "set lead_time_seconds = -5 where issue_key = 'p:1'",
        f"fct_issue_flow: {BETWEEN}(lead_time_seconds): 1 bad row, such as p:1",
    ),
    "a flow efficiency above 1": (
        "fct_issue_flow",
        "set flow_efficiency = 1.5 where issue_key = 'p:1'",
        f"fct_issue_flow: {BETWEEN}(flow_efficiency): 1 bad row, such as p:1",
    ),
    "a lead time of an issue that is not done": (
        "fct_issue_flow",
        "set lead_time_seconds = 5 where issue_key = 'p:2'",
        "fct_issue_flow: lead_time_of_done: 1 bad row, such as p:2",
    ),
    "an issue without flow times": (
        "fct_issue_flow",
        "where issue_key = 'p:2'",
        "fct_issue_flow: one_per_issue: 1 bad row, such as p:2",
    ),
    "an issue with two people at a time": (
        "fct_issue_assignments",
        "set assigned_at = assigned_at - interval '1 hour' where sequence = 2",
        "fct_issue_assignments: no_overlap: 1 bad row, such as p:1:2",
    ),
    "somebody in two teams at a time": (
        "dim_team_members",
        "set valid_to = null where member_key = 'p:A'",
        "dim_team_members: no_overlap: 1 bad row, such as p:B",
    ),
    "a bare quarter": (
        "fct_issues",
        "set quarter = 'Q4' where issue_key = 'p:1'",
        "fct_issues: expect_column_values_to_match_regex(quarter): 1 bad row, such as p:1",
    ),
}


@pytest.mark.parametrize(("model", "change", "named"), FAULTS.values(), ids=FAULTS)
@pytest.mark.long_on_clickhouse
def test_a_planted_fault_is_caught_and_named(stage, tmp_path, model, change, named):
    stage.plant(model, change)
    with pytest.raises(ValidationError) as caught:
        validate(stage, tmp_path)
    assert named in caught.value.what
    assert caught.value.where == str(stage.batch)
    page = tmp_path / "phabricator" / f"{stage.batch.batch_id}.html"
    assert str(page) in caught.value.next_step
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [page]
    subject, expectation = named.split(": ")[:2]
    assert f"{subject}: {expectation}" in page.read_text()


def test_rows_that_came_or_went_since_the_transform_are_noticed(stage, tmp_path):
    counts = stage.counts()
    stage.insert("dim_users", user_key="p:bob", user_type="user")
    with pytest.raises(ValidationError, match=r"row_count_to_equal\(\): 1 bad row"):
        validate(stage, tmp_path, counts)


def test_n5_an_unmapped_status_is_named_and_only_a_warning_unless_strict(stage, tmp_path, caplog):
    stage.plant(INTERVALS, "set status_category = 'unknown' where status_key = 'p:progress'")
    stage.plant("fct_issues", "set status_category = 'unknown' where issue_key = 'p:2'")
    stage.plant("dim_statuses", "set name = 'Won''t do' where status_key = 'p:open'")
    stage.plant("dim_statuses", "set name = 'progress' where status_key = 'p:progress'")
    stage.plant("dim_statuses", "set instance = 'phabricator' where status_key != ''")
    stage.plant("dim_projects", "set name = 'Web' where project_key = 'p:web'")
    report = validate(stage, tmp_path)
    assert report.success
    (finding,) = report.findings
    assert (finding.model, finding.expectation, finding.rows) == (
        "fct_issues",
        "unmapped_status",
        2,
    )
    assert "2 bad rows" in caplog.text
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValidationError) as caught:
        validate(stage, tmp_path, strict=True)
    page = (tmp_path / "phabricator" / f"{stage.batch.batch_id}.html").read_text()
    for told in (str(caught.value), unescape(page)):
        for status, key in (("Won't do", "'Won''t do'"), ("progress", "'progress'")):
            assert f"the status {status} of the project Web, for which `{key}: {{category:" in told
        assert "under instances.phabricator.statuses in flowmart.yaml" in told


@pytest.mark.long_on_clickhouse
def test_examples_are_keys_and_at_most_five(stage, tmp_path):
    for number in range(10, 17):
        stage.insert("dim_users", user_key=f"p:{number}", user_type="robot", username="secret")
    with pytest.raises(ValidationError) as caught:
        validate(stage, tmp_path)
    told = re.search(r"7 bad rows, such as ([p:0-9, ]+)$", caught.value.what)[1].split(", ")
    assert len(told) == 5
    assert set(told) < {f"p:{number}" for number in range(10, 17)}
    assert "secret" not in str(caught.value)


@pytest.mark.long_on_clickhouse
def test_the_page_is_self_contained_and_quotes_what_it_shows(stage, tmp_path):
    stage.plant("dim_users", "set user_type = '<b>robot</b>', user_key = '<i>ann</i>'")
    with pytest.raises(ValidationError):
        validate(stage, tmp_path)
    html = (tmp_path / "phabricator" / f"{stage.batch.batch_id}.html").read_text()
    assert "http" not in html
    assert "&lt;i&gt;ann&lt;/i&gt;" in html
    assert "<i>" not in html
    assert "user_type values must belong to this set: user bot list" in html


def test_a_missing_column_and_a_missing_table_are_named(stage, tmp_path):
    stage.engine.execute(f"alter table {stage.table('fct_issues')} drop column team")
    stage.engine.execute(f"drop table {stage.table('dim_users')}")
    suffix = stage.batch.batch_id
    with pytest.raises(ContractError) as caught:
        validate(stage, tmp_path, {"dim_users": 1})
    assert caught.value.what == (
        f"Missing: table dim_users__{suffix}, column team of fct_issues__{suffix}"
    )


def test_an_expectation_that_cannot_be_evaluated_stops_the_batch(stage, tmp_path):
    kind = {"postgres": "bytea", "clickhouse": "Array(String)"}[stage.engine.name]
    users = stage.table("dim_users")
    stage.engine.execute(f"alter table {users} drop column user_key")
    stage.engine.execute(f"alter table {users} add column user_key {kind}")
    with pytest.raises(ValidationError, match="could not be evaluated"):
        validate(stage, tmp_path)


def test_an_outage_is_no_finding(stage, tmp_path):
    scheme = {"postgres": "postgresql", "clickhouse": "clickhouse"}[stage.engine.name]
    away = open_engine(f"{scheme}://nobody@127.0.0.1:1/none", Schemas.with_prefix(""))
    with pytest.raises(WarehouseUnavailableError):
        validate_batch(away, stage.project, stage.batch, {}, tmp_path, strict=False)
