"""The three commands of README.md on a real Docker engine, up to a mart that one can query."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from dotenv import dotenv_values

from local.ports import free_port
from local.sandbox.company.demo import demo
from local.stack.settings import LocalSettings
from tests.conftest import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.soak

# A busy machine takes minutes for a window.
PATIENCE_SECONDS = 45 * 60
LOADED = """
select json_build_object(
    'issues', (select count(*) from mart.fct_issues where instance = 'phabricator'),
    'windows', (
        select json_agg(
            json_build_array(extract(epoch from starts_at), extract(epoch from ends_at))
        )
        from ops.ops_coverage
        where instance = 'phabricator' and state = 'covered'
    )
)
"""


def has(*command: str) -> bool:
    """Whether a command works here."""
    if not shutil.which(command[0]):
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


class Compose:
    """
    One project of Docker Compose, version 2 or 1.29.

    :param folder: where its .env is.
    """

    def __init__(self, folder: Path) -> None:
        self.env = folder / "env"
        is_plugin = has("docker", "compose", "version")
        self._command = ["docker", "compose"] if is_plugin else ["docker-compose"]
        self._command += ["--env-file", str(self.env), "--project-name", folder.name]
        self.port = free_port()

    def __call__(self, *words: str) -> str:
        done = subprocess.run(
            [*self._command, *words], cwd=PROJECT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def sql(self, statement: str) -> str:
        """A query's rows, as the server's administrator."""
        psql = ("psql", "--dbname", "flowmart", "--no-align", "--tuples-only", "--command")
        return self("exec", "-T", "postgres", *psql, statement).strip()


@pytest.fixture(scope="module")
def compose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compose]:
    if not os.environ.get("SOAK"):
        pytest.skip("it takes minutes and gigabytes: `make soak` runs it")
    if not has("docker", "info"):
        pytest.skip("there is no Docker engine (DOCKER_HOST names one that is elsewhere)")
    if not has("docker", "compose", "version") and not has("docker-compose", "version"):
        pytest.skip("there is no Docker Compose, neither `docker compose` nor docker-compose")
    compose = Compose(tmp_path_factory.mktemp(f"flowmart-{secrets.token_hex(4)}-"))
    try:
        yield compose
    finally:
        compose("down", "--volumes", "--timeout", "10")


def wait_for(condition: Callable[[], bool], compose: Compose) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(compose("logs", "--tail", "40"))
        time.sleep(2)


def page(compose: Compose) -> httpx.Response:
    """The page *Flow metrics*, with the login that README.md names."""
    url = f"http://localhost:{compose.port}"
    password = dotenv_values(compose.env)["FLOWMART_ADMIN_PASSWORD"]
    login = {"username": "admin", "password": password}
    token = httpx.post(f"{url}/auth/token", json=login, timeout=60).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{url}/flowmart/", headers=headers, timeout=120)


def tasks_modified(until: date) -> list[int]:
    """When each task was last modified that the sandbox makes up by default, in Unix seconds."""
    given = LocalSettings(Path())
    parts = demo(7, given.sandbox_tasks, given.history_days, until, with_trains=True)
    store = parts["phabricator"].store
    visible = (task for number, task in store.tasks.items() if number not in store.hidden)
    return [task["fields"]["dateModified"] for task in visible]


def test_three_commands_lead_to_marts(compose: Compose, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    told = []

    def tell(what: str) -> None:
        told.append(f"{time.monotonic() - began:6.0f} s  {what}")

    script = ["sh", "docker/write_env.sh", str(compose.env)]
    subprocess.run(script, cwd=PROJECT, check=True, capture_output=True)
    with compose.env.open("a") as env:
        env.write(f"FLOWMART_PORT={compose.port}\n")
    compose("build")
    tell("built")
    compose("up", "--detach")
    tell("up")

    published = "select count(*) from ops.ops_runs where status = 'OK' and records > 0"
    wait_for(lambda: compose.sql(published) != "0", compose)
    assert int(compose.sql("select count(*) from mart.fct_issues")) > 0
    tell("first window of an instance published")

    shown = page(compose)
    assert shown.status_code == 200
    assert re.search(r"[1-9][\d,]* issues<br><span class=\"soft\">published", shown.text)
    health = httpx.get(f"http://localhost:{compose.port}/api/v2/monitor/health", timeout=60).json()
    parts = ("metadatabase", "scheduler", "dag_processor")
    assert [health[part]["status"] for part in parts] == ["healthy"] * 3

    history = "run_id like 'history%' and instance = 'phabricator' and status = 'OK'"
    wait_for(
        lambda: compose.sql(f"select count(*) from ops.ops_runs where {history}") == "1", compose
    )
    tell("older history of Phabricator published")
    loaded = json.loads(compose.sql(LOADED))
    expected = [
        moment
        for moment in tasks_modified(until=datetime.now(UTC).date())
        if any(start <= moment < end for start, end in loaded["windows"])
    ]
    assert loaded["issues"] == len(expected) > 200
    assert compose.sql("select count(*) from ops.ops_runs where status = 'NOK'") == "0"
    with capsys.disabled():
        print("", *told, sep="\n")


def test_the_work_is_done_by_the_roles(compose: Compose) -> None:
    owners = "select distinct tableowner from pg_tables where schemaname in ('raw', 'stage')"
    assert compose.sql(owners) == "flowmart_loader"
    for role, table, allowed in (
        ("flowmart_loader", "mart.fct_issues", "f"),
        ("flowmart_publisher", "mart.fct_issues", "t"),
        ("flowmart_reader", "mart.fct_issues", "f"),
    ):
        right = f"select has_table_privilege('{role}', '{table}', 'insert, update, delete')"
        assert compose.sql(right) == allowed


def test_a_second_start_changes_nothing(compose: Compose) -> None:
    """Migrations, roles and the sandbox's connections are there already."""
    compose("stop")
    compose("up", "--detach")
    engine = ["docker", "wait", *compose("ps", "--quiet", "prepare", "first-window").split()]
    codes = subprocess.run(engine, capture_output=True, text=True, check=True).stdout.split()
    assert codes == ["0", "0"]
    once = (
        "select count(*) = count(distinct instance) from ops.ops_runs where run_id like 'history%'"
    )
    assert compose.sql(once) == "t"
