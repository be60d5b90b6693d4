"""The committed catalogue: that of the contracts, complete, and sound as a document."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest

from flowmart.settings import SQL_FOLDER
from flowmart.transform.folders import all_contracts
from local import PLUGINS, PROJECT
from local.catalogue.__main__ import HTML, MARKDOWN, generate, main


@pytest.fixture(scope="module")
def html():
    return HTML.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def markdown():
    return MARKDOWN.read_text(encoding="utf-8")


def require_fresh(sql_folder):
    generated = generate(sql_folder)
    differing = [f.name for f, text in generated.items() if f.read_text(encoding="utf-8") != text]
    assert not differing, (
        f"{', '.join(differing)} is not that of the contracts: run `make catalogue`"
    )


def test_the_catalogue_is_that_of_the_contracts():
    require_fresh(SQL_FOLDER)


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("issue/marts/_models.yaml", "grain: visit to a status", "grain: stay in a status"),
        ("issue/marts/fct_issue_flow.sql", "ref('int_issue_flow')", "ref('int_issue_filters')"),
        (
            "issue/views/_models.yaml",
            "models:\n",
            """models:
  - name: v_new
    description: d
    grain: g
    layer: mart
    materialized: view
    key: [instance]
    columns: [{name: instance, type: label, description: d}]
""",
        ),
    ],
)
def test_a_change_without_make_catalogue_is_told(tmp_path, file, before, after):
    folder = tmp_path / "sql"
    shutil.copytree(SQL_FOLDER, folder)
    (folder / "issue/views/v_new.sql").write_text("select * from {{ published('fct_issues') }}")
    if "v_new" not in after:
        (folder / "issue/views/v_new.sql").unlink()
    text = (folder / file).read_text()
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1))
    with pytest.raises(AssertionError, match="run `make catalogue`"):
        require_fresh(folder)


def test_every_published_table_and_view_is_there(html, markdown):
    """Searched for in the contracts as they are written, whatever reads them."""
    named = {
        name
        for path in SQL_FOLDER.rglob("_models.yaml")
        for name in re.findall(r"^  - name: ((?:fct|dim|agg|ops|v)_\w+)", path.read_text(), re.M)
    }
    assert len(named) > 20
    assert set(re.findall(r'<article class="card" id="(\w+)">', html)) == named
    assert set(re.findall(r"^### (\w+)$", markdown, re.M)) == named


def test_every_column_is_there(markdown):
    contracts = all_contracts(SQL_FOLDER)
    tables = re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", markdown, re.M | re.S)
    for name, text in tables:
        rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (yes)? ", text, re.M)
        expected = [(c.name, c.type, "yes" * c.nullable) for c in contracts[name].columns]
        assert rows == expected, name


def test_it_is_the_same_whoever_makes_it_and_wherever(tmp_path, html, markdown):
    """In another folder, with another order of sets, the text is the same to the byte."""
    code = "from local.catalogue.__main__ import *; print(*generate(SQL_FOLDER).values(), sep='@')"
    copy = tmp_path / "elsewhere"
    for folder in ("plugins", "include", "local", "docs"):
        shutil.copytree(PROJECT / folder, copy / folder)
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": f"{copy}:{copy / 'plugins'}"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=copy, env=environment, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.stdout == f"{markdown}@{html}\n"
    for text in (html, markdown):
        assert str(PROJECT) not in text


def test_links_within_it_lead_somewhere(html, markdown):
    ids = re.findall(r'\sid="(.*?)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#(.*?)"', html)) - set(ids) == set()
    headings = {title.lower() for title in re.findall(r"^#+ (.+)$", markdown, re.M)}
    assert set(re.findall(r"\(#(.*?)\)", markdown)) - headings == set()


def test_it_asks_nobody_for_anything(html):
    assert "://" not in html
    assert (
        re.findall(r"<(?:link|img|script|iframe|image|use)\b[^>]*(?:src|href)=(?!.data:,)", html)
        == []
    )
    assert re.findall(r"@import|url\(", html) == []


def test_tables_are_linked_with_what_defines_them(html, markdown):
    [flow] = re.findall(r"^### fct_issue_flow\n(.*?)^###", markdown, re.M | re.S)
    assert "[Lead time](metrics.md#lead-time), [Cycle time](metrics.md#cycle-time)" in flow
    [article] = re.findall(r'id="fct_issue_flow">(.*?)</article>', html, re.S)
    assert '<a href="#means-lead-time">Lead time</a>' in article
    [definition] = re.findall(r'id="means-reopen-count">(.*?)</article>', html, re.S)
    assert '<a href="#fct_issue_flow"><code>fct_issue_flow.reopen_count</code></a>' in definition


def test_docs_lead_to_the_file_that_the_page_serves():
    assert (PROJECT / "docs" / "catalogue.html").resolve() == HTML.resolve()
    assert HTML.is_relative_to(PLUGINS)  # which is all of the package that a deployment needs


def test_wrong_models_are_told_and_nothing_is_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("local.catalogue.__main__.SQL_FOLDER", tmp_path)
    before = HTML.stat().st_mtime_ns
    assert main([]) == 1
    assert "next step" in capsys.readouterr().err
    assert HTML.stat().st_mtime_ns == before
