"""What is wrong with a source or its models is named before anything is read or built."""

from __future__ import annotations

import re
import shutil

import pytest

from flowmart.core.errors import ConfigError, FatalError
from flowmart.sources.declaration import load_spec
from flowmart.sources.registry import get_spec, source_names
from flowmart.transform.project import load_project

TICKETS = "ticket/marts/_models.yaml"
REPORTS = "report/marts/_models.yaml"
SUM = "sum: {of: fct_ticket_steps, by: [instance, team, day_on, state]}"
SLICE = "slice: {of: fct_reports, by: [instance, day_on]}"
COST = "- {name: cost, type: decimal, description: their euros}"
DAY = "- {name: day_on, type: date, description: the day that it is about}"


def load(folder, engine="postgres"):
    """What a run does before anything else."""
    return load_project(folder.sql, "desk", engine, load_spec(folder.declaration.parent))


def refusal(folder, what):
    """The error, which names what is wrong; it says where and what to do as well."""
    with pytest.raises(FatalError) as caught:
        load(folder)
    assert re.search(what, caught.value.what), caught.value.what
    assert caught.value.next_step
    return caught.value


@pytest.mark.parametrize("engine", ["postgres", "clickhouse"])
def test_the_desk_itself_is_sound(folder, engine):
    load(folder, engine)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("  report: {", "  ticket: {", r"the key 'ticket' is given twice"),
        ("{stream: reports}", "{}", r"entities\.report\.stream: Field required"),
        (
            "{stream: reports}",
            "{stream: repairs}",
            r"entity 'report' has no window stream: 'repairs' is none of the streams",
        ),
        (
            "{stream: reports}",
            "{stream: report_readings}",
            r"entity 'report' has no window stream: 'report_readings' is a child",
        ),
        (
            "{stream: reports}",
            "{stream: tickets}",
            r"'ticket' and 'report' share the stream 'tickets'",
        ),
        (
            "  report: {stream: reports}\n",
            "",
            r"the window stream 'reports' belongs to no entity",
        ),
        (
            "kind: child, of: report,",
            "kind: child, of: repair,",
            r"'report_readings' is of 'repair', which is no entity",
        ),
        (
            "kind: child, of: report,",
            "kind: child,",
            r"streams\.report_readings: .*child streams, and no others, need `of`",
        ),
    ],
)
def test_entities_and_streams_that_do_not_fit(folder, old, new, what):
    folder.replace(folder.declaration, old, new)
    assert refusal(folder, what).where == str(folder.declaration)


def test_two_folders_of_one_name(folder, tmp_path):
    twin = shutil.copytree(folder.sources / "desk", tmp_path / "twin" / "desk")
    with (
        folder.registered(),
        folder.registered(twin.parent),
        pytest.raises(ConfigError, match="Two sources are called 'desk'") as caught,
    ):
        source_names()
    assert caught.value.where == f"{folder.sources / 'desk'} and {twin}"
    assert caught.value.next_step == "rename one of the folders"


def test_folder_with_the_name_of_one_of_flowmarts_own_sources(folder):
    shutil.copytree(folder.sources / "desk", folder.sources / "phabricator")
    with folder.registered(), pytest.raises(ConfigError, match="called 'phabricator'"):
        get_spec("desk")


def test_entity_without_models(folder):
    shutil.rmtree(folder.sql / "report")
    error = refusal(folder, "There are no models of report")
    assert error.where == str(folder.sql / "report")
    assert error.next_step == "correct `entities` in source.yaml, or write the models"


def test_part_without_models(folder):
    folder.replace(folder.declaration, "{stream: reports}", "{stream: reports, parts: [alarms]}")
    error = refusal(folder, "There are no models of report, part alarms")
    assert error.where == str(folder.sql / "report/alarms")


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        (TICKETS, SUM, f"{SUM}, by: ticket_key", r"agg_ticket_work.*one policy.*has by and sum"),
        (TICKETS, f"publish: {{{SUM}}}", "publish: {}", r"agg_ticket_work.*this one has none"),
        (TICKETS, COST, COST.replace("decimal", "text"), r"agg_ticket_work sums up cost, .* text;"),
        (TICKETS, COST, COST.replace("decimal", "double"), r"sums up cost, which is double;"),
        (
            TICKETS,
            COST,
            COST.replace("decimal", "decimal, nullable: true"),
            r"sums up cost, which is decimal and may be null",
        ),
        (
            TICKETS,
            SUM,
            SUM.replace("instance, team", "team"),
            r"agg_ticket_work.*the columns of `by` lack `instance`",
        ),
        (REPORTS, SLICE, SLICE.replace("instance, ", ""), r"the columns of `by` lack `instance`"),
        (
            REPORTS,
            "- {name: day_on, type: date, description: day}",
            "- {name: day_on, type: date, nullable: true, description: day}",
            r"agg_reports_daily is replaced by day_on, which may be null",
        ),
    ],
)
def test_contract_that_contradicts_itself(folder, file, old, new, what):
    folder.replace(folder.sql / file, old, new)
    assert refusal(folder, what).where == str(folder.sql / file)


