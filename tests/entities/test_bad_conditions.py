"""Conditions in contracts name columns of the rows that they are about."""

from __future__ import annotations

import pytest

from flowmart.transform.conditions import unknown_words
from tests.entities.refusal import load, refusal

TICKETS = "ticket/marts/_models.yaml"
REPORTS = "report/marts/_models.yaml"
BY = "by: {fct_reports: machine_key}\n"
INDEX = "{columns: [team_key]}"
AUTHOR = "references: [dim_users], description: who wrote it}\n      - {name: comments"
NAMES = "names: {{dimension: dim_users, where: {0}}}, description: d}}\n      - {{name: comments"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("true", []),
        ("is_known or category <> 'unknown'", []),
        ("category in ('to do', 'it''s done') and not is_known", []),
        ("case when number between 1 and 1e5 then TRUE else number is null end", []),
        ("length(category) > 1 and lower (category) like 'a%'", []),
        ("on_day >= date '2026-01-01'", []),
        ("knwon", ["knwon"]),
        ("Is_Known", ["Is_Known"]),
        ("is_known and site is not null and length(sites) > 0", ["site", "sites"]),
        ('"is_know" or category = "open"', ["is_know", "open"]),
        ("rows.category = 'site'", ["rows"]),
    ],
)
def test_words_of_a_condition(condition, words):
    columns = ["is_known", "category", "number", "on_day"]
    unknown = unknown_words(condition, columns)
    assert unknown == words


@pytest.mark.parametrize(
    ("file", "old", "new", "what", "where"),
    [
        (
            REPORTS,
            "where: is_known",
            "where: is_knwon",
            "dim_machines has no column is_knwon for its copied_into_facts: `is_knwon`",
            REPORTS,
        ),
        (
            REPORTS,
            BY,
            f"{BY}          rows: sites = 'north'\n",
            "dim_machines has no column sites for its copied_into_facts: `sites = 'north'`",
            REPORTS,
        ),
        (
            REPORTS,
            "where: is_known",
            "where: is_known and instance <> ''",
            "dim_machines says that int_machines holds its rows, which has no column instance for",
            "dim_machines, copied_into_facts",
        ),
        (
            REPORTS,
            BY,
            f"{BY}          where: sites is not null\n",
            "dim_machines says that fct_reports shows it, which has no column sites for",
            "dim_machines, copied_into_facts",
        ),
        (
            TICKETS,
            f"fct_tickets__team: {INDEX}",
            "fct_tickets__team: {columns: [team_key], where: teams is not null}",
            "fct_tickets has no column teams for its index fct_tickets__team",
            TICKETS,
        ),
        (
            TICKETS,
            AUTHOR,
            NAMES.format("kind = 'user'"),
            "fct_tickets has no column kind for its names of author_key: `kind = 'user'`",
            TICKETS,
        ),
    ],
)
def test_condition_on_a_column_that_there_is_not(folder, file, old, new, what, where):
    folder.replace(folder.sql / file, old, new)
    assert refusal(folder, what).where.endswith(where)


def test_conditions_on_columns_that_there_are(folder):
    folder.replace(
        folder.sql / REPORTS, BY,
        f"{BY}          rows: site in ('north', 'south')\n          where: starts > 0\n",
    )  # fmt: skip
    folder.replace(
        folder.sql / TICKETS, f"fct_tickets__team: {INDEX}",
        "fct_tickets__team: {columns: [team_key], where: length(title) > 0}",
    )  # fmt: skip
    folder.replace(folder.sql / TICKETS, AUTHOR, NAMES.format("title <> 'a b'"))
    assert load(folder)
