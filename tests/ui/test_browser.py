"""The page in a real browser: it draws, it fits, it follows the theme and asks nobody else."""

from __future__ import annotations

import shutil
import threading
import time
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import expect, sync_playwright

from flowmart.ui import app as ui
from tests.rows import at

pytestmark = pytest.mark.browser

FLAGS = (
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# Airflow shows external views in a frame with just these rights.
FRAME = """<!doctype html><link rel="icon" href="data:,">
    <iframe src="/flowmart/" width="1200" height="800"
    sandbox="allow-scripts allow-same-origin allow-forms allow-downloads"></iframe>"""
CHARTS = 3


@pytest.fixture(scope="module", params=["postgres"])
def warehouse_dsn(request):
    """One engine is enough here: what the page says of the other one is in test_app."""
    return request.getfixturevalue(f"{request.param}_dsn")


@pytest.fixture(scope="module")
def browser():
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip(f"there is no browser: none of {', '.join(names)} is on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def url(marts, client):
    """The page mounted as Airflow mounts it, and a frame around it."""
    root = FastAPI()
    root.mount("/flowmart", ui.app)
    root.get("/frame", response_class=HTMLResponse)(lambda: FRAME)
    server = uvicorn.Server(uvicorn.Config(root, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def open_page(browser, url):
    """Opens a path and collects what the browser complains about and whom it asks."""
    contexts, complaints, hosts = [], [], set()

    def open_page(path="/flowmart/", width=1280, scheme="light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.goto(url + path, wait_until="networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
    assert hosts - {""} == {urlsplit(url).netloc}  # "" is the host of data: and blob: addresses


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_all_charts_are_drawn_and_fit(open_page, width, scheme):
    page = open_page(width=width, scheme=scheme)
    for chart in page.locator(".plot").all():
        expect(chart.locator("svg.main-svg").first).to_be_visible()
    assert page.locator(".plot").count() == CHARTS
    assert page.locator("#throughput .points path").count() == 26
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_colours_follow_the_theme(open_page):
    page = open_page(scheme="dark")
    colours = """() => [
        getComputedStyle(document.body).backgroundColor,
        document.querySelector("#throughput .points path").style.fill,
    ]"""
    dark = page.evaluate(colours)
    assert dark == ["rgb(16, 20, 26)", "rgb(69, 184, 146)"]
    page.emulate_media(color_scheme="light")
    bar = page.locator("#throughput .points path").first
    expect(bar).to_have_css("fill", "rgb(46, 144, 112)")
    assert page.evaluate(colours) == ["rgb(245, 246, 248)", "rgb(46, 144, 112)"]


def test_what_is_drawn_are_the_numbers(open_page):
    page = open_page()
    drawn = page.evaluate("document.querySelector('#lead-time .plot').data[1].y.slice(-3)")
    assert drawn == [4.4, None, 85]


@pytest.mark.parametrize("warehouse_dsn", ["clickhouse"], indirect=True, scope="module")
def test_it_is_drawn_from_clickhouse_too(open_page):
    page = open_page()
    expect(page.locator(".plot svg.main-svg")).not_to_have_count(0)
    drawn = page.evaluate("document.querySelector('#lead-time .plot').data[1].y.slice(-3)")
    assert drawn == [4.4, None, 85]


def test_a_filter_applies_as_soon_as_it_is_chosen(open_page):
    page = open_page()
    page.get_by_label("Team").select_option("app")
    page.wait_for_url("**/flowmart/?team=app")
    expect(page.get_by_text("last 26 weeks, n = 2")).to_be_visible()
    page.get_by_role("link", name="Clear").click()
    expect(page.get_by_text("last 26 weeks, n = 7")).to_be_visible()


def test_a_long_word_leaves_room_for_the_title(marts, open_page):
    marts.insert_issue(30, team="x" * 200, title="Some words " * 10, first_started_at=at(1))
    row = open_page().locator("tr", has_text="T30")
    assert row.bounding_box()["height"] < 300


def test_it_works_in_airflows_frame(open_page):
    frame = open_page("/frame").frame_locator("iframe")
    expect(frame.locator("#statuses svg.main-svg").first).to_be_visible()
    frame.get_by_label("Team").select_option("web")
    expect(frame.get_by_text("last 26 weeks, n = 5")).to_be_visible()


def test_numbers_can_be_read_without_the_chart(open_page):
    page = open_page(width=400)
    page.locator("#lead-time summary").click()
    expect(page.locator("#lead-time td", has_text="4.4 d")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 400


def test_the_catalogue_is_a_click_away_and_finds_a_table(open_page):
    page = open_page()
    page.get_by_role("link", name="All tables and columns").click()
    page.wait_for_url("**/flowmart/catalogue")
    assert page.locator("article:visible").count() > 25
    page.get_by_label("Find a table").fill("last_start_last_done_seconds")
    expect(page.locator("#fct_issue_flow")).to_be_visible()
    expect(page.locator("#dim_users")).to_be_hidden()
    expect(page.locator("nav").get_by_role("link", name="dim_users")).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text("1 table")
    page.get_by_role("link", name="dim_projects").first.click()  # what the search hides
    expect(page.locator("#dim_projects")).to_be_in_viewport()
    expect(page.get_by_label("Find a table")).to_have_value("")
    page.get_by_role("link", name="Flow metrics").click()
    page.wait_for_url("**/flowmart/")


def test_the_diagram_marks_what_a_table_is_made_from(open_page):
    page = open_page("/flowmart/catalogue")
    overview = page.locator("#overview svg")
    overview.locator("a[data-name=v_lead_time_percentiles]").hover()
    marked = {box.get_attribute("data-name") for box in overview.locator("a.on").all()}
    assert marked == {
        "source github",
        "source phabricator",
        "source yandex_tracker",
        "source youtrack",
        "fct_issue_deliveries",
        "v_lead_time_percentiles",
    }
    page.get_by_role("heading", name="Catalogue").hover()
    expect(overview.locator("a.on")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_the_catalogue_fits(open_page, width, scheme):
    page = open_page("/flowmart/catalogue", width=width, scheme=scheme)
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_catalogue_works_in_airflows_frame(open_page):
    frame = open_page("/frame").frame_locator("iframe")
    frame.get_by_role("link", name="All tables and columns").click()
    frame.get_by_label("Find a table").fill("fct_issue_status_times")
    expect(frame.locator("#fct_issue_status_times")).to_be_visible()
