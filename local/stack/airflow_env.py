"""The environment that Airflow's processes run in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from dotenv import dotenv_values
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine import URL

from local import PLUGINS, PROJECT
from local.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.stack.settings import LocalSettings
    from local.state import State

_SHARED = {
    name: value or "" for name, value in dotenv_values(PROJECT / "local" / "airflow.env").items()
}
# What the stack cannot do without, whatever the user's environment says.
_FIXED = (
    "AIRFLOW__CORE__EXECUTOR",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS",
)


def airflow_environment(
    settings: LocalSettings, state: State, port: int, metadata_dsn: str, warehouse_dsn: str
) -> dict[str, str]:
    """
    All variables of an Airflow process of this stack; secrets among them.

    :param port: port of the API server.
    :param metadata_dsn: database that Airflow keeps its own state in.
    :param warehouse_dsn: warehouse that Flowmart publishes to.
    """
    url = f"http://localhost:{port}"
    own = {name: _SHARED[name] for name in _FIXED} | {
        "AIRFLOW_HOME": str(state.airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(settings.dags_folder),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PLUGINS),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__FERNET_KEY": state.secret("fernet"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(state.passwords_file),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": _sqlalchemy_url(metadata_dsn),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__SECRET_KEY": state.secret("api"),
        "AIRFLOW__API_AUTH__JWT_SECRET": state.secret("jwt", 64),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(state.airflow_home / "logs"),
        "AIRFLOW_CONN_FLOWMART_WAREHOUSE": warehouse_connection(warehouse_dsn),
        "PYTHONPATH": f"{PLUGINS}:{PROJECT}",
    }
    merged = {**_SHARED, **settings.environment, **own}
    # Compiling every module at every process start costs more than the files' room.
    merged.pop("PYTHONDONTWRITEBYTECODE", None)
    return merged


def connection_variable(instance: str) -> str:
    """Name of the variable that may hold the connection of a source instance."""
    return f"AIRFLOW_CONN_FLOWMART_{instance.upper()}"


def sandbox_connection(url: str, token: str, extra: Mapping[str, str] | None = None) -> str:
    """An Airflow connection to the sandbox, as the text of an ``AIRFLOW_CONN_…`` variable."""
    fields = {"conn_type": "http", "host": url, "password": token}
    return json.dumps({**fields, "extra": extra} if extra else fields)


def warehouse_connection(dsn: str) -> str:
    """The warehouse's DSN as the text of an ``AIRFLOW_CONN_…`` variable."""
    if dsn.startswith(("clickhouse://", "clickhouses://")):
        return json.dumps(_clickhouse_fields(dsn))
    host, port, user, password, database, rest = _parts(dsn)
    fields = {"host": host, "port": port, "login": user, "password": password, "schema": database}
    return json.dumps({"conn_type": "postgres", **fields, "extra": rest})


def _clickhouse_fields(dsn: str) -> dict[str, Any]:
    parts = urlsplit(dsn)
    secure = {"secure": "true"} if parts.scheme == "clickhouses" else {}
    return {
        "conn_type": "clickhouse",
        "host": parts.hostname,
        "port": parts.port,
        "login": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "schema": parts.path.lstrip("/"),
        "extra": secure | dict(parse_qsl(parts.query, keep_blank_values=True)),
    }


def _sqlalchemy_url(dsn: str) -> str:
    host, port, user, password, database, rest = _parts(dsn)
    url = URL.create("postgresql+psycopg2", user, password, host, port, database, rest)
    return url.render_as_string(hide_password=False)


def _parts(
    dsn: str,
) -> tuple[str | None, int | None, str | None, str | None, str | None, Mapping[str, str]]:
    """Host, port, user, password, database, and whatever else a DSN says."""
    given = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    port = given.pop("port", None)
    host, user, password, database = (
        given.pop(name, None) for name in ("host", "user", "password", "dbname")
    )
    return host, int(port) if port else None, user, password, database, given
