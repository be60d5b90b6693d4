"""Two sources share the models of their entities, but need not have the same entities and parts."""

from __future__ import annotations

import shutil

import pytest

from flowmart.core.errors import ConfigError
from flowmart.sources.declaration import load_spec
from flowmart.transform.folders import all_contracts
from flowmart.transform.project import load_project
from tests.entities.refusal import refusal
from tests.entities.test_third_entity import add_repairs

SUM = """
  - name: agg_team_minutes
    description: Work by team.
    grain: team
    layer: mart
    key: [instance, team]
    publish: {sum: {of: fct_ticket_steps, by: [instance, team]}}
    columns:
      - {name: instance, type: label, description: source instance}
      - {name: team, type: label, nullable: true, description: name of the team}
      - {name: fact_rows, type: bigint, description: steps}
      - {name: minutes, type: bigint, description: their minutes}
"""


def add_counter(folder):
    """Another source, which is like the desk."""
    shutil.copytree(folder.sources / "desk", folder.sources / "counter")
    declaration = folder.sources / "counter/source.yaml"
    folder.replace(declaration, "name: desk", "name: counter")
    staging = shutil.copytree(folder.sql / "staging/desk", folder.sql / "staging/counter")
    for file in staging.iterdir():
        file.write_text(file.read_text().replace("stg_desk__", "stg_counter__"))
        file.rename(file.with_name(file.name.replace("stg_desk__", "stg_counter__")))


def load(folder, source):
    return load_project(folder.sql, source, "postgres", load_spec(folder.sources / source))


def touching(project, entity):
    rules = project.model(f"int_touched_{entity}").variables["rules"]
    return {fact["fact"] for rule in rules for fact in rule["facts"]}


def test_dimension_names_a_fact_of_an_entity_that_one_of_them_lacks(folder):
    """The desk has repairs, whose facts show machines too; the counter has none."""
    add_counter(folder)
    add_repairs(folder)
    assert touching(load(folder, "desk"), "repair") == {"fct_repairs"}
    counter = load(folder, "counter")
    assert touching(counter, "report") == {"fct_reports"}
    assert "fct_repairs" not in counter.by_name


@pytest.mark.parametrize(
    ("named", "what"),
    [
        ("fct_repair: machine_key", "fct_repair shows it, which is no fact"),
        ("int_teams: team_key", "int_teams shows it, which is no fact"),
        ("fct_repairs: machine", "fct_repairs shows it by machine, which is no column"),
        ("fct_repairs: parts", "fct_repairs shows it by parts, which is bigint, not text"),
    ],
)
def test_what_is_wrong_with_a_fact_is_named_by_the_source_without_it_as_well(folder, named, what):
    add_counter(folder)
    add_repairs(folder)
    contracts = folder.sql / "report/marts/_models.yaml"
    folder.replace(contracts, "fct_repairs: machine_key", named)
    with pytest.raises(ConfigError, match=f"dim_machines says that {what}"):
        load(folder, "counter")


def test_sum_in_a_part_that_one_of_them_lacks(folder):
    """The counter would publish steps that the sum does not count."""
    add_counter(folder)
    folder.replace(
        folder.declaration, "ticket: {stream: tickets}",
        "ticket: {stream: tickets, parts: [billing]}",
    )  # fmt: skip
    part = folder.sql / "ticket/billing/marts"
    part.mkdir(parents=True)
    (part / "_models.yaml").write_text(f"models:{SUM}")
    what = r"agg_team_minutes sums up fct_ticket_steps, which has no contract in this file"
    assert refusal(folder, what).where == str(part / "_models.yaml")
    with pytest.raises(ConfigError, match=what):
        all_contracts(folder.sql)  # which the counter's runs and migrations read


def test_sum_among_the_common_models(folder):
    contracts = folder.sql / "common/marts/_models.yaml"
    contracts.write_text(contracts.read_text() + SUM)
    error = refusal(folder, "agg_team_minutes sums up fct_ticket_steps, .* in the folder of its")
    assert error.where == str(contracts)
