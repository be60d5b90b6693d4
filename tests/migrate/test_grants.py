"""``python -m flowmart.migrate grant`` on PostgreSQL; the rights are tested with the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from flowmart.core.errors import ConfigError
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.engines.roles import LOADER, PUBLISHER, READER, ROLES
from flowmart.migrate import runner
from flowmart.migrate.__main__ import main
from flowmart.migrate.grants import grant
from flowmart.settings import GRANTS_FOLDER, MIGRATIONS_FOLDER
from local.postgres.roles import ensure_roles
from tests.warehouses import schemas_in_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.engines.base import Engine

OWNER = "owner_of_marts"
FOLDER = MIGRATIONS_FOLDER / "postgres"


@pytest.fixture
def owner_dsn(postgres_dsn: str) -> Iterator[str]:
    """A database whose owner may create roles, and is no superuser; there are no roles yet."""
    database = conninfo_to_dict(postgres_dsn)["dbname"]
    with psycopg.connect(postgres_dsn, autocommit=True) as server:
        for role in ROLES:  # of tests before, whose databases are gone
            server.execute(f"drop role if exists {role}")
        server.execute(f"create role {OWNER} login createrole password 'own'")
        server.execute(f"grant create on database {database} to {OWNER}")
        yield make_conninfo(postgres_dsn, user=OWNER, password="own")
        for role in (OWNER, *ROLES):
            if server.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
                server.execute(f"drop owned by {role} cascade; drop role {role}")


@pytest.fixture
def owner(owner_dsn: str) -> Engine:
    engine = engine_of(owner_dsn)
    runner.up(engine, FOLDER)
    return engine


def engine_of(dsn: str) -> Engine:
    return open_engine(dsn, Schemas.with_prefix(""))


def test_an_owner_grants_to_roles_that_it_created(owner: Engine, owner_dsn: str) -> None:
    ensure_roles(owner_dsn, dict.fromkeys(ROLES, "x"))
    for _ in range(2):
        assert grant(owner, GRANTS_FOLDER) == list(ROLES)
    loader, publisher, reader = (
        engine_of(make_conninfo(owner_dsn, user=role, password="x")) for role in ROLES
    )
    loader.ensure_raw_table("phabricator", "tasks")
    publisher.execute("create view mart.v_issues__phabricator as select 1 as one")

    # What is migrated later needs no further grant.
    owner.execute("create table mart.later (n bigint); create table ops.ops_later (n bigint)")
    publisher.execute("insert into mart.later values (1); insert into ops.ops_later values (2)")
    query = (
        "select l.n, o.n as m, one "
        "from mart.later as l, ops.ops_later as o, mart.v_issues__phabricator"
    )
    assert reader.query(query) == [{"n": 1, "m": 2, "one": 1}]
    assert loader.query("select n from mart.later") == [{"n": 1}]

    # Nor do the roles keep the owner from its own work.
    owner.execute("alter table raw.phabricator__tasks add column n bigint")
    owner.execute("drop table mart.later, ops.ops_later")
    runner.down(owner, FOLDER, steps=100)
    assert schemas_in_use(owner) <= {"ops"}


def test_roles_that_do_not_exist_are_left_out(
    owner: Engine,
    owner_dsn: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FLOWMART_WAREHOUSE_DSN", owner_dsn)
    assert main(["grant"]) == 0
    assert capsys.readouterr().out == "no role to grant to\n"
    ensure_roles(owner_dsn, {LOADER: "x", READER: "x"})
    assert main(["grant"]) == 0
    assert capsys.readouterr().out == f"granted to {LOADER}\ngranted to {READER}\n"


def test_a_publisher_needs_a_loader(owner: Engine, owner_dsn: str) -> None:
    ensure_roles(owner_dsn, {PUBLISHER: "x"})
    with pytest.raises(ConfigError, match=f"none {LOADER}, whose rights it extends"):
        grant(owner, GRANTS_FOLDER)
