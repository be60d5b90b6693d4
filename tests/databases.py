"""Databases of tests: made, emptied and dropped."""

from __future__ import annotations

import re
import uuid
from contextlib import contextmanager
from dataclasses import astuple
from typing import TYPE_CHECKING

import psycopg
from clickhouse_driver import Client
from psycopg import sql
from psycopg.conninfo import make_conninfo

from flowmart.engines.base import Schemas

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def empty_database(server: str, module: str, template: str = "template1") -> Iterator[str]:
    """
    A database that is gone afterwards.

    :param server: DSN of the server.
    :param module: what to call it after.
    :param template: the database that it is a copy of.
    :return: its DSN.
    """
    name = f"{re.sub(r'[^a-z0-9]+', '_', module.lower())[-40:]}_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        create = sql.SQL("create database {} template {}")
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        yield make_conninfo(server, dbname=name)
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


MIGRATED: set[str] = set()
"""The ClickHouse servers whose warehouse is as migrations make it, rows apart."""


def without_databases(dsn: str) -> str:
    """Drop whatever Flowmart's tests may have made on a ClickHouse server; its DSN again."""
    MIGRATED.discard(dsn)
    with Client.from_url(dsn) as client:
        for prefix in ("", "t_", "other_", "acme_"):
            for database in astuple(Schemas.with_prefix(prefix)):
                client.execute(f"drop database if exists {database} sync")
    return dsn


def few_threads(dsn: str) -> str:
    """A query on ClickHouse takes one thread: there are few rows, and other tests use the cores."""
    return f"{dsn}{'&' if '?' in dsn else '?'}max_threads=1&max_insert_threads=1"
