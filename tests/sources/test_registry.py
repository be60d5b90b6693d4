from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flowmart.core.errors import ConfigError
from flowmart.sources.base import Source, SourceConnection
from flowmart.sources.registry import get_spec, make_source, source_names

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"


def test_every_folder_with_a_declaration_is_a_source():
    assert "phabricator" in source_names()


@pytest.mark.parametrize("name", source_names())
def test_every_source_can_be_declared_opened_and_read_about(name):
    spec = get_spec(name)
    connection = SourceConnection("https://example.org", "secret", extra={"org_id": "1"})
    source = make_source(name, connection, name)
    assert isinstance(source, Source)
    assert source.spec is spec
    assert source.requests_made == 0
    assert all(spec.is_entity_stream(entity.stream) for entity in spec.entities.values())
    assert (PLUGINS / "flowmart" / "sources" / name / "README.md").is_file()


def test_an_unknown_source_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match=r"no source 'bugzilla'.*phabricator"):
        get_spec("bugzilla")


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
