"""A browser that is signed in to Airflow."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from local.state import USER

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def open_browser(playwright: Playwright) -> Browser:
    """A browser that asks nobody else."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)


def sign_in(page: Page, url: str, password: str) -> None:
    """Fill in Airflow's form."""
    page.goto(f"{url}/auth/login")
    page.fill("input[name=username]", USER)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "login" not in url)
