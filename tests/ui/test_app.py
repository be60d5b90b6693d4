"""The page as a reader gets it: behind the login, in every state of the warehouse."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest
from airflow import plugins_manager
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.ui import app as ui
from flowmart_plugin import FlowmartPlugin
from tests.rows import at

PATHS = [re.sub(r"{\w+}", "0123456789", route.path) for route in ui.app.routes]


def test_the_app_has_no_routes_but_its_own():
    assert all(isinstance(route, APIRoute) for route in ui.app.routes)
    assert len(PATHS) == 5


@pytest.mark.parametrize("path", [*PATHS, "/static/page.css"])
def test_nobody_gets_in_without_airflows_login(path):
    response = TestClient(ui.app).get(path)
    assert response.status_code == 401
    assert response.json() == {"detail": "Not authenticated"}


def test_airflow_finds_the_page_and_serves_it_behind_its_login():
    apps, _ = plugins_manager.get_fastapi_plugins()
    (app,) = [entry["app"] for entry in apps if entry["url_prefix"] == "/flowmart"]
    assert TestClient(app).get("/").status_code == 401
    (view,) = FlowmartPlugin.external_views
    assert (view["href"], view["url_route"]) == ("/flowmart/", "flowmart")


def test_the_numbers_are_on_the_page(marts, client):
    response = client.get("/")
    html = response.text
    assert response.status_code == 200
    assert 'phabricator <span class="badge ok">OK</span>' in html
    assert "Fresh until" in html
    assert "23 Nov 2026, 00:00 UTC" in html
    for value in ("3.0 d", "14.5 d", "last 26 weeks, n = 7"):
        assert value in html
    assert "started and done at once" in html
    assert html.index("T9") < html.index("T8")


def test_every_chart_has_its_numbers_as_a_table(marts, client):
    html = client.get("/").text
    assert html.count("<summary>The numbers</summary>") == 3
    row = r'<th scope="row">2 Nov 2026</th>' + "".join(
        f'<td class="number">{cell}</td>' for cell in ("5", "3.0 d", "4.4 d", "4.8 d")
    )
    assert row in html
    assert '<th scope="row">9 Nov 2026</th><td class="number">0</td>' in html


def test_figures_are_drawn_from_the_same_numbers(marts, client):
    html = client.get("/").text
    figures = json.loads(re.search(r'id="figures">(.*?)</script>', html, re.DOTALL)[1])
    assert figures["throughput"]["data"][0]["y"][-3:] == [5, 0, 2]
    p85 = next(trace for trace in figures["lead-time"]["data"] if trace["name"] == "p85")
    assert p85["y"][-3:] == [4.4, None, 85.0]
    assert figures["lead-time"]["layout"]["yaxis"]["title"]["text"] == "days"


def test_the_week_that_is_not_over_is_pale(marts, client):
    marts.insert_run(run_id="later", window_end=at(24), started_at=at(24))
    html = client.get("/").text
    figures = json.loads(re.search(r'id="figures">(.*?)</script>', html, re.DOTALL)[1])
    assert figures["throughput"]["data"][0]["marker"]["opacity"][-2:] == [1, 0.45]
    assert "The pale bar is a week that is not over." in html


def test_statuses_are_names_even_if_they_look_like_numbers(marts, client):
    marts.insert_issue(30, status_name="2026", status_category="todo")
    html = client.get("/").text
    figures = json.loads(re.search(r'id="figures">(.*?)</script>', html, re.DOTALL)[1])
    assert figures["statuses"]["layout"]["yaxis"]["type"] == "category"


def test_a1_holes_are_named_beside_the_freshness(marts, client):
    marts.insert_run(run_id="a", window_start=at(4), window_end=at(5))
    html = client.get("/").text
    assert f'<strong>Not loaded:</strong> <time datetime="{at(5).isoformat()}">' in html
    assert "Unpause the DAG, clear its failed runs, or use Backfill for these dates" in html


def test_filters_are_kept_in_the_form(marts, client):
    html = client.get("/", params={"team": "app"}).text
    assert '<option value="app" selected>app</option>' in html
    assert "last 26 weeks, n = 2" in html
    quarter = client.get("/", params={"quarter": "2026-Q4"}).text
    assert quarter.count("open issues are in no quarter") == 2


def test_n8_a_team_that_does_not_exist_is_said_and_nothing_is_shown(marts, client):
    response = client.get("/", params={"team": "Nobody"})
    assert response.status_code == 404
    assert "No such team: Nobody" in response.text
    assert 'href="?">Show everything' in response.text
    for shown in ("last 26 weeks", "badge", "figures"):
        assert shown not in response.text
    assert client.get("/", params={"team": ""}).status_code == 200


def test_what_people_wrote_is_quoted(marts, client):
    marts.insert_issue(30, team="<i>team</i>", title="</script><b>bold</b>", first_started_at=None)
    marts.insert_issue(31, title="<script>alert(1)</script>", first_started_at=at(1))
    html = client.get("/").text
    assert "<i>team" not in html
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_failed_run_says_why_and_links_the_page_of_its_checks(marts, client, tmp_path):
    error = "1 expectation failed | where: here | next step: look"
    marts.insert_run(run_id="later", started_at=at(24), status="NOK", error=error)
    assert "checks/" not in client.get("/").text
    page = tmp_path / "phabricator" / "0123456789.html"
    page.parent.mkdir()
    page.write_text("<h1>Failed checks</h1>")
    html = client.get("/").text
    assert '<span class="badge nok">NOK</span>' in html
    assert error in html
    assert 'href="checks/phabricator/0123456789"' in html
    response = client.get("/checks/phabricator/0123456789")
    assert response.text == "<h1>Failed checks</h1>"
    assert "default-src 'none'" in response.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/checks/phabricator/9999999999",
        "/checks/phabricator/..%2f..%2fsecret",
        "/checks/../0123456789",
        "/checks/%2e%2e/0123456789",
        "/checks/..%2f../0123456789",
        "/checks/Phabricator/0123456789",
    ],
)
def test_no_other_file_is_served(client, tmp_path, path):
    (tmp_path.parent / "0123456789.html").write_text("secret")
    response = client.get(path)
    assert response.status_code in (404, 422)
    assert "secret" not in response.text.replace("2fsecret", "")


def test_a_good_run_has_no_failed_checks_of_an_earlier_try(marts, client, tmp_path):
    page = tmp_path / "phabricator" / "0123456789.html"
    page.parent.mkdir()
    page.write_text("<h1>Failed checks</h1>")
    assert "checks/" not in client.get("/").text


def test_chart_code_comes_from_the_package_and_may_be_kept(client):
    response = client.get("/plotly.min.js")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/javascript")
    assert "immutable" in response.headers["cache-control"]
    assert "plotly.js v" in response.text[:200]


def test_the_page_allows_nothing_from_elsewhere(marts, client):
    response = client.get("/")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "http" not in response.text.replace('<a href="https://tracker.test/', "")
    assert client.get("/static/page.js").status_code == 200
    assert client.get("/static/app.py").status_code == 404


def test_the_catalogue_is_one_file_that_allows_nothing_from_elsewhere(client):
    """Its script is the one of the digest; its links lead within it, or back to the page."""
    response = client.get("/catalogue")
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["content-security-policy"] == "frame-ancestors 'self'"
    html = response.text
    policy = re.search(r'"Content-Security-Policy" content="(.*?)"', html)[1].split("; ")
    assert policy[:2] == ["default-src 'none'", "style-src 'unsafe-inline'"]
    [script] = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy[2:] == [f"script-src 'sha256-{digest}'", "img-src data:"]
    assert "://" not in html
    assert re.findall(r"""\s(?:src|srcset|action|data)=["']""", html) == []
    assert {a for a in re.findall(r'href="(.*?)"', html) if a[0] != "#"} == {"./", "data:,"}


