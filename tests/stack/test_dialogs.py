"""What people start from Airflow's own dialogs, in a real browser."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.stack.browser import CHROMIUM, open_browser, sign_in
from tests.stack.lab import DAY, FIRST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tests.stack.lab import Lab

pytestmark = [
    pytest.mark.stack,
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine's PATH"),
]


@pytest.fixture(scope="module")
def page(lab: Lab) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        sign_in(page, lab.stack.url, lab.stack.state.password)
        yield page
        browser.close()


def open_dialog(page: Page, lab: Lab, dag: str) -> None:
    page.goto(f"{lab.stack.url}/dags/{lab.dag(dag)}")
    page.get_by_role("button", name="Trigger").first.click()


def pick(page: Page, day: datetime) -> None:
    """Fill in the next date of the dialog, midnight UTC."""
    page.get_by_text("Select date and time").first.click()
    page.get_by_placeholder("YYYY/MM/DD").fill(f"{day:%Y/%m/%d}")
    page.get_by_placeholder("HH:mm").fill("00:00")
    page.get_by_placeholder("HH:mm").press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_placeholder("HH:mm")).to_be_hidden()


def submit(page: Page) -> None:
    """Airflow refuses a backfill for up to 30 s after the DAG's last one, in the dialog."""
    button = page.get_by_role("button", name=re.compile("Run Backfill"))
    deadline = time.monotonic() + 90
    while button.is_visible():
        assert time.monotonic() < deadline, page.get_by_role("dialog").inner_text()
        if button.is_enabled():
            button.click()
        page.wait_for_timeout(5000)


def finished_at(lab: Lab) -> dict[datetime, datetime]:
    """Start of each window -> when its run ended well; a run that goes on has no such time."""
    rows = lab.engine.query(
        "select window_start, max(finished_at) as finished_at from ops.ops_runs "
        "where instance = 'phabricator' and status = 'OK' group by 1"
    )
    return {row["window_start"]: row["finished_at"] for row in rows}


def test_n1_a_replay_is_started_from_its_dialog_without_dates(lab: Lab, page: Page) -> None:
    lab.run_window(FIRST, FIRST + DAY)
    before = {run.run_id for run in lab.api.runs(lab.dag("replay"))}
    open_dialog(page, lab, "replay")
    page.get_by_role("dialog").get_by_role("button", name="Trigger").click()
    deadline = time.monotonic() + 60
    while not (new := {run.run_id for run in lab.api.runs(lab.dag("replay"))} - before):
        assert time.monotonic() < deadline, page.get_by_role("dialog").inner_text()
        time.sleep(1)
    assert lab.end_of(new.pop(), "replay").state == "success"


def test_n15_a_backfill_of_all_runs_reads_days_again(lab: Lab, page: Page) -> None:
    """Also those that were read, which "missing runs" would leave as they are."""
    days = [FIRST, FIRST + DAY]
    lab.api.wait(lab.dag(), lab.api.backfill(lab.dag(), *days), timeout_seconds=600)
    before = finished_at(lab)
    open_dialog(page, lab, "phabricator")
    page.get_by_text("Run this Dag for a range of dates").click()
    for day in days:
        pick(page, day)
    page.get_by_text("All Runs").click()
    expect(page.get_by_text("2 runs will be triggered")).to_be_visible()
    submit(page)
    deadline = time.monotonic() + 600
    while not all(finished_at(lab).get(day, before[day]) > before[day] for day in days):
        assert time.monotonic() < deadline, "the days were not read again"
        time.sleep(2)
