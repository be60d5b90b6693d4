"""Models that would take the touched records of a batch for all of them are named."""

from __future__ import annotations

import re

import pytest

from tests.entities.refusal import load, refusal

FACT = "report/marts/fct_reports.sql"
SLICE = "report/marts/agg_reports_daily.sql"
STARTS = "coalesce(readings.starts, 0) as starts"
TITLES = """
  - name: dim_titles
    description: Titles.
    grain: title
    layer: mart
    key: [title_key]
    publish: upsert
    columns:
      - {name: title_key, type: text, description: key}
      - {name: instance, type: label, description: source instance}
      - {name: title, type: text, description: title}
"""
TITLE = """
select distinct
    {{ surrogate_key(setting('instance'), ['title']) }} as title_key,
    {{ setting('instance') }} as instance,
    title
from """
BETWEEN = """
  - name: int_between
    description: d
    grain: g
    layer: intermediate
    key: [ticket_id]
    columns:
      - {name: ticket_id, type: text, description: d}
"""


def append(path, text):
    with path.open("a") as file:
        file.write(text)


def add_between(folder, place, sql):
    """A model between two others, of tickets or in common."""
    append(folder.sql / place / "_models.yaml", BETWEEN)
    (folder.sql / place / "int_between.sql").write_text(sql)


def add_titles(folder, sql):
    append(folder.sql / "ticket/marts/_models.yaml", TITLES)
    (folder.sql / "ticket/marts/dim_titles.sql").write_text(TITLE + sql)


def count(folder, relation):
    """Let reports count the rows of something."""
    counted = f"{STARTS} + (select count(*) from {{{{ {relation} }}}})"
    folder.replace(folder.sql / FACT, STARTS, counted)


@pytest.mark.parametrize(
    ("relation", "read"),
    [
        ("ref('fct_tickets')", "fct_tickets"),
        ("staged('steps')", "stg_desk__steps"),
        ("staged('ticket_tombstones')", "stg_desk__ticket_tombstones"),
        ("ref('int_touched_ticket')", "int_touched_ticket"),
        ("ref('dim_users')", "dim_users"),
    ],
)
def test_fact_that_reads_records_of_another_entity(folder, relation, read):
    count(folder, relation)
    what = rf"fct_reports is a model of report, and reads {read}, which holds records of ticket:"
    assert refusal(folder, what).where == FACT


@pytest.mark.parametrize("place", ["common/intermediate", "ticket/intermediate"])
def test_fact_that_reads_them_through_another_model(folder, place):
    add_between(folder, place, "select ticket_id from {{ staged('tickets') }}")
    count(folder, "ref('int_between')")
    what = "fct_reports is a model of report, and reads int_between, which holds records of ticket"
    assert refusal(folder, what).where == FACT


def test_fact_that_reads_the_loaded_keys_of_another_entity(folder):
    count(folder, "loaded('ticket')")
    what = "fct_reports is a model of report, and reads records of ticket"
    assert refusal(folder, what).where == FACT


def test_staging_model_of_two_entities(folder):
    """Either of the two entities has only touched records of the other."""
    file = folder.sql / "staging/desk/stg_desk__readings.sql"
    file.write_text(
        file.read_text() + " where parent_id not in (select record_id from {{ raw('tickets') }})"
    )
    what = "fct_reports .* reads stg_desk__readings, which holds records of ticket"
    assert refusal(folder, what).where == FACT


def test_records_of_its_own_entity_and_snapshots_are_there(folder):
    add_between(folder, "common/intermediate", "select report_id from {{ staged('reports') }}")
    count(folder, "ref('int_between')")
    assert load(folder).model("int_between")


@pytest.mark.parametrize("relation", ["staged('tickets')", "ref('fct_tickets')"])
def test_dimension_made_of_records(folder, relation):
    add_titles(folder, f"{{{{ {relation} }}}}")
    what = "dim_titles is published by upsert, and made of records of ticket"
    error = refusal(folder, what)
    assert error.where == "ticket/marts/dim_titles.sql"
    assert "mentioned('dim_titles')" in error.next_step


def test_dimension_that_mentions_keys_of_another_one(folder):
    """Its rows would come and go with the batches that mention them."""
    add_titles(folder, "(select team_key as title from {{ mentioned('dim_teams') }}) as teams")
    refusal(folder, "dim_titles is published by upsert, and made of records of report, ticket")


@pytest.mark.parametrize(
    "relation",
    [
        "ref('fct_reports')",
        "ref('int_machines')",
        "staged('reports')",
        "published('fct_reports')",
        "published('dim_machines')",
        "mentioned('dim_machines')",
        "loaded('report')",
        "settings_table('team')",
    ],
)
def test_slice_that_reads_something_else_than_its_fact(folder, relation):
    folder.replace(folder.sql / SLICE, "as_published('fct_reports')", relation)
    what = f"agg_reports_daily is published by slices, and reads {re.escape(relation)}:"
    error = refusal(folder, what)
    assert error.where == f"{SLICE}, line 8"
    assert "as_published('fct_reports')" in error.next_step


def test_slice_that_reads_another_fact_of_its_entity(folder):
    """Its groups are found by the rows of its own fact."""
    contracts = folder.sql / "report/marts/_models.yaml"
    begin = contracts.read_text().index("  - name: fct_reports")
    end = contracts.read_text().index("  - name: agg_reports_daily")
    fact = contracts.read_text()[begin:end].replace("fct_reports", "fct_doubles")
    append(contracts, "\n" + fact)
    doubles = folder.sql / "report/marts/fct_doubles.sql"
    doubles.write_text((folder.sql / FACT).read_text())
    assert load(folder).model("fct_doubles")
    folder.replace(folder.sql / SLICE, "as_published('fct_reports')", "as_published('fct_doubles')")
    refusal(folder, r"agg_reports_daily .* reads as_published\('fct_doubles'\)")


@pytest.mark.parametrize(
    ("sql", "call"),
    [
        ("select 1 from {{ touched_slices() }}", r"as_published\('fct_reports'\)"),
        ("select 1 from {{ as_published('fct_reports') }}", r"touched_slices\(\)"),
    ],
)
def test_slice_that_lacks_its_fact_or_its_groups(folder, sql, call):
    (folder.sql / SLICE).write_text(sql)
    what = f"agg_reports_daily is published by slices, but does not read {call}"
    assert refusal(folder, what).where == SLICE