def test_an_empty_warehouse_says_how_to_fill_it(empty, client):
    response = client.get("/")
    assert response.status_code == 200
    assert "No source has run yet" in response.text
    assert "make backfill" in response.text


def test_a_run_without_issues_says_what_to_expect(empty, client):
    empty.insert_run(status="NOK", records=None, error="no")
    html = client.get("/").text
    assert "No issues are published yet" in html
    assert "Known up to" not in html
    assert html.count("No window ") == 2
    assert "figures" not in html


def test_a_warehouse_without_migrations_names_the_next_step(client, warehouse_dsn):
    other = open_engine(warehouse_dsn, Schemas.with_prefix("nowhere_"))
    ui.app.dependency_overrides[ui.get_engine] = lambda: other
    response = client.get("/")
    assert response.status_code == 503
    assert "make migrate" in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize("scheme", ["postgresql", "clickhouse"])
def test_a_warehouse_that_is_down_is_told_without_its_password(client, scheme):
    away = open_engine(f"{scheme}://me:hush@127.0.0.1:1/none", Schemas.with_prefix(""))
    ui.app.dependency_overrides[ui.get_engine] = lambda: away
    response = client.get("/")
    assert response.status_code == 503
    assert "cannot be reached" in response.text
    assert "hush" not in response.text


def test_a_missing_connection_is_told(client, monkeypatch):
    monkeypatch.delenv("AIRFLOW_CONN_FLOWMART_WAREHOUSE", raising=False)
    del ui.app.dependency_overrides[ui.get_engine]
    response = client.get("/")
    assert response.status_code == 503
    assert "flowmart_warehouse" in response.text
