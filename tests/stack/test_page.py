"""The page inside Airflow's UI, behind Airflow's login, in a real browser."""

from __future__ import annotations

import re
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import sync_playwright
from psycopg.conninfo import make_conninfo

from local.logs import tail
from local.ports import free_port, is_free
from local.postgres.databases import METADATA
from local.stack.airflow_env import airflow_environment
from local.state import USER
from tests.stack.browser import CHROMIUM, open_browser, sign_in
from tests.stack.conftest import both_warehouses
from tests.stack.lab import FIRST, UNTIL

if TYPE_CHECKING:
    from tests.stack.lab import Lab

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def url(lab: Lab) -> str:
    """Address of an API server whose page reads the lab's warehouse."""
    if lab.dsn == lab.stack.warehouse_dsn:
        return lab.stack.url
    port, stack = free_port(), lab.stack
    metadata_dsn = make_conninfo(lab.dsn, dbname=METADATA)
    environment = airflow_environment(stack.settings, stack.state, port, metadata_dsn, lab.dsn)
    command = [sys.executable, "-m", "airflow", "api-server", "--workers", "1"]
    log = stack.state.logs / "other-api-server.log"
    stack.processes.start("other-api-server", command, environment, log, port)
    deadline = time.monotonic() + 120
    while is_free(port):
        assert time.monotonic() < deadline, tail(log)
        time.sleep(0.5)
    return f"http://localhost:{port}"


def fill(lab: Lab) -> None:
    """Have something published, whatever ran before."""
    if not lab.engine.query("select 1 from mart.fct_issues where instance = 'phabricator' limit 1"):
        assert lab.run_window(FIRST, UNTIL).state == "success"


@pytest.mark.parametrize("path", ["/flowmart/", "/flowmart/plotly.min.js"])
def test_nobody_sees_it_without_a_login(url: str, path: str) -> None:
    assert httpx.get(url + path).status_code == 401


@both_warehouses
def test_a_signed_in_person_reads_the_numbers_of_the_marts(lab: Lab, url: str) -> None:
    fill(lab)
    login = {"username": USER, "password": lab.stack.state.password}
    token = httpx.post(f"{url}/auth/token", json=login).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    page = httpx.get(f"{url}/flowmart/", headers=headers, timeout=60)
    assert page.status_code == 200
    [row] = lab.engine.query(
        "select count(*) as n from mart.fct_issues where instance = 'phabricator'"
    )
    assert row["n"] > 0
    assert f"{row['n']} issues published" in " ".join(re.sub("<[^>]*>", " ", page.text).split())


@both_warehouses
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine's PATH")
def test_a_signed_in_person_finds_charts_from_the_marts(lab: Lab, url: str) -> None:
    fill(lab)
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        page = browser.new_page()
        elsewhere = []
        page.on(
            "request",
            lambda request: (
                elsewhere.append(request.url)
                if "localhost" not in request.url and not request.url.startswith("data:")
                else None
            ),
        )
        sign_in(page, url, lab.stack.state.password)
        page.goto(f"{url}/plugin/flowmart")
        frame = page.frame_locator("iframe")
        frame.locator("svg.main-svg").first.wait_for(timeout=60_000)
        text = frame.locator("body").inner_text()
        browser.close()
    assert "phabricator" in text
    assert "OK" in text
    assert [url for url in elsewhere if "flowmart" in url] == []
