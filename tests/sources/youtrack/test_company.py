"""The YouTrack of the local stack's sandbox, which plays all trackers behind one address."""

from __future__ import annotations

import pytest
import requests

from flowmart.sources.base import SourceConnection
from flowmart.sources.registry import make_source
from local.sandbox.access import ACCESS
from local.sandbox.company.generator import generate
from local.sandbox.server import listening
from local.sandbox.trackers import company_app
from tests.sources.youtrack.conftest import INSTANCE, pages, rows


@pytest.fixture
def url():
    with listening(
        company_app(dict.fromkeys(ACCESS, generate(seed=11, tasks=60, days=60)))
    ) as address:
        yield address + ACCESS["youtrack"].path


def test_issues_are_read_with_the_count_and_not_by_ids(url):
    connection = SourceConnection(url, ACCESS["youtrack"].token)
    source = make_source("youtrack", connection, INSTANCE, {"saved_query": "Done"})
    found = pages(source, "issues")
    assert found[-1].source_total == len(rows(found)) > 0
    calls = requests.get(f"{url}/sandbox/stats", timeout=10).json()
    # A page of issues, and its first and last update asked for by their seconds; a page of saved
    # searches, and that there is no other.
    assert calls == {"issues": 3, "issuesGetter/count": 1, "savedQueries": 2, "users/me": 1}
