"""Fields of issues as columns of the types that the configuration gives them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from flowmart.core.errors import ConfigError
from flowmart.transform.fields import Field
from flowmart.transform.runner import BatchContext
from flowmart.transform.views import create_instance_view
from tests.sql.tracker import Tracker, phid
from tests.sql.warehouse import INCLUDE

FIELDS = (
    Field("severity", ("severity",), "text"),
    Field("team_name", ("owner", "team name"), "text"),
    Field("labels", ("labels",), "json"),
    Field("seats", ("seats",), "bigint"),
    Field("cost", ("cost",), "double"),
    Field("is_urgent", ("urgent",), "boolean"),
    Field("due_on", ("due",), "date"),
    Field("agreed_at", ("agreed",), "timestamp"),
    Field("effort_seconds", ("effort",), "minutes"),
)
WELL = {
    "severity": "it's high",
    "owner": {"team name": "Blue"},
    "labels": ["a"],
    "seats": 3,
    "cost": 2.5,
    "urgent": True,
    "due": "2026-03-01",
    "agreed": "2026-02-01T10:00:00.000+0300",
    "effort": 90,
}
ILL = {"seats": "many", "cost": "3 roubles", "due": "2026-02-30", "effort": 1.5, "severity": "low"}
ODD = {
    "severity": 3.0,
    "seats": 3.0,
    "cost": 1e15,
    "effort": 200_000_000_000_000_000,
    "due": 999_999_999_999_999_999,
    "agreed": "2026-01-01T00:00:00+16:00",
    "labels": 1e-05,
}
NAMES = ", ".join(field.column for field in FIELDS)


@pytest.fixture(scope="module")
def view(warehouse):
    tracker = Tracker()
    for number, values in enumerate((WELL, ILL, {}, ODD), start=1):
        tracker.task(number, **{f"custom.{name}": value for name, value in values.items()})
    warehouse.run(tracker.records(), BatchContext(fields=FIELDS))
    return create_instance_view(warehouse.engine, INCLUDE / "sql", "phabricator", FIELDS)


def of(number):
    return f"readable_id = 'T{number}'"


def test_values_have_the_types_that_were_chosen(warehouse, view):
    assert view == "mart.v_issues__phabricator"
    assert warehouse.rows(view, NAMES, of(1)) == [
        {
            "severity": "it's high",
            "team_name": "Blue",
            "labels": '["a"]',
            "seats": 3,
            "cost": 2.5,
            "is_urgent": True,
            "due_on": date(2026, 3, 1),
            "agreed_at": datetime(2026, 2, 1, 7, tzinfo=UTC),
            "effort_seconds": 5400,
        }
    ]


def test_what_is_not_filled_is_null(warehouse, view):
    [row] = warehouse.rows(view, NAMES, of(3))
    assert set(row.values()) == {None}


def test_what_does_not_fit_is_null_and_reported(warehouse, view):
    [row] = warehouse.rows(view, NAMES, of(2))
    assert {name: value for name, value in row.items() if value is not None} == {"severity": "low"}
    assert misfits(warehouse, 2) == [
        "cost: 3 roubles is no double",
        "due_on: 2026-02-30 is no date",
        "effort_seconds: 1.5 is no minutes",
        "seats: many is no bigint",
    ]


def misfits(warehouse, number):
    where = f"rule = 'field_of_another_type' and issue_key = 'phabricator:{phid('TASK', number)}'"
    return [row["detail"] for row in warehouse.rows("ops.ops_data_quality", "detail", where)]


def test_d1_a_whole_double_is_an_integer_and_what_does_not_fit_is_reported(warehouse, view):
    [row] = warehouse.rows(view, NAMES, of(4))
    assert {name: value for name, value in row.items() if value is not None} == {
        "severity": "3",
        "seats": 3,
        "cost": 1e15,
        "labels": "0.00001",
    }
    assert misfits(warehouse, 4) == [
        "agreed_at: 2026-01-01T00:00:00+16:00 is no timestamp",
        "due_on: 999999999999999999 is no date",
        "effort_seconds: 200000000000000000 is no minutes",
    ]


def test_the_other_columns_are_those_of_all_issues(warehouse, view):
    [row] = warehouse.rows(view, "*", of(1))
    [issue] = warehouse.rows("mart.fct_issues", "*", of(1))
    assert {name: row[name] for name in issue} == issue


def test_other_fields_take_the_place_of_the_former(warehouse, view):
    fields = (Field("weight", ("severity",), "text"),)
    create_instance_view(warehouse.engine, INCLUDE / "sql", "phabricator", fields)
    assert warehouse.rows(view, "weight", of(2)) == [{"weight": "low"}]
    changed = (Field("weight", ("owner", "team name"), "text"),)
    create_instance_view(warehouse.engine, INCLUDE / "sql", "phabricator", changed, replace=True)
    assert warehouse.rows(view, "weight", of(1)) == [{"weight": "Blue"}]
    create_instance_view(warehouse.engine, INCLUDE / "sql", "phabricator", FIELDS)


def test_b3_the_view_follows_a_path_or_a_type_alone(warehouse, view):
    """Its columns have the same names all the while."""
    values = []
    for path, type in (("severity", "text"), ("seats", "text"), ("seats", "bigint")):
        fields = (Field("answer", (path,), type),)
        create_instance_view(warehouse.engine, INCLUDE / "sql", "phabricator", fields, replace=True)
        values.append(warehouse.rows(view, "answer", of(1)))
    assert values == [[{"answer": "it's high"}], [{"answer": "3"}], [{"answer": 3}]]


def test_an_instance_sees_its_own_issues_only(warehouse, view):
    other = create_instance_view(warehouse.engine, INCLUDE / "sql", "phabricator__acme_2", FIELDS)
    assert other == "mart.v_issues__phabricator__acme_2"
    assert warehouse.rows(other) == []


def test_a_column_of_all_issues_is_not_overwritten(warehouse):
    fields = (Field("title", ("severity",), "text"),)
    with pytest.raises(ConfigError, match=r"has a column title already.*phabricator\.fields"):
        create_instance_view(warehouse.engine, INCLUDE / "sql", "phabricator", fields)
