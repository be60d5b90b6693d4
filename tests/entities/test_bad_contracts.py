"""What is wrong with contracts is named before anything is read or built."""

from __future__ import annotations

import pytest

from tests.entities.refusal import refusal

TICKETS = "ticket/marts/_models.yaml"
REPORTS = "report/marts/_models.yaml"
SUM = "sum: {of: fct_ticket_steps, by: [instance, team, day_on, state]}"
SLICE = "slice: {of: fct_reports, by: [instance, day_on]}"
COST = "- {name: cost, type: decimal, description: their euros}"
DAY = "- {name: day_on, type: date, description: the day that it is about}"
KEY = "key: [instance, team, day_on, state]"
COUNT = "- {name: fact_rows, type: bigint, description: steps}"
TITLE = "- {name: title, type: text, description: title}"


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
        (
            TICKETS,
            KEY,
            "key: [instance, team, day_on]",
            r"a row per instance, team, day_on, state,",
        ),
        (TICKETS, KEY, "key: [instance, team, day_on, state, state]", r"state twice in its key"),
        (TICKETS, SUM, SUM.replace("state]", "state, state]"), r"lists state twice in its groups"),
        (TICKETS, COUNT, COUNT.replace("bigint", "decimal"), r"fact_rows, .* decimal, not bigint"),
        (TICKETS, COUNT, COUNT.replace("bigint", "date"), r"sums up fact_rows, which is date"),
        (
            TICKETS,
            SUM,
            SUM.replace("state]", "state, fact_rows]"),
            r"agg_ticket_work has a row per .*fact_rows, but the key",
        ),
        (
            TICKETS,
            "publish: upsert",
            "publish: upsert\n    materialized: view",
            r"dim_teams is published, so it is a table",
        ),
        (
            TICKETS,
            "    publish: upsert\n",
            "",
            r"dim_teams has copied_into_facts, but is not published",
        ),
        (
            TICKETS,
            "shown:\n        - columns: [name]",
            "shown: []",
            r"dim_teams\.copied_into_facts\.shown: .*at least 1 item",
        ),
        (
            TICKETS,
            "- {name: minutes, type: bigint, description: their minutes}",
            "- {name: order, type: bigint, description: their order}",
            r"agg_ticket_work\.columns\.5\.name: .*'order' is a word of SQL",
        ),
        (
            TICKETS,
            "key: [team_key]",
            "key: [instance, team_id]",
            r"dim_teams is published by upsert, whose key is one column .*: instance, team_id",
        ),
        (REPORTS, "name: agg_reports_daily", f"name: {'a' * 40}", r"a slice's name has 39 at most"),
        (REPORTS, "name: agg_reports_daily", f"name: {'a' * 52}", r"at most 51 characters"),
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
            r"agg_ticket_work sums up fct_nothing, which has no contract in this file",
            TICKETS,
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
            TICKETS,
            "- {name: cost, type: decimal, description: euros}",
            "- {name: cost, type: decimal, rebuilt_with: ticket, description: euros}",
            r"fct_ticket_steps\.cost is rebuilt with ticket, but is decimal, and keys are text",
            "ticket/marts/fct_ticket_steps.sql",
        ),
        (
            TICKETS,
            TITLE,
            TITLE.replace("text, d", "text, rebuilt_with: report, d"),
            r"title is rebuilt with report, but the model is not published by report_key",
            "ticket/marts/fct_tickets.sql",
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
            r"dim_machines says that fct_report shows it, which is no fact$",
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
        (
            TICKETS,
            TITLE,
            TITLE.replace("text", "text, references: [stg_desk__tickets]"),
            r"fct_tickets\.title references stg_desk__tickets, which is not published",
            "ticket/marts/fct_tickets.sql",
        ),
        (
            TICKETS,
            TITLE,
            TITLE.replace("text", "text, references: [int_teams]"),
            r"fct_tickets\.title references int_teams, which is not published",
            "ticket/marts/fct_tickets.sql",
        ),
        (
            TICKETS,
            TITLE,
            TITLE.replace("text", "text, references: [agg_ticket_work]"),
            r"fct_tickets\.title references agg_ticket_work, whose rows are groups",
            "ticket/marts/fct_tickets.sql",
        ),
        (
            TICKETS,
            TITLE,
            TITLE.replace("text", "text, references: [agg_reports_daily]"),
            r"fct_tickets\.title references agg_reports_daily, whose rows are groups",
            "ticket/marts/fct_tickets.sql",
        ),
        (
            TICKETS,
            TITLE,
            TITLE.replace("text", "text, references: [fct_tickets]"),
            r"fct_tickets\.title references fct_tickets, which is the model itself",
            "ticket/marts/fct_tickets.sql",
        ),
        (
            TICKETS,
            TITLE,
            TITLE.replace("text", "text, references: [fct_reports]"),
            r"references fct_reports, of which a batch holds only .* keys \(report_key\)",
            "ticket/marts/fct_tickets.sql",
        ),
        (
            TICKETS,
            TITLE,
            TITLE.replace("text", "text, names: {dimension: int_teams, where: 'true'}"),
            r"fct_tickets\.title references int_teams, which is not published",
            "ticket/marts/fct_tickets.sql",
        ),
        (
            TICKETS,
            "- {name: comments, type: bigint,",
            "- {name: comments, type: bigint, references: [dim_teams],",
            r"dim_teams says that fct_tickets shows it by comments, which is bigint, not text",
            "dim_teams, copied_into_facts",
        ),
        (
            TICKETS,
            "- {name: comments, type: bigint,",
            "- {name: comments, type: bigint, references: [fct_ticket_comments],",
            r"comments references fct_ticket_comments, whose comment_key is text, not bigint",
            "ticket/marts/fct_tickets.sql",
        ),
        (
            REPORTS,
            "by: {fct_reports: machine_key}",
            "by: {fct_reports: day_on}",
            r"dim_machines says that fct_reports shows it by day_on, which is date, not text",
            "dim_machines, copied_into_facts",
        ),
        (
            "report/intermediate/_models.yaml",
            "- {name: site, type: text,",
            "- {name: site, type: bigint,",
            r"dim_machines says that int_machines holds its rows, whose site is bigint, not text",
            "dim_machines, copied_into_facts",
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
