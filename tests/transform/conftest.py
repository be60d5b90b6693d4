"""A small project of models, written into a folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flowmart.sources.declaration import EntitySpec, SourceSpec, StreamSpec
from flowmart.transform.project import load_project

INCLUDED = Path(__file__).resolve().parents[2] / "include" / "sql"
SPEC = SourceSpec(
    name="toy",
    title="Toy",
    entities={"issue": EntitySpec(stream="tasks")},
    streams={
        "tasks": StreamSpec(kind="window", endpoint="t", key="id", bounds="half-open"),
        "comments": StreamSpec(kind="child", of="issue", endpoint="c", key="id"),
        "users": StreamSpec(kind="snapshot", endpoint="u", key="id", max_age_hours=24),
    },
)
FOLDERS = {
    "stg": ("staging/toy", "staging"),
    "int": ("issue/intermediate", "intermediate"),
    "fct": ("issue/marts", "mart"),
    "dim": ("issue/marts", "mart"),
    "ops": ("issue/marts", "ops"),
    "v": ("issue/views", "mart"),
}


class SqlFolder:
    """Models and contracts; a contract's columns are written such as ``id: text``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for folder in ("macros", "templates"):
            shutil.copytree(INCLUDED / folder, path / folder)
        for folder, _ in FOLDERS.values():
            (path / folder).mkdir(parents=True, exist_ok=True)
            (path / folder / "_models.yaml").write_text("models: []\n")
        self.model("stg_toy__issues", "select record_id as id from {{ raw('tasks') }}")
        self.model(
            "fct_issues",
            "select id, id as issue_key, 'toy' as instance from {{ staged('issues') }}",
            "id: text, issue_key: text, instance: text",
            publish="{by: issue_key}",
        )

    def model(self, name: str, sql: str, columns: str = "id: text", **more: str) -> None:
        """Write a model and its contract."""
        self.sql(name, sql)
        self.contract(name, columns, **more)

    def sql(self, name: str, sql: str) -> Path:
        """Write a model's file."""
        path = self.path / FOLDERS[name.split("_")[0]][0] / f"{name}.sql"
        path.write_text(sql)
        return path

    def contract(self, name: str, columns: str, **more: str) -> None:
        """Append a contract to its folder's file."""
        folder, layer = FOLDERS[name.split("_")[0]]
        keys = {"layer": layer, "key": "id", **more}
        keys["key"] = f"[{keys['key']}]"
        lines = [f"  - name: {name}", "    description: d", "    grain: g"]
        lines += [f"    {key}: {value}" for key, value in keys.items()]
        lines += ["    columns:"]
        for column in columns.split(", "):
            column_name, kind = column.split(": ")
            lines.append(f"      - {{name: {column_name}, type: {kind}, description: d}}")
        path = self.path / folder / "_models.yaml"
        path.write_text(path.read_text().replace(" []", "") + "\n".join(lines) + "\n")

    def load(self, engine="postgres"):
        """The project."""
        return load_project(self.path, "toy", engine, SPEC)


@pytest.fixture
def sql_folder(tmp_path):
    return SqlFolder(tmp_path / "sql")
