"""An instance that was removed from the settings is forgotten, with or without its rows."""

from __future__ import annotations

import pytest

from flowmart.core.errors import ConfigError
from flowmart.engines.base import PUBLISHED_KEYS
from flowmart.publish.retire import retire
from flowmart.settings import SQL_FOLDER
from flowmart.transform.folders import published_contracts
from flowmart.transform.project import load_project
from flowmart.ui.queries import read_page, read_runs
from tests.rows import at, filled
from tests.warehouses import current_table, migrated

OLD, KEPT = "phabricator__old", "phabricator"
TABLES = ("fct_issues", "dim_users", "ops_data_quality")


@pytest.fixture
def engine(migrated_dsn):
    """Two instances with a row in each table, raw ones too; the last run of the old one is NOK."""
    engine = migrated(migrated_dsn)
    contracts = {
        m.name: m.contract for m in load_project(SQL_FOLDER, KEPT, engine.name).published()
    }
    engine.ensure_raw_table("phabricator", "tasks")
    with engine.session() as session:
        for instance in (OLD, KEPT):
            for model in TABLES:
                contract = contracts[model]
                values = {contract.key_column: f"{instance}:1", "instance": instance}
                row = filled(contract, values)
                session.copy_rows(current_table(engine, model), list(row), [list(row.values())])
            keys = {"instance": instance, "entity": "issue", "record_key": f"{instance}:1"}
            session.copy_rows(
                current_table(engine, PUBLISHED_KEYS), [*keys, "generation"], [[*keys.values(), 1]]
            )
    for instance in (OLD, KEPT):
        engine.upsert(
            "ops.ops_runs",
            ("instance", "run_id"),
            {
                "instance": instance, "run_id": "r", "batch_id": "0123456789",
                "source": "phabricator", "run_type": "window", "window_start": at(1),
                "window_end": at(2), "status": "NOK", "config_hash": "", "starts_at": at(0),
                "started_at": at(2),
            },
        )  # fmt: skip
    engine.execute("create view mart.v_issues__phabricator__old as select 1 as n")
    return engine


def left(engine, table):
    return sorted(row["instance"] for row in engine.query(f"select instance from {table}"))


def test_every_published_table_says_which_instance_a_row_is_of():
    lacking = [
        name
        for name, contract in published_contracts(SQL_FOLDER).items()
        if "instance" not in contract.column_names
    ]
    assert lacking == []


def test_n16_a_retired_instance_is_nok_no_more(engine):
    with pytest.raises(ConfigError, match=r"'phabricator' is still configured.*remove it there"):
        retire(engine, SQL_FOLDER, KEPT, [KEPT], with_rows=True)
    with pytest.raises(ConfigError, match=r"no run of an instance 'x'.*are: phabricator__old"):
        retire(engine, SQL_FOLDER, "x", [KEPT], with_rows=True)
    assert [run["instance"] for run in read_runs(engine, at(5))] == [KEPT, OLD]

    retire(engine, SQL_FOLDER, OLD, [KEPT], with_rows=False)
    assert [run["instance"] for run in read_runs(engine, at(5))] == [KEPT]
    assert OLD not in left(engine, "ops.ops_coverage")
    assert left(engine, "mart.fct_issues") == [KEPT, OLD]
    assert [run["instance"] for run in read_page(engine, {}, "UTC", at(5)).runs] == [KEPT]

    engine.upsert(
        "ops.ops_runs",
        ("instance", "run_id"),
        engine.query("select * from ops.ops_runs")[0] | {"instance": OLD},
    )
    retire(engine, SQL_FOLDER, OLD, [KEPT], with_rows=True)
    for table in (*(f"mart.{name}" for name in TABLES[:2]), "ops.ops_data_quality"):
        assert left(engine, table) == [KEPT], table
    assert left(engine, f"ops.{PUBLISHED_KEYS}") == [KEPT]
    assert left(engine, "ops.ops_runs") == [KEPT]
    views = engine.query(
        "select table_name from information_schema.tables where table_name like 'v_issues__%'"
    )
    assert views == []
