"""The rights of ``include/grants/clickhouse`` are enough for each step, and no more.

chDB, the ClickHouse of the tests, has one user. So its server is started for one role after the
other, over the same data, and its ``users.xml`` gives that role's rights to the user.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import pytest
import sqlparse

from flowmart.core.errors import FlowmartError
from flowmart.engines.base import Engine, Schemas
from flowmart.engines.open import open_engine
from flowmart.engines.roles import LOADER, PUBLISHER, READER, ROLES
from flowmart.migrate.grants import grants_of
from flowmart.settings import GRANTS_FOLDER, load_settings
from flowmart.ui.queries import read_page
from local.clickhouse.process import LocalServer
from local.sandbox.company.generator import generate
from local.sandbox.phabricator.server import serve
from tests.operators.pipeline import HISTORY, INSTANCE, Pipeline, Steps
from tests.operators.test_fields import configure
from tests.rows import at
from tests.warehouses import connection, current_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWNER = "the owner"
SERVER_XML = "<clickhouse><users_config>{users}</users_config></clickhouse>"
USERS_XML = """
<clickhouse>
    <profiles><default/></profiles>
    <quotas><default/></quotas>
    <users>
        <default>
            <password/>
            <networks><ip>::/0</ip></networks>
            <profile>default</profile>
            <quota>default</quota>
            {grants}
        </default>
    </users>
</clickhouse>
"""


def rights(role: str) -> str:
    """A role's grants as users.xml has them: without the name of whom they are given to."""
    if role == OWNER:
        return ""
    engine = engine_of("clickhouse://nowhere/")
    statements = sqlparse.format(grants_of(engine, GRANTS_FOLDER, role), strip_comments=True)
    # Our listener begins with `use default`, which a server does without asking for a right.
    queries = ["grant show databases on default.*"]
    for statement in sqlparse.split(statements):
        given = re.fullmatch(rf"(grant [\w, ]+ on [\w.*]+) to {role};", statement)
        assert given, statement
        queries.append(given[1])
    listed = "".join(f"<query>{query}</query>" for query in queries)
    return f"<grants>{listed}</grants>"


class Lab:
    """
    A warehouse that one works in as one role after the other.

    :param folder: of the data, and of the server's settings.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch

    @contextmanager
    def working_as(self, role: str) -> Iterator[str]:
        """The server's DSN; it is the warehouse of all connections."""
        users, settings = self._folder / "users.xml", self._folder / "server.xml"
        users.write_text(USERS_XML.format(grants=rights(role)))
        settings.write_text(SERVER_XML.format(users=users))
        server = LocalServer(self._folder, settings)
        try:
            dsn = f"{server.start()}?max_threads=1&max_insert_threads=1"
            for name in ROLES:
                self._monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", connection(dsn))
            yield dsn
        finally:
            server.stop()


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    return Lab(tmp_path, monkeypatch)


def refused(dsn: str, *statements: str) -> None:
    for statement in statements:
        with pytest.raises(FlowmartError, match="may not do this"):
            engine_of(dsn).execute(statement)


def engine_of(dsn: str) -> Engine:
    return open_engine(dsn, Schemas.with_prefix(""))


def test_every_step_works_with_the_rights_of_its_role(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(generate(seed=3, tasks=12, until=date(2026, 11, 20)).store) as tracker:
        with lab.working_as(OWNER) as dsn:
            Pipeline(tracker, dsn, tmp_path, monkeypatch)
        configure("{cost: {field: acme.cost}}")
        for number in (1, 2):  # into empty marts, and over published rows
            steps = Steps(f"run {number}", *HISTORY)
            with lab.working_as(LOADER):
                steps.open()
                steps.load(steps.extract())
                steps.build()
            with lab.working_as(PUBLISHER) as dsn:
                steps.publish_built()
            with lab.working_as(LOADER):
                steps.close()
    load_settings.cache_clear()
    with lab.working_as(LOADER) as dsn:
        refused(
            dsn,
            "insert into ops.publications (publication) values (99)",
            f"truncate table {current_table(engine_of(dsn), 'fct_issues')}",
            "create table store.mine (n Int64) engine = Memory",
            "drop view mart.v_issue_ageing",
            "alter table ops.ops_runs_versions delete where true",
            "create view mart.v_mine as select 1 as one",
        )
    with lab.working_as(PUBLISHER) as dsn:
        refused(
            dsn,
            "drop view mart.fct_issues",
            "drop table ops.ops_runs_versions",
            "insert into ops.schema_migrations (version) values ('1')",
        )
    with lab.working_as(READER) as dsn:
        reader = engine_of(dsn)
        [row] = reader.query(
            f"select count(cost) as costs, count(*) as n from mart.v_issues__{INSTANCE}"
        )
        assert 0 < row["costs"] < row["n"] == 12
        page = read_page(reader, {}, "UTC", at(20))
        assert [run["status"] for run in page.runs] == ["OK"]
        refused(
            dsn,
            "select * from raw.phabricator__tasks",
            f"drop table {current_table(reader, 'fct_issues')}",
        )
