"""Runs whose steps load as ``flowmart_loader`` and publish as ``flowmart_publisher``.

On PostgreSQL: chDB, the ClickHouse of the tests, has one user.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from psycopg.conninfo import make_conninfo

from flowmart.core.errors import ConfigError, FlowmartError
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.engines.roles import LOADER, PUBLISHER, READER, ROLES
from flowmart.migrate.grants import grant
from flowmart.operators.run import INSPECTION
from flowmart.settings import GRANTS_FOLDER
from local.postgres.roles import ensure_roles
from tests.operators.pipeline import HISTORY, INSTANCE, Pipeline, Steps, flow_metrics
from tests.operators.test_fields import configure
from tests.rows import at
from tests.warehouses import connection, tables_in

if TYPE_CHECKING:
    from flowmart.engines.base import Engine

NEXT = ("2026-11-19T00:00:00+00:00", "2026-11-22T00:00:00+00:00")
OWNERS = """
select schemaname as schema_name, tableowner as owner
from pg_tables
where schemaname in ('raw', 'stage')
group by 1, 2
order by 1, 2
"""


@pytest.fixture(scope="module")
def warehouse_dsn(postgres_dsn: str) -> str:
    return postgres_dsn


@pytest.fixture
def divided(pipeline: Pipeline, warehouse_dsn: str, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """A pipeline whose owner has loaded something, and which from now on has roles only."""
    if not tables_in(pipeline.engine, "raw"):
        pipeline.run("as the owner", *HISTORY)
        Steps("left unfinished", *NEXT).open()
        pipeline.engine.execute("create table stage.left_by_the_owner (n bigint)")
    ensure_roles(warehouse_dsn, dict.fromkeys(ROLES, "it's"))
    assert grant(pipeline.engine, GRANTS_FOLDER) == list(ROLES)
    monkeypatch.delenv("AIRFLOW_CONN_FLOWMART_WAREHOUSE")
    for role in ROLES:
        dsn = make_conninfo(warehouse_dsn, user=role, password="it's")
        monkeypatch.setenv(f"AIRFLOW_CONN_{role.upper()}", connection(dsn))
    return pipeline


def as_role(dsn: str, role: str) -> Engine:
    return open_engine(make_conninfo(dsn, user=role, password="it's"), Schemas.with_prefix(""))


def statuses(pipeline: Pipeline) -> dict[str, str]:
    rows = pipeline.engine.query("select run_id, status from ops.ops_runs")
    return {row["run_id"]: row["status"] for row in rows}


def marts(pipeline: Pipeline) -> dict[str, list[dict[str, object]]]:
    """What is published, without addresses of issues: each test has a sandbox at another port."""
    return {
        table: [
            {column: value for column, value in row.items() if column != "url"}
            for row in pipeline.engine.query(f"select * from mart.{table} order by 1, 2, 3")
        ]
        for table in ("fct_issues", "fct_issue_status_intervals", "dim_users")
    }


def test_every_step_works_with_the_rights_of_its_role(divided: Pipeline) -> None:
    """Also over tables and a view that the owner made before; the rows come out the same."""
    before = marts(divided)
    assert before["fct_issues"]
    configure("{cost: {field: acme.cost}}")  # the instance's view gets another column
    divided.run("as the roles", *HISTORY)
    assert statuses(divided)["as the roles"] == "OK"
    assert marts(divided) == before
    [row] = divided.engine.query(f"select count(cost) as n from mart.v_issues__{INSTANCE}")
    assert row["n"] > 0
    owned = {(row["schema_name"], row["owner"]) for row in divided.engine.query(OWNERS)}
    assert owned == {("raw", LOADER), ("stage", LOADER)}


def test_a_published_run_is_built_and_published_once_more(divided: Pipeline) -> None:
    for _ in range(2):
        steps = Steps("again", *HISTORY)
        steps.open()
        steps.load(steps.extract())
        steps.publish()
        steps.close()
    assert statuses(divided)["again"] == "OK"


def test_a_replay_rebuilds_everything(divided: Pipeline) -> None:
    before = marts(divided)
    replay = Steps("replayed", *HISTORY)
    replay.open("replay")
    replay.load_landed()
    replay.publish(everything=True)
    replay.close()
    assert marts(divided) == before


def test_flow_metrics_builds_as_the_loader_and_publishes_as_the_publisher(
    divided: Pipeline, warehouse_dsn: str
) -> None:
    flow_metrics(everything=True)
    assert flow_metrics(everything=True)["agg_forecast"] > 0, "over what the first one left"
    read = as_role(warehouse_dsn, READER).query("select count(*) as n from mart.agg_forecast")
    assert read[0]["n"] > 0


@pytest.mark.parametrize("role", [LOADER, PUBLISHER])
def test_what_either_role_left_behind_is_dropped_when_it_is_old(
    divided: Pipeline, warehouse_dsn: str, role: str
) -> None:
    """A publisher that is killed after its last commit leaves tables that it made itself."""
    steps = Steps(f"killed {role}", *NEXT)
    steps.open()
    [run] = divided.engine.query(
        "select * from ops.ops_runs where run_id = %(run)s", {"run": f"killed {role}"}
    )
    as_role(warehouse_dsn, role).execute(f"create table stage.gone__{run['batch_id']} (n bigint)")
    old = {"started_at": at(1) - INSPECTION - timedelta(days=1)}
    divided.engine.upsert("ops.ops_runs", ("instance", "run_id"), run | old)
    Steps(f"after {role}", *NEXT).open()
    assert f"gone__{run['batch_id']}" not in tables_in(divided.engine, "stage")


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (LOADER, "delete from mart.fct_issues"),
        (LOADER, "insert into mart.dim_users (user_key) values ('x')"),
        (LOADER, "update ops.published_keys set generation = 0"),
        (LOADER, "delete from ops.ops_runs"),
        (LOADER, "delete from ops.ops_data_quality"),
        (LOADER, "create table mart.mine (n bigint)"),
        (LOADER, "drop view mart.v_issue_ageing"),
        (PUBLISHER, "drop table mart.fct_issues"),
        (PUBLISHER, "delete from ops.schema_migrations"),
        (PUBLISHER, "create table ops.mine (n bigint)"),
        (READER, "delete from mart.fct_issues"),
        (READER, "select * from raw.phabricator__tasks"),
    ],
)
def test_a_role_does_its_own_work_only(
    divided: Pipeline, warehouse_dsn: str, role: str, statement: str
) -> None:
    with pytest.raises(FlowmartError, match=r"permission denied|must be owner|read-only"):
        as_role(warehouse_dsn, role).execute(statement)


def test_the_reader_sees_what_the_publisher_made(divided: Pipeline, warehouse_dsn: str) -> None:
    [row] = as_role(warehouse_dsn, READER).query(
        f"select count(*) as n from mart.v_issues__{INSTANCE}"
    )
    [published] = divided.engine.query("select count(*) as n from mart.fct_issues")
    assert row == published
    assert row["n"] > 0


def test_one_connection_alone_does_everything(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or some: a role without a connection is played by ``flowmart_warehouse``."""
    for role in ROLES:
        monkeypatch.delenv(f"AIRFLOW_CONN_{role.upper()}", raising=False)
    pipeline.run("alone", *HISTORY)
    assert statuses(pipeline)["alone"] == "OK"


def test_without_any_connection_the_default_is_asked_for(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_FLOWMART_WAREHOUSE")
    with pytest.raises(Exception, match="no Airflow connection 'flowmart_warehouse'") as caught:
        Steps("nowhere", *HISTORY).open()
    assert isinstance(caught.value.__cause__, ConfigError)
