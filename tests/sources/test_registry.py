from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import flowmart.sources
from flowmart.core.errors import ConfigError
from flowmart.sources.base import Source, SourceConnection
from flowmart.sources.registry import get_spec, make_source, source_names

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"


def test_every_folder_with_a_declaration_is_a_source():
    assert "phabricator" in source_names()


@pytest.mark.parametrize("name", source_names())
def test_every_source_can_be_declared_opened_and_read_about(name):
    spec = get_spec(name)
    extra = {"folder": "x"} if name == "telemetry" else {"org_id": "1"}
    connection = SourceConnection("https://example.org", "secret", extra=extra)
    source = make_source(name, connection, name)
    assert isinstance(source, Source)
    assert source.spec is spec
    assert source.requests_made == 0
    assert all(spec.is_entity_stream(entity.stream) for entity in spec.entities.values())
    assert (PLUGINS / "flowmart" / "sources" / name / "README.md").is_file()


def test_an_unknown_source_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match=r"no source 'bugzilla'.*phabricator"):
        get_spec("bugzilla")


DECLARED = """
name: fragile
title: Fragile
entities: {issue: {stream: issues}}
streams: {issues: {kind: window, endpoint: x, key: id, bounds: half-open}}
"""
SOUND = """
from flowmart.sources.base import Source

class FragileSource(Source):
    requests_made = 0
    check = read_window = read_children = read_snapshot = read_records = census = state_of = print
"""


@pytest.fixture
def fragile(tmp_path, monkeypatch):
    """Opens a source whose ``source.py`` is the given text."""

    def opened(text):
        folder = tmp_path / "fragile"
        folder.mkdir()
        (folder / "source.yaml").write_text(DECLARED)
        (folder / "source.py").write_text(text)
        return make_source("fragile", SourceConnection("https://example.org", "x"), "fragile")

    monkeypatch.setattr(flowmart.sources, "__path__", [*flowmart.sources.__path__, str(tmp_path)])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    get_spec.cache_clear()
    yield opened
    get_spec.cache_clear()
    for name in ("flowmart.sources.fragile.source", "flowmart.sources.fragile"):
        sys.modules.pop(name, None)


def test_the_class_of_a_source_is_called_after_it(fragile):
    assert isinstance(fragile(SOUND), Source)


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("", "There is no class FragileSource that is a Source", ""),
        ("FragileSource = 5", "There is no class FragileSource that is a Source", ""),
        ("class FragileSource: pass", "There is no class FragileSource that is a Source", ""),
        (SOUND.replace("census = ", ""), "FragileSource has no census", ""),
        (
            f"{SOUND}\n    def __init__(self, connection): pass",
            "FragileSource does not take (spec, connection, instance, options): too many",
            "",
        ),
        ("import nosuch", "cannot be imported: ModuleNotFoundError: No module named", ", line 1"),
        ("\nclass x(:", "cannot be imported: SyntaxError", ", line 2"),
        ("\nX = nosuch", "cannot be imported: NameError: name 'nosuch'", ", line 2"),
    ],
)
def test_a_source_py_that_cannot_work_is_named(fragile, tmp_path, text, what, line):
    with pytest.raises(ConfigError, match=re.escape(what)) as caught:
        fragile(text)
    assert caught.value.where == f"{tmp_path / 'fragile' / 'source.py'}{line}"
    assert caught.value.next_step


def test_an_error_of_the_source_itself_is_not_hidden(fragile):
    text = f"{SOUND}\n    def __init__(self, *_): raise TypeError('mine')"
    with pytest.raises(TypeError, match="mine"):
        fragile(text)


def test_looking_at_sources_imports_neither_them_nor_http():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from flowmart.sources.registry import get_spec, source_names;"
        "[get_spec(name) for name in source_names()];"
        "print([m for m in ('requests', 'numpy', 'flowmart.sources.phabricator.source')"
        " if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(PLUGINS)], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_a_connections_text_hides_token_and_extras():
    text = repr(SourceConnection("https://example.org", "api-secret", extra={"key": "hidden"}))
    assert "https://example.org" in text
    assert "secret" not in text
    assert "hidden" not in text
