"""What `make new-source` writes is green as it is, whatever the name; or it writes nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from local.errors import LocalError
from local.new_source import __main__ as command
from local.new_source.names import LONGEST
from local.new_source.skeleton import TEMPLATES, write_skeleton

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SHORT = "ab"
LONG = "a_tracker_with_a_name_too_long"
COPIED = [
    *("plugins", "include", "dags", "local", "benchmarks"),
    *("tests/__init__.py", "tests/conftest.py", "tests/sharing.py", "tests/clearing.py"),
    *("tests/records.py", "tests/meanings.py"),
    *("tests/sql/__init__.py", "tests/sql/warehouse.py"),
    *("tests/sources/__init__.py", "tests/sources/test_registry.py"),
    *("collector", "tests/databases.py", "tests/migrated.py", "tests/warehouses.py"),
    *("pyproject.toml", ".sqlfluff", ".sqlfluff-clickhouse"),
]
MODELS = [
    *("actors", "fields", "history", "issue_changes", "issue_findings", "issue_projects", "issues"),
    *("projects", "sprint_dates", "sprints", "statuses", "users"),
]


def skeleton_of(name: str) -> list[str]:
    """The files that a source of the name consists of."""
    source, staging = f"plugins/flowmart/sources/{name}", f"include/sql/staging/{name}"
    files = [f"dags/{name}.py", f"{staging}/_models.yaml", f"{staging}/_rules.yaml"]
    files += [f"{staging}/stg_{name}__{model}.sql" for model in MODELS]
    files += [f"{source}/{file}" for file in ("README.md", "__init__.py", "source.py")]
    return [
        *files,
        f"{source}/source.yaml",
        f"tests/sources/{name}/__init__.py",
        f"tests/sources/{name}/test_source.py",
    ]


def tree(folder: Path) -> list[str]:
    """Everything below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with two new sources: of the shortest name, and of the longest."""
    folder = tmp_path_factory.mktemp("project")
    for name in COPIED:
        origin, copy = PROJECT / name, folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, copy)
    for name in (SHORT, LONG):
        write_skeleton(folder, name)
    return folder


def run(project: Path, *words: str | Path, **environment: str) -> str:
    """A command in the copy, not led by options of the caller's pytest; fails with what it said."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    done = subprocess.run(
        list(map(str, words)),
        cwd=project,
        env={**inherited, "PYTHONPATH": str(project / "plugins"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", [SHORT, LONG])
def test_the_files_are_written_and_say_nothing_of_their_template(tmp_path, name):
    files = write_skeleton(tmp_path, name)
    assert [str(file) for file in files] == skeleton_of(name)
    assert [p for p in tree(tmp_path) if (tmp_path / p).is_file()] == sorted(skeleton_of(name))
    for file in files:
        text = (tmp_path / file).read_text()
        assert not re.search("some.?tracker", text, re.IGNORECASE), file


def test_the_tests_of_the_skeleton_pass_on_both_engines(
    project, postgres_server, clickhouse_server
):
    for_all = (
        "tests/sources/test_registry.py::test_every_source_can_be_declared_opened_and_read_about"
    )
    said = run(
        project, sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v",
        f"tests/sources/{LONG}", f"{for_all}[{SHORT}]", f"{for_all}[{LONG}]",
        FLOWMART_TEST_POSTGRES=postgres_server, CLICKHOUSE_DSN=clickhouse_server,
    )  # fmt: skip
    for engine in ("postgres", "clickhouse"):
        assert re.search(rf"become_marts_on_both_engines\[{engine}\] PASSED", said)


def test_the_skeleton_passes_the_checks_of_python(project):
    python = [f for n in (SHORT, LONG) for f in skeleton_of(n) if f.endswith(".py")]
    run(project, BIN / "ruff", "check", "--no-cache", *python)
    run(project, BIN / "ruff", "format", "--check", "--no-cache", *python)
    packages = [word for name in (SHORT, LONG) for word in ("-p", f"flowmart.sources.{name}")]
    run(project, BIN / "mypy", "--cache-dir", project / ".mypy", *packages)


@pytest.mark.parametrize("config", [".sqlfluff", ".sqlfluff-clickhouse"])
def test_the_models_pass_the_linter_in_both_dialects(project, config):
    folders = [f"include/sql/staging/{name}" for name in (SHORT, LONG)]
    run(project, BIN / "sqlfluff", "lint", "--config", config, *folders)


def test_the_dag_file_gives_a_dag_per_configured_instance(project):
    config = project / "flowmart.yaml"
    config.write_text(f"instances: {{{LONG}: &own {{start: 2026-11-01}}, {LONG}__acme: *own}}\n")
    code = (
        "import json, runpy\n"
        f"found = runpy.run_path('dags/{LONG}.py')\n"
        "print(json.dumps({name: found[name].task_ids for name in found if name[0] != '_'\n"
        "                  and name != 'make_source_dags'}))"
    )
    said = run(project, sys.executable, "-c", code, FLOWMART_CONFIG=str(config))
    steps = ["references", "issues", "history", "proof"]
    expected = ["open", *(f"extract.{step}" for step in steps), "load", "transform", "validate"]
    expected += ["publish", "close"]
    dags = json.loads(said.splitlines()[-1])
    assert dags == {LONG: expected, f"{LONG}__acme": expected}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Give the source a name: make new-source NAME=some_tracker"),
        ("GitLab", "is not snake_case: use lowercase letters"),
        ("git-lab", "is not snake_case"),
        ("git__lab", "single underscores"),
        ("git_", "is not snake_case"),
        ("_git", "is not snake_case"),
        ("2git", "beginning with a letter"),
        ("трекер", "is not snake_case"),
        ("git\n", "is not snake_case"),
        ("../git", "is not snake_case"),
        ("import", "NAME=import is a keyword of Python.*NAME=import_tracker"),
        ("x" * (LONGEST + 1), f"has {LONGEST + 1} characters.*at most {LONGEST}"),
    ],
)
def test_a_name_that_will_not_do_is_refused_with_what_to_do(tmp_path, name, said):
    with pytest.raises(LocalError, match=said):
        write_skeleton(tmp_path, name)
    assert tree(tmp_path) == []


