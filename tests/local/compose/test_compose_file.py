"""docker-compose.yaml without Docker: what it names exists, and it holds no secret."""

from __future__ import annotations

import importlib.util
import re
import shlex
import stat
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from local.compose.sandbox import last_day
from local.stack.stack import AIRFLOW_COMPONENTS
from tests.conftest import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (PROJECT / "docker-compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
USED = re.findall(r"\$\{(\w+)(:?[-?][^}]*)?\}", TEXT)
SECRET = re.compile("PASSWORD|SECRET|KEY$")


def env_file(path: Path) -> dict[str, str]:
    """What docker/write_env.sh leaves in a file."""
    command = ["sh", "docker/write_env.sh", str(path)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if line)


def words(service: str) -> list[str]:
    """A service's command, a shell's script included."""
    found = shlex.split(SERVICES[service].get("command", ""))
    return shlex.split(found[2]) if found[:2] == ["sh", "-c"] else found


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_built_here(name: str) -> None:
    """No image comes from a registry but the base, so a build shows what is in it."""
    build = SERVICES[name]["build"]
    lines = (PROJECT / build["context"] / build["dockerfile"]).read_text().splitlines()
    assert [line for line in lines if line.startswith("FROM")] == ["FROM debian:bookworm-slim"]


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_runs_exists(name: str) -> None:
    command = words(name)
    modules = [command[i + 1] for i, word in enumerate(command) if word == "-m"]
    scripts = [word for word in command if word.endswith(".sh")]
    assert [module for module in modules if not importlib.util.find_spec(module)] == []
    assert [script for script in scripts if not (PROJECT / script).is_file()] == []
    waited_for = SERVICES[name].get("depends_on", {})
    assert waited_for.keys() <= SERVICES.keys()
    for other, wanted in waited_for.items():
        is_healthy = wanted["condition"] == "service_healthy"
        assert ("healthcheck" in SERVICES[other]) == is_healthy


def test_what_a_script_runs_exists() -> None:
    text = (PROJECT / "docker" / "prepare.sh").read_text()
    modules = re.findall(r"python -m ([\w.]+)", text)
    assert modules == ["local.compose.databases", "flowmart.migrate", "flowmart.migrate"]
    assert all(map(importlib.util.find_spec, modules))


@pytest.mark.parametrize("name", sorted(AIRFLOW_COMPONENTS))
def test_airflow_is_started_as_without_docker(name: str) -> None:
    command = words(name)
    assert command[command.index("airflow") + 1 :] == AIRFLOW_COMPONENTS[name]


@pytest.mark.parametrize("name", SERVICES)
def test_what_runs_on_is_restarted_and_watched(name: str) -> None:
    is_one_off = name in ("prepare", "first-window")
    assert SERVICES[name]["restart"] == ("no" if is_one_off else "unless-stopped")
    assert ("healthcheck" in SERVICES[name]) != is_one_off


def test_volumes_are_declared() -> None:
    mounted = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert (
        mounted
        == COMPOSE["volumes"].keys()
        == {
            "database",
            "landing",
            "logs",
            "telemetry",
            "validation",
        }
    )


def test_migrations_come_first() -> None:
    for name in AIRFLOW_COMPONENTS.keys() & SERVICES.keys():
        condition = SERVICES[name]["depends_on"]["prepare"]["condition"]
        assert condition == "service_completed_successfully"


@pytest.mark.parametrize("name", sorted({name for name, _ in USED}))
def test_every_variable_is_in_the_example(name: str) -> None:
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    assert re.search(rf"^#?{name}=", example, re.MULTILINE)


def test_variables_without_a_default_are_written_by_make_env(tmp_path: Path) -> None:
    needed = {name for name, _ in USED} - {
        name for name, rest in USED if rest.startswith(":-") and name != "FLOWMART_SANDBOX_START"
    }
    assert env_file(tmp_path / "env").keys() == needed | {"COMPOSE_PROFILES"}


def test_secrets_have_no_default_and_are_required() -> None:
    secrets = {name for name, _ in USED if SECRET.search(name)}
    assert len(secrets) == 9
    assert {name for name, rest in USED if rest.startswith(":?")} == secrets
    assert not {name for name, rest in USED if name in secrets and rest.startswith(":-")}
    # Nor does the file hold one.
    for service in SERVICES.values():
        for name, value in service["environment"].items():
            assert not SECRET.search(name) or name.endswith("_FILE") or value.startswith("${")
            # What has no value here is taken from .env, if it is there.
            assert value is not None or re.match(
                r"AIRFLOW_CONN|FLOWMART_(COLLECTOR|HISTORY|SANDBOX)", name
            )
    assert not re.search(r"://\w+:(?!\$\{)[^/@]+@", TEXT)


def test_only_what_does_a_role_s_work_knows_its_password() -> None:
    """Tasks run in the scheduler, and the page in the API server; `prepare` makes the roles."""
    knowing = {
        role: {name for name, service in SERVICES.items() if role in str(service["environment"])}
        for role in ("FLOWMART_LOADER", "FLOWMART_PUBLISHER", "FLOWMART_READER")
    }
    assert knowing == {
        "FLOWMART_LOADER": {"prepare", "scheduler"},
        "FLOWMART_PUBLISHER": {"prepare", "scheduler"},
        "FLOWMART_READER": {"prepare", "api-server"},
    }


@pytest.mark.parametrize("profiles", ["", "other"])
def test_the_sandbox_s_start_is_refused_without_the_sandbox(profiles: str) -> None:
    environment = {"COMPOSE_PROFILES": profiles, "FLOWMART_SANDBOX_START": "2026-11-25"}
    ended = subprocess.run(
        ["/bin/sh", "docker/prepare.sh"],
        cwd=PROJECT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "remove it from .env, or write COMPOSE_PROFILES=sandbox" in ended.stderr


def test_make_env_makes_new_secrets_for_nobody_else_to_read(tmp_path: Path) -> None:
    first, second = env_file(tmp_path / "one"), env_file(tmp_path / "two")
    secrets = [value for made in (first, second) for n, value in made.items() if SECRET.search(n)]
    assert len(set(secrets)) == len(secrets) == 18
    assert min(map(len, secrets)) >= 24
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o600


def test_make_env_leaves_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "env"
    path.write_text("POSTGRES_PASSWORD=mine\nFLOWMART_PORT=9000\n")
    first = env_file(path)
    assert (first["POSTGRES_PASSWORD"], first["FLOWMART_PORT"]) == ("mine", "9000")
    assert env_file(path) == first
    # The sandbox was removed: it does not come back.
    kept = [line for line in path.read_text().splitlines() if "SANDBOX" not in line.upper()]
    path.write_text("\n".join([*kept, ""]))
    assert not env_file(path).keys() & {"COMPOSE_PROFILES", "FLOWMART_SANDBOX_START"}


def test_make_env_keeps_an_unfinished_line_and_makes_the_file_private(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("FLOWMART_PORT=9090")
    path.chmod(0o644)
    assert env_file(path)["FLOWMART_PORT"] == "9090"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_make_env_names_secrets_without_a_value(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("FLOWMART_PORT=\nPOSTGRES_PASSWORD=\n")
    command = ["sh", "docker/write_env.sh", str(path)]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "2:POSTGRES_PASSWORD=" in ended.stderr
    assert path.read_text() == "FLOWMART_PORT=\nPOSTGRES_PASSWORD=\n"


@pytest.mark.parametrize(
    ("connection", "profile"),
    [
        ("AIRFLOW_CONN_FLOWMART_PHABRICATOR", None),
        ("AIRFLOW_CONN_FLOWMART_YOUTRACK__ACME2", None),
        ("AIRFLOW_CONN_FLOWMART_WAREHOUSE", "sandbox"),
    ],
)
def test_a_tracker_of_one_s_own_does_without_the_sandbox(
    tmp_path: Path, connection: str, profile: str | None
) -> None:
    path = tmp_path / ".env"
    path.write_text(f"{connection}={{}}\n")
    assert env_file(path).get("COMPOSE_PROFILES") == profile


def test_the_sandbox_ends_when_the_schedules_have_caught_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FLOWMART_START", "2026-11-25")
    assert last_day().isoformat() == "2026-11-30"
    monkeypatch.setenv("FLOWMART_START", "")
    with pytest.raises(SystemExit, match="FLOWMART_SANDBOX_START is not set"):
        last_day()


def test_the_readme_s_three_commands_exist() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    block = readme.partition("## With Docker")[2].split("\n\n")[2]
    commands = [line.split("#")[0].split() for line in block.splitlines()]
    assert commands == [
        ["make", "env"],
        ["docker", "compose", "build"],
        ["docker", "compose", "up", "--detach"],
    ]
    assert re.search(r"^env: ", (PROJECT / "Makefile").read_text(), re.MULTILINE)


def test_the_images_get_no_more_than_they_need() -> None:
    """The context leaves everything out but what is named, so .env stays outside."""
    lines = (PROJECT / ".dockerignore").read_text().splitlines()
    assert lines[1] == "*"
    taken = {line.removeprefix("!") for line in lines if line.startswith("!")}
    requirements = {f"requirements{part}.txt" for part in ("", "-collector", "-local")}
    folders = {"collector", "dags", "docker", "include", "local", "plugins"}
    assert taken == folders | requirements
    assert all((PROJECT / name).exists() for name in taken)
