"""Looks up Airflow connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from flowmart.core.errors import ConfigError

if TYPE_CHECKING:
    from airflow.sdk import Connection


def get_connection(conn_id: str) -> Connection:
    """
    Read an Airflow connection.

    :param conn_id: the connection's id.
    :raises ConfigError: if it does not exist; the message says how to add it.
    """
    try:
        return BaseHook.get_connection(conn_id)
    except AirflowNotFoundException as error:
        raise ConfigError(
            f"There is no Airflow connection {conn_id!r}",
            where=f"connection {conn_id}",
            next_step="add it in Airflow (Admin > Connections), or put "
            f"AIRFLOW_CONN_{conn_id.upper()} into .env",
        ) from error


def has_connection(conn_id: str) -> bool:
    """Whether an Airflow connection exists."""
    try:
        BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        return False
    return True


def postgres_dsn(connection: Connection) -> str:
    """A libpq URL for an Airflow connection of type postgres."""
    return connection.get_uri().replace("postgres://", "postgresql://", 1)