@pytest.mark.parametrize(
    ("file", "old", "new", "what", "where"),
    [
        (
            TICKETS,
            SUM,
            SUM.replace("fct_ticket_steps", "fct_nothing"),
            r"agg_ticket_work groups fct_nothing, which is no fact of this source",
            "ticket/marts/agg_ticket_work.sql",
        ),
        (
            TICKETS,
            SUM,
            SUM.replace("fct_ticket_steps", "dim_teams"),
            r"agg_ticket_work groups dim_teams, which is no fact of this source",
            "ticket/marts/agg_ticket_work.sql",
        ),
        (
            TICKETS,
            "- {name: cost, type: decimal, description: euros}\n",
            "",
            r"agg_ticket_work groups fct_ticket_steps, which has no column cost",
            "ticket/marts/agg_ticket_work.sql",
        ),
        (
            TICKETS,
            "- {name: cost, type: decimal, description: euros}",
            "- {name: cost, type: double, description: euros}",
            r"agg_ticket_work groups fct_ticket_steps, whose cost is double, not decimal",
            "ticket/marts/agg_ticket_work.sql",
        ),
        (
            TICKETS,
            "- {name: cost, type: decimal, description: euros}",
            "- {name: cost, type: decimal, nullable: true, description: euros}",
            r"agg_ticket_work groups fct_ticket_steps, whose cost may be null",
            "ticket/marts/agg_ticket_work.sql",
        ),
        (
            REPORTS,
            SLICE,
            SLICE.replace("fct_reports", "fct_machines"),
            r"agg_reports_daily groups fct_machines, which is no fact of this source",
            "report/marts/agg_reports_daily.sql",
        ),
        (
            REPORTS,
            DAY,
            DAY.replace("type: date", "type: date, nullable: true"),
            r"agg_reports_daily groups fct_reports, whose day_on may be null",
            "report/marts/agg_reports_daily.sql",
        ),
        (
            REPORTS,
            "publish: {by: report_key}",
            "publish: {by: ticket_key}",
            r"fct_reports .*no column ticket_key",
            REPORTS,
        ),
        (
            TICKETS,
            "references: [fct_tickets], description: the ticket}\n"
            "      - {name: instance, type: label, description: source instance}\n"
            "      - {name: author_key",
            "references: [fct_ticket], description: the ticket}\n"
            "      - {name: instance, type: label, description: source instance}\n"
            "      - {name: author_key",
            r"fct_ticket_comments\.ticket_key references fct_ticket, which is no model",
            "ticket/marts/fct_ticket_comments.sql",
        ),
        (
            REPORTS,
            "by: {fct_reports: machine_key}",
            "by: {fct_report: machine_key}",
            r"dim_machines says that fct_report shows it, which is no fact of this source",
            "dim_machines, copied_into_facts",
        ),
        (
            REPORTS,
            "by: {fct_reports: machine_key}",
            "by: {fct_reports: machine}",
            r"dim_machines says that fct_reports shows it by machine, which is no column",
            "dim_machines, copied_into_facts",
        ),
        (
            REPORTS,
            "compared: int_machines",
            "compared: int_machine",
            r"dim_machines says that int_machine holds its rows, which is no model",
            "dim_machines, copied_into_facts",
        ),
        (
            REPORTS,
            "columns: [site, team_key]",
            "columns: [site, team_key, instance, machine_id, is_known, colour, key]",
            r"dim_machines has no column key for its copied_into_facts",
            REPORTS,
        ),
    ],
)
def test_contracts_that_do_not_fit_each_other(folder, file, old, new, what, where):
    folder.replace(folder.sql / file, old, new)
    assert refusal(folder, what).where.endswith(where)


def test_fact_of_another_entity(folder):
    """It has the key of tickets, and lies among the models of reports."""
    for name in ("fct_reports", "agg_reports_daily"):
        file = folder.sql / f"report/marts/{name}.sql"
        file.write_text(file.read_text().replace("report_key", "ticket_key"))
    contracts = folder.sql / REPORTS
    contracts.write_text(contracts.read_text().replace("report_key", "ticket_key"))
    error = refusal(folder, "fct_reports is published by ticket_key, but belongs to .* report")
    assert error.where == "report/marts/fct_reports.sql"
    assert "publish: {by: report_key}" in error.next_step
