"""A run does not begin while published tables and their contracts differ."""

from __future__ import annotations

import pytest
import yaml

from flowmart.core.errors import MigrationError
from flowmart.migrate import runner
from tests.migrate.contracts import FLOWERS
from tests.migrate.test_new import NEW_TABLE
from tests.migrate.warehouse import catalog
from tests.servers import copy_migrations_without_marts


@pytest.fixture
def folder(engine, tmp_path):
    """Migrations with one published table, all applied, and its contract beside them."""
    folder = tmp_path / "migrations" / engine.name
    folder.mkdir(parents=True)
    copy_migrations_without_marts(engine.name, folder)
    (folder / "20981231000000_flowers.sql").write_text(NEW_TABLE[engine.name])
    runner.up(engine, folder)
    change_contract(tmp_path)
    return folder


def change_contract(tmp_path, column="", **changes):
    """Write the contract with another name, or with something else about a column."""
    contract = yaml.safe_load(FLOWERS)
    changed = next((c for c in contract["columns"] if c["name"] == column), contract)
    changed.update(changes)
    models = tmp_path / "sql" / "garden" / "marts"
    models.mkdir(parents=True, exist_ok=True)
    (models / "_models.yaml").write_text(yaml.safe_dump({"models": [contract]}))


def test_tables_that_keep_their_contracts_are_current(engine, folder):
    runner.require_current(engine, folder)


DIFFERENCES = {
    r"table fct_trees is missing": {"name": "fct_trees"},
    r"fct_flowers\.height is (double precision|Float64), its contract says (bigint|Int64)": {
        "column": "height",
        "type": "bigint",
    },
    r"fct_flowers\.depth is missing; fct_flowers\.height is not in its contract": {
        "column": "height",
        "name": "depth",
    },
    r"fct_flowers\.petals may be null by its contract, not in the table": {
        "column": "petals",
        "nullable": True,
    },
    r"fct_flowers\.height may be null in the table, not by its contract": {
        "column": "height",
        "nullable": False,
    },
}


@pytest.mark.parametrize("problem", DIFFERENCES)
def test_a_contract_that_its_table_does_not_keep_is_named_and_nothing_is_changed(
    engine, folder, tmp_path, problem
):
    change_contract(tmp_path, **DIFFERENCES[problem])
    before = catalog(engine)
    with pytest.raises(MigrationError, match=problem) as caught:
        runner.require_current(engine, folder)
    assert caught.value.where == engine.where
    assert "make migration NAME=" in caught.value.next_step
    assert catalog(engine) == before
