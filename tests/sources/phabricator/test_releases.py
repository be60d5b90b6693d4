"""Tasks that stand for releases: which ones are read, and by how many calls."""

from __future__ import annotations

import pytest

from flowmart.core.errors import ConfigError
from flowmart.sources.base import RecordState, SourceConnection
from flowmart.sources.phabricator.conduit import ConduitError
from flowmart.sources.registry import make_source
from local.sandbox.company.generator import generate
from local.sandbox.company.rhythm import DAY
from local.sandbox.phabricator.server import serve
from tests.sources.phabricator.conftest import EVERYTHING, epoch_window, ids, read

TITLED = {"subtypes": [], "title": "deployment blockers$"}


@pytest.fixture(scope="module")
def generated():
    return generate(seed=5, tasks=130, days=100, with_trains=True)


@pytest.fixture
def server(generated):
    with serve(generated.store) as running:
        yield running


def source_of(server, **releases):
    connection = SourceConnection(server.url, server.token)
    options = {"releases": releases} if releases else {}
    return make_source("phabricator", connection, "phabricator", options)


def trains_of(generated):
    return [generated.store.tasks[train.task_id] for train in generated.trains.trains]


@pytest.mark.parametrize("releases", [{}, TITLED, {"subtypes": "release"}])
def test_release_tasks_are_found_by_subtype_or_title(server, generated, releases):
    source = source_of(server, **releases)
    expected = sorted(task["phid"] for task in trains_of(generated))
    assert ids(read(source, "release_tasks")) == expected
    [*pages] = source.census("deployment")
    assert sorted(phid for page in pages for phid in page) == expected


def test_a_window_has_those_that_were_edited_in_it(server, generated):
    source = source_of(server)
    times = sorted(task["fields"]["dateModified"] for task in trains_of(generated))
    window = epoch_window(times[3], times[6])
    found = [r.version for r in read(source, "release_tasks", window)]
    assert sorted(found) == times[3:6]
    assert source.requests_made == 1
    assert times[4] - times[3] > DAY


def test_titles_cost_the_pages_of_all_tasks(server):
    """More than a hundred tasks of the company and of the trains."""
    source = source_of(server, **TITLED)
    read(source, "release_tasks")
    assert source.requests_made == 2


def test_nothing_is_asked_where_no_task_stands_for_a_release(server):
    source = source_of(server, subtypes=[])
    assert read(source, "release_tasks") == []
    assert list(source.census("deployment")) == []
    assert source.requests_made == 0


def test_one_that_lost_its_subtype_is_missing(server, generated):
    source = source_of(server)
    task = trains_of(generated)[0]
    assert source.state_of("deployment", task["phid"]) == RecordState.PRESENT
    task["fields"]["subtype"] = "default"
    try:
        assert source.state_of("deployment", task["phid"]) == RecordState.MISSING
        assert source.state_of("issue", task["phid"]) == RecordState.PRESENT
        pages = source.read_records("deployment", EVERYTHING, [task["phid"]])
        assert [record for page in pages for record in page.records] == []
    finally:
        task["fields"]["subtype"] = "release"


def test_a_server_without_subtypes_has_its_tasks_looked_through(server, generated, monkeypatch):
    """Such a server refuses the constraint, and shows `default` for all."""
    source = source_of(server, title="deployment blockers$", subtypes=["release"])
    call = source._conduit.call

    def refusing(method, params, type_):
        if "subtypes" in params.get("constraints", {}):
            raise ConduitError("ERR-INVALID-CONSTRAINT", "an invalid key", where="test")
        return call(method, params, type_)

    monkeypatch.setattr(source._conduit, "call", refusing)
    assert len(read(source, "release_tasks")) == len(trains_of(generated))
    plain = source_of(server)
    call = plain._conduit.call
    monkeypatch.setattr(plain._conduit, "call", refusing)
    assert len(read(plain, "release_tasks")) == len(trains_of(generated))


def test_another_error_is_none_of_these(server, monkeypatch):
    source = source_of(server)

    def failing(method, params, type_):
        raise ConduitError("ERR-CONDUIT-CORE", "something else", where="test")

    monkeypatch.setattr(source._conduit, "call", failing)
    with pytest.raises(ConduitError, match="something else"):
        read(source, "release_tasks")


@pytest.mark.parametrize(
    ("releases", "words"),
    [
        ({"title": "("}, "no regular expression"),
        ({"version_pattern": "[0-9]+"}, "needs one group"),
        ({"version_pattern": "([0-9]+)([.])"}, "needs one group"),
        ({"subtype": ["release"]}, "subtype"),
    ],
)
def test_options_that_cannot_hold_are_refused(server, releases, words):
    with pytest.raises(ConfigError, match=words):
        source_of(server, **releases)
