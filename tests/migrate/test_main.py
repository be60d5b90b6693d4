"""``python -m flowmart.migrate``."""

from __future__ import annotations

import re

import pytest

from flowmart.migrate.__main__ import main
from local.ports import free_port


@pytest.fixture
def warehouse(warehouse_dsn, monkeypatch):
    monkeypatch.setenv("FLOWMART_WAREHOUSE_DSN", warehouse_dsn)


@pytest.mark.usefixtures("warehouse")
def test_up_status_and_down_say_what_they_did(capsys):
    assert main(["up"]) == 0
    assert re.search(r"^applied \d{14}_ops\.sql$", capsys.readouterr().out, re.M)
    assert main(["up"]) == 0
    assert capsys.readouterr().out == "nothing to apply\n"
    assert main(["status"]) == 0
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == {"applied"}
    assert main(["down", "--steps", "100"]) == 0
    assert re.search(r"^undid \d{14}_schemas\.sql\n\Z", capsys.readouterr().out, re.M)


@pytest.mark.parametrize("steps", ["-1", "0", "all"])
def test_only_whole_steps_are_undone(monkeypatch, capsys, steps):
    monkeypatch.delenv("FLOWMART_WAREHOUSE_DSN", raising=False)
    with pytest.raises(SystemExit):
        main(["down", "--steps", steps])
    assert f"'{steps}' is not a whole number from 1 on" in capsys.readouterr().err


def test_without_a_warehouse_the_variable_is_named(monkeypatch, capsys):
    monkeypatch.delenv("FLOWMART_WAREHOUSE_DSN", raising=False)
    assert main(["status"]) == 1
    assert "FLOWMART_WAREHOUSE_DSN" in capsys.readouterr().err


@pytest.mark.parametrize("scheme", ["postgresql", "clickhouse"])
def test_a_warehouse_that_is_down_is_told_without_a_traceback(monkeypatch, capsys, scheme):
    dsn = f"{scheme}://me:hunter2@127.0.0.1:{free_port()}/w"
    monkeypatch.setenv("FLOWMART_WAREHOUSE_DSN", dsn)
    assert main(["up"]) == 1
    error = capsys.readouterr().err
    assert "cannot be reached" in error
    assert "hunter2" not in error
