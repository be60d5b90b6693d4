"""`make logs`: what matters of the components' logs, and at once that nothing runs."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import local.__main__ as command
from local.logs import without_access
from local.stack.settings import load_local_settings

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ACCESS = "2026-11-29T21:28:12Z [info     ] request finished               [http.access] {}\n"
GOOD = ACCESS.format("client_addr=127.0.0.1:1 method=GET path=/api query= status_code=200")
BAD = ACCESS.format("client_addr=127.0.0.1:1 method=GET path=/api query= status_code=500")
OTHER = "2026-11-29T21:28:12Z [info     ] Task started  [airflow.task] status_code=200\n"


def test_n14_requests_that_went_well_are_left_out() -> None:
    assert list(without_access([GOOD, OTHER, GOOD, BAD])) == [OTHER, BAD]


def test_n14_a_file_s_name_stands_before_its_lines_only() -> None:
    api, scheduler = "==> api-server.log <==\n", "==> scheduler.log <==\n"
    lines = [api, GOOD, "\n", scheduler, OTHER, OTHER, "\n", api, BAD]
    assert list(without_access(lines)) == [scheduler + OTHER, OTHER, api + BAD]


def test_n14_logs_of_a_stopped_stack_say_so_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = functools.partial(load_local_settings, tmp_path, {})
    monkeypatch.setattr(command, "load_local_settings", settings)
    (tmp_path / ".flowmart" / "logs").mkdir(parents=True)
    (tmp_path / ".flowmart" / "logs" / "scheduler.log").write_text("old\n")
    for words in (["logs"], ["logs", "scheduler"]):
        assert command.main(words) == 1
        said = capsys.readouterr().err
        assert "is not running: start it with `make run`" in said
        assert str(tmp_path / ".flowmart" / "logs") in said