def test_the_longest_name_leaves_postgres_room_for_the_longest_table():
    assert len(LONG) == LONGEST
    longest = max(MODELS, key=len)
    assert len(f"stg_{LONG}__{longest}__0123456789") <= 63


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("phabricator", "plugins/flowmart/sources/phabricator"),
        ("registry", "plugins/flowmart/sources/registry.py"),
        ("replay", "dags/replay.py"),
        ("half", "tests/sources/half"),
    ],
)
def test_a_taken_name_is_refused_and_what_is_there_stays(project, name, place):
    (project / "tests/sources/half").mkdir(exist_ok=True)
    before = tree(project)
    with pytest.raises(LocalError, match=f"NAME={name} is taken by {place}: choose another name"):
        write_skeleton(project, name)
    assert tree(project) == before


def test_a_failure_half_way_leaves_nothing(tmp_path):
    (tmp_path / "dags").mkdir()
    (tmp_path / "tests").write_text("a file where a folder has to be")
    with pytest.raises(NotADirectoryError):
        write_skeleton(tmp_path, SHORT)
    assert tree(tmp_path) == ["dags", "tests"]


def test_the_command_tells_what_it_wrote_and_five_steps(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "PROJECT", tmp_path)
    assert command.main([SHORT]) == 0
    said = capsys.readouterr().out
    assert re.findall(r"^  (\S+/\S+)$", said, re.MULTILINE) == skeleton_of(SHORT)
    assert re.findall(r"^  (\d)\. ", said, re.MULTILINE) == list("12345")
    for path in re.findall(rf"\S+/{SHORT}\b", said.partition("Next")[2]):
        assert (tmp_path / path).exists(), path


def test_the_command_tells_why_it_wrote_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "PROJECT", tmp_path)
    assert command.main(["--", ""]) == 1
    assert "Give the source a name" in capsys.readouterr().err
    (tmp_path / "tests").touch()
    assert command.main([SHORT]) == 1
    assert "Nothing was written" in capsys.readouterr().err


def test_n18_options_of_the_caller_s_pytest_do_not_reach_the_inner_one(project, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-q --no-such-option")
    said = run(project, sys.executable, "-m", "pytest", "--version")
    assert "no-such-option" not in said


def test_n11_the_first_step_works_as_printed(project):
    """What the test needs is there: the target of make installs it."""
    words = ["make", "--no-print-directory", "--question", "--print-data-base", "new-source"]
    said = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False).stdout
    assert "\nnew-source: .venv/dev" in said
    step = re.search(r"1\. Run (.+?): green", command._NEXT_STEPS)[1].format(name=LONG)
    (project / ".venv").symlink_to(BIN.parent)
    found = run(project, "sh", "-c", f"{step} --collect-only -q")
    assert f"tests/sources/{LONG}/test_source.py" in found


def test_make_lists_the_command():
    words = ["make", "--no-print-directory", "help"]
    said = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert re.search(r"make new-source +write the skeleton of a new source", said)


def test_the_document_explains_every_column_that_staging_models_have():
    text = (PROJECT / "docs" / "adding_a_source.md").read_text()
    contracts = TEMPLATES / "include/sql/staging/some_tracker/_models.yaml.tmpl"
    models = {
        model["name"].removeprefix("stg_some_tracker__"): model["columns"]
        for model in yaml.safe_load(contracts.read_text())["models"]
    }
    folders = ("common/intermediate", "common/marts", "issue/intermediate", "issue/marts")
    shared = [path for name in folders for path in (PROJECT / "include/sql" / name).glob("*.sql")]
    wanted = {n for path in shared for n in re.findall(r"staged\('(\w+)'\)", path.read_text())}
    wanted -= {"column_moves", "other_actors"}  # of sources with boards, and with members
    assert wanted == models.keys() - {"history"}
    for name in wanted:
        section = text.partition(f"\n### `{name}`")[2].partition("\n### ")[0]
        explained = re.findall(r"`(\w+)`", section)
        assert [c["name"] for c in models[name] if c["name"] not in explained] == [], name
