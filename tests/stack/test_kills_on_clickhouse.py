"""kill -9 on ClickHouse, which has no transactions: of a publishing task, and of the server."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psutil
import pytest

from local.clickhouse.component import CLICKHOUSE
from local.stack.warehouse import choose
from tests.stack.conftest import only_clickhouse
from tests.stack.killing import assert_recovers, await_retry, await_state, owner

if TYPE_CHECKING:
    from tests.stack.killing import Day
    from tests.stack.lab import Lab

pytestmark = [pytest.mark.stack, only_clickhouse, pytest.mark.timeout(900)]

UNFINISHED = """
select name from system.tables
where
    database = 'store'
    and toInt64OrZero(extract(name, '__p([0-9]+)$'))
    > (select ifNull(max(publication), 0) from ops.publications)
"""


def client_that_publishes(lab: Lab) -> int | None:
    """Process id of the task that has cloned published tables and not shown them yet."""
    port = urlsplit(lab.dsn).port or 9000
    # Looked up first: between the query and the kill, the task could be through.
    client = owner(lambda c: bool(c.raddr) and c.raddr.port == port and c.status == "ESTABLISHED")
    return client if client and lab.engine.query(UNFINISHED) else None


def killed_while_publishing(lab: Lab, window: Day) -> tuple[Any, str]:
    """Marts before, and the run; publishing takes an instant, so it may take some runs."""
    for _ in range(5):
        before = lab.marts()
        run_id = lab.trigger_window(*window)
        deadline = time.monotonic() + 600
        while not (run := lab.api.run(lab.dag(), run_id)) or not run.is_finished:
            assert time.monotonic() < deadline, f"{run_id} is not over"
            looked_until = time.monotonic() + 3
            while time.monotonic() < looked_until:
                if pid := client_that_publishes(lab):
                    psutil.Process(pid).kill()
                    return before, run_id
    pytest.fail("publishing was never hit")


def test_killed_in_the_middle_of_publishing(lab: Lab, unseen_day: Day) -> None:
    before, run_id = killed_while_publishing(lab, unseen_day)
    assert lab.engine.query(UNFINISHED)
    assert lab.marts() == before
    assert_recovers(lab, run_id, "publish", unseen_day)
    assert lab.engine.query(UNFINISHED) == []


@pytest.mark.skipif("CLICKHOUSE_DSN" in os.environ, reason="the server is not ours to kill")
def test_a_server_that_goes_away_is_survived(lab: Lab, unseen_day: Day) -> None:
    before = lab.marts()
    server = lab.stack.processes.all()[CLICKHOUSE]
    run_id = lab.trigger_window(*unseen_day)
    await_state(lab, run_id, "transform", "running")
    process = psutil.Process(server.pid)
    process.kill()
    process.wait(timeout=30)
    try:
        assert lab.stack.dead_components() == [CLICKHOUSE]
        # Whichever step it was at by then, and as many tries as the server takes to come back.
        task = await_retry(lab, run_id)
    finally:  # the tests after this one need it
        _, warehouse = choose(lab.stack.settings, lab.stack.state, lab.stack.processes)
        warehouse.start(server.port)
    assert lab.marts() == before
    assert_recovers(lab, run_id, task, unseen_day, tries=(2, 3, 4))
