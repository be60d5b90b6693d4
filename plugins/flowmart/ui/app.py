"""The page in Airflow's UI; every route requires Airflow's login."""

from __future__ import annotations

import importlib.metadata
import importlib.resources
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from airflow.api_fastapi.core_api.security import requires_authenticated
from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi import Path as PathParam
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flowmart.core.errors import FlowmartError
from flowmart.engines.base import Engine
from flowmart.engines.roles import READER
from flowmart.hooks.folders import validation_folder
from flowmart.hooks.warehouse import WarehouseHook
from flowmart.settings import load_settings
from flowmart.ui import formats
from flowmart.ui.charts import build_charts
from flowmart.ui.queries import FILTER_COLUMNS, NoSuchValueError, read_page

HERE = Path(__file__).parent
PLOTLY_VERSION = importlib.metadata.version("plotly")

_STATIC = {"page.css": "text/css", "page.js": "text/javascript"}
_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
_REVALIDATE = {"Cache-Control": "private, no-cache"}
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; frame-ancestors 'self'"
)
# What else it may do, the file itself says: its script's digest is in it.
_CATALOGUE_POLICY = "frame-ancestors 'self'"
_CHECK_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"

signed_in = requires_authenticated()

# FastAPI's documentation routes would not require the login.
app = FastAPI(
    title="Flow metrics",
    dependencies=[Depends(signed_in)],
    docs_url=None,
    redoc_url=None,
    openapi_url=None,
)

templates = Environment(
    loader=FileSystemLoader(HERE / "templates"), undefined=StrictUndefined, autoescape=True
)
templates.filters.update(duration=formats.duration, moment=formats.moment, day=formats.day)
templates.globals["plotly_version"] = PLOTLY_VERSION


def get_engine() -> Engine:
    """The warehouse of ``flowmart_reader``, where there is this connection, else its own."""
    return WarehouseHook.with_role(READER).engine


def get_docs_folder() -> Path:
    """The folder of the pages of failed validations."""
    return validation_folder()


Warehouse = Annotated[Engine, Depends(get_engine)]
DocsFolder = Annotated[Path, Depends(get_docs_folder)]
Filter = Annotated[str | None, Query(max_length=500)]


@app.exception_handler(FlowmartError)
def explain(request: Request, error: FlowmartError) -> HTMLResponse:
    """Show an error with its next step instead of the page."""
    is_unknown = isinstance(error, NoSuchValueError)
    return _html("state.html", 404 if is_unknown else 503, error=error, is_unknown=is_unknown)


@app.get("/")
def page(
    engine: Warehouse,
    docs_folder: DocsFolder,
    team: Filter = None,
    issue_type: Filter = None,
    sprint: Filter = None,
    quarter: Filter = None,
) -> HTMLResponse:
    """The flow metrics of all instances, filtered."""
    now = datetime.now(UTC)
    wanted = dict(zip(FILTER_COLUMNS, (team, issue_type, sprint, quarter), strict=True))
    data = read_page(engine, wanted, load_settings().reporting_timezone, now)
    charts = build_charts(data)
    return _html(
        "page.html",
        data=data,
        charts=charts,
        figures={chart.name: chart.figure for chart in charts},
        checks={run["instance"]: _check_of(run, docs_folder) for run in data.runs},
        ago=lambda then: formats.ago(then, now),
    )


@app.get("/checks/{instance}/{batch_id}")
def check(
    instance: Annotated[str, PathParam(pattern=r"^[a-z][a-z0-9_]*$")],
    batch_id: Annotated[str, PathParam(pattern=r"^[0-9a-f]{10}$")],
    docs_folder: DocsFolder,
) -> HTMLResponse:
    """The page of a failed validation."""
    path = docs_folder / instance / f"{batch_id}.html"
    if not path.is_file():
        raise HTTPException(404, "There is no such page: the run's checks did not fail.")
    return HTMLResponse(
        path.read_text(encoding="utf-8"), headers={"Content-Security-Policy": _CHECK_POLICY}
    )


@app.get("/plotly.min.js")
def plotly() -> FileResponse:
    """Chart code from the installed package; its version is part of the URL that pages use."""
    path = Path(str(importlib.resources.files("plotly"))) / "package_data" / "plotly.min.js"
    return FileResponse(path, media_type="text/javascript", headers=_FOREVER)


@app.get("/static/{name}")
def static(name: str) -> FileResponse:
    """The page's style and script."""
    if name not in _STATIC:
        raise HTTPException(404)
    return FileResponse(HERE / "static" / name, media_type=_STATIC[name], headers=_REVALIDATE)


@app.get("/catalogue")
def catalogue() -> FileResponse:
    """All tables and columns; ``make catalogue`` writes the file, which is part of the package."""
    headers = _REVALIDATE | {"Content-Security-Policy": _CATALOGUE_POLICY}
    return FileResponse(HERE / "static" / "catalogue.html", headers=headers)


def _check_of(run: dict[str, Any], docs_folder: Path) -> str | None:
    """Relative URL of the page of a failed validation, if there is one."""
    if run["status"] != "NOK":
        return None
    name = f"{run['instance']}/{run['batch_id']}"
    return f"checks/{name}" if (docs_folder / f"{name}.html").is_file() else None


def _html(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    html = templates.get_template(template).render(values)
    return HTMLResponse(html, status, headers={"Content-Security-Policy": _PAGE_POLICY})
