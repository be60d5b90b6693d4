"""The page inside Airflow's UI, behind Airflow's login, in a real browser."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import httpx
import pytest

from local.state import USER
from tests.stack.conftest import DAY, UNTIL, both_warehouses

if TYPE_CHECKING:
    from tests.stack.conftest import Lab

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def fill(lab: Lab) -> None:
    """Have something published, whatever ran before."""
    if not lab.engine.query("select 1 from mart.fct_issues where instance = 'phabricator' limit 1"):
        assert lab.run_window(UNTIL - 5 * DAY, UNTIL).state == "success"


@pytest.mark.parametrize("path", ["/flowmart/", "/flowmart/plotly.min.js"])
def test_nobody_sees_it_without_a_login(lab: Lab, path: str) -> None:
    assert httpx.get(lab.api.url + path).status_code == 401


@both_warehouses
def test_a_signed_in_person_reads_the_numbers_of_the_marts(lab: Lab) -> None:
    fill(lab)
    login = {"username": USER, "password": lab.stack.state.password}
    token = httpx.post(f"{lab.api.url}/auth/token", json=login).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    page = httpx.get(f"{lab.api.url}/flowmart/", headers=headers, timeout=60)
    assert page.status_code == 200
    [row] = lab.engine.query(
        "select count(*) as n from mart.fct_issues where instance = 'phabricator'"
    )
    assert row["n"] > 0
    assert f"{row['n']} issues published" in " ".join(re.sub("<[^>]*>", " ", page.text).split())


@both_warehouses
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine's PATH")
def test_a_signed_in_person_finds_charts_from_the_marts(lab: Lab) -> None:
    from playwright.sync_api import sync_playwright

    fill(lab)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
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
        page.goto(f"{lab.api.url}/auth/login")
        page.fill("input[name=username]", USER)
        page.fill("input[name=password]", lab.stack.state.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "login" not in url)
        page.goto(f"{lab.api.url}/plugin/flowmart")
        frame = page.frame_locator("iframe")
        frame.locator("svg.main-svg").first.wait_for(timeout=60_000)
        text = frame.locator("body").inner_text()
        browser.close()
    assert "phabricator" in text
    assert "OK" in text
    assert [url for url in elsewhere if "flowmart" in url] == []
