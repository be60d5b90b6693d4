"""Connections of telemetry: a folder, or a database; neither needs a token."""

from __future__ import annotations

import json

import pytest
from psycopg.conninfo import conninfo_to_dict

from flowmart.core.errors import ConfigError
from flowmart.core.window import Window
from flowmart.hooks.source import SourceHook
from flowmart.settings import load_settings
from tests.sources.telemetry.reports import read, report, system, write

DAY = Window.parse("2026-11-02T00:00Z", "2026-11-03T00:00Z")


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Sets the options and the connection of the instance."""

    def configure(options, **connection):
        config = tmp_path / "flowmart.yaml"
        instance = {"start": "2026-11-01", "options": options}
        config.write_text(json.dumps({"instances": {"telemetry": instance}}))
        monkeypatch.setenv("FLOWMART_CONFIG", str(config))
        monkeypatch.setenv("AIRFLOW_CONN_FLOWMART_TELEMETRY", json.dumps(connection))
        load_settings.cache_clear()
        return SourceHook("telemetry")

    yield configure
    load_settings.cache_clear()


def test_a_folder_is_read_as_airflow_opens_it(configured, tmp_path):
    folder = tmp_path / "segments"
    write(folder, report(system("one"), "2026-11-02T10:00:00.000000"), "no report\n")
    hook = configured({}, conn_type="generic", extra={"folder": folder.as_uri()})
    found = hook.get_source()
    found.check()
    good, bad = read(found, DAY)
    assert good.record_id == report(system("one"), "2026-11-02T10:00:00.000000")["report_id"]
    assert bad.record_id == "2026-11-02/10/host-1-a-00000.jsonl:2"


def test_a_database_is_read_by_its_connection(configured, postgres_server):
    given = {name: str(value) for name, value in conninfo_to_dict(postgres_server).items()}
    hook = configured(
        {"reader": "pulp_database"},
        conn_type="postgres",
        host=given["host"],
        port=int(given["port"]),
        login=given["user"],
        password=given.get("password", ""),
        schema=given.get("dbname", "postgres"),
    )
    hook.get_source().check()


def test_a_connection_without_a_folder_is_told(configured):
    with pytest.raises(ConfigError, match="has no folder"):
        configured({}, conn_type="generic").get_source()
