"""A further entity of a source in use is a matter of files: no code, and no DDL by hand."""

from __future__ import annotations

import shutil

import pytest

from flowmart.settings import load_settings
from tests.entities.desk import Desk, serve
from tests.entities.pipeline import Pipeline

REPAIRS = """
models:
  - name: fct_repairs
    description: Repairs of machines.
    grain: repair
    layer: mart
    key: [repair_key]
    publish: {by: repair_key}
    columns:
      - {name: repair_key, type: text, description: key}
      - {name: instance, type: label, description: source instance}
      - {name: machine_key, type: text, references: [dim_machines], description: the machine}
      - {name: site, type: label, nullable: true, description: where it stands}
      - {name: parts, type: bigint, description: how many parts it took}
"""
REPAIR = """
select
    {{ surrogate_key(setting('instance'), ['repairs.repair_id']) }} as repair_key,
    {{ setting('instance') }} as instance,
    {{ surrogate_key(setting('instance'), ['repairs.machine_id']) }} as machine_key,
    machines.site as site,
    (
        select count(*) from {{ staged('parts') }} as parts
        where parts.repair_id = repairs.repair_id
    ) as parts
from {{ staged('repairs') }} as repairs
left join {{ ref('int_machines') }} as machines on repairs.machine_id = machines.machine_id
"""


def add_repairs(folder):
    """An entity by files alone."""
    folder.replace(
        folder.declaration, "report: {stream: reports}\n",
        "report: {stream: reports}\n  repair: {stream: repairs}\n",
    )  # fmt: skip
    with folder.declaration.open("a") as file:
        file.write(
            "  repairs: {kind: window, endpoint: repairs, key: id, bounds: half-open}\n"
            "  repair_parts: {kind: child, of: repair, endpoint: repair_parts, key: id}\n"
        )
    staging = folder.sql / "staging/desk"
    for name, stream, columns in (
        ("repairs", "repairs", {"repair_id": "record_id",
                                "machine_id": "{{ json_text('payload', ['machine']) }}"}),
        ("parts", "repair_parts", {"part_id": "record_id", "repair_id": "parent_id"}),
    ):  # fmt: skip
        selected = ", ".join(f"{sql} as {column}" for column, sql in columns.items())
        (staging / f"stg_desk__{name}.sql").write_text(
            f"select {selected} from {{{{ raw('{stream}') }}}}"
        )
        with (staging / "_models.yaml").open("a") as file:
            file.write(
                f"\n  - name: stg_desk__{name}\n    description: d\n    grain: g\n"
                f"    layer: staging\n    key: [{next(iter(columns))}]\n    columns:\n"
            )
            file.writelines(f"      - {{name: {c}, type: text, description: d}}\n" for c in columns)
    marts = folder.sql / "repair/marts"
    marts.mkdir(parents=True)
    (marts / "_models.yaml").write_text(REPAIRS)
    (marts / "fct_repairs.sql").write_text(REPAIR)
    folder.replace(
        folder.sql / "report/marts/_models.yaml", "by: {fct_reports: machine_key}",
        "by: {fct_reports: machine_key, fct_repairs: machine_key}",
    )  # fmt: skip


@pytest.fixture
def pipeline(folder, warehouse_dsn, desk, tmp_path, monkeypatch):
    """The desk's warehouse was made before there were repairs."""
    with folder.registered(), serve(desk) as url:
        folder.migrate(warehouse_dsn)
        add_repairs(folder)
        folder.migrate(warehouse_dsn)
        yield Pipeline(folder, warehouse_dsn, url, tmp_path, monkeypatch)
    load_settings.cache_clear()


@pytest.fixture
def desk():
    desk = Desk()
    desk.put("teams", "red", name="Red")
    desk.put("machines", "mill", site="north", team="red")
    desk.put("repair_parts", "p1", of="f1")
    desk.put("repairs", "f1", machine="mill")
    return desk


def repairs(pipeline):
    return pipeline.engine.query("select repair_key, site, parts from mart.fct_repairs")


def test_third_entity(pipeline, desk, tmp_path):
    assert pipeline.window()["fct_repairs"] == 1
    assert repairs(pipeline) == [{"repair_key": "desk:f1", "site": "north", "parts": 1}]
    desk.put("machines", "mill", site="south", team="red")
    shutil.rmtree(tmp_path / "landing" / "desk" / "machines")  # too old
    pipeline.window()
    assert repairs(pipeline) == [{"repair_key": "desk:f1", "site": "south", "parts": 1}]
    pipeline.replay()
    assert repairs(pipeline) == [{"repair_key": "desk:f1", "site": "south", "parts": 1}]
