"""The server is silent about parameters and fields that it does not know: it leaves them out."""

from __future__ import annotations

from collections import defaultdict

import pytest

from flowmart.sources.registry import get_spec
from local.sandbox.youtrack.selection import parse_fields
from tests.records import payload_of
from tests.sources.youtrack.conftest import EVERYTHING, open_source, read

STREAMS = ["issues", "activities", "projects", "states", "agiles", "users"]
LISTED = {"fields", "$top", "$skip"}
KNOWN = {
    "issues": LISTED | {"query"},
    "issues/{id}": {"fields"},
    "activitiesPage": {"fields", "$top", "categories", "end", "cursor"},
    "issuesGetter/count": {"fields"},
    "users/me": {"fields"},
}
# Documented, and nothing that the sandbox tells of.
UNTOLD = {
    "issues": {"customFields.value.text"},
    "activities": {
        *("added.minutes", "added.presentation", "removed.minutes", "removed.presentation"),
        *("removed.date", "removed.duration", "removed.duration.minutes"),
        *("removed.idReadable", "removed.text"),
    },
}


def told(value, path="") -> set[str]:
    """Dotted paths of all members that an object tells, those of list elements without a number."""
    if isinstance(value, list):
        return set().union(*(told(item, path) for item in value))
    if not isinstance(value, dict):
        return set()
    paths = {f"{path}{name}" for name in value}
    return paths.union(*(told(part, f"{path}{name}.") for name, part in value.items()))


def wanted(tree, path="") -> set[str]:
    """Dotted paths of all members that are asked for."""
    paths = {f"{path}{name}" for name in tree}
    return paths.union(*(wanted(below, f"{path}{name}.") for name, below in tree.items()))


def test_every_parameter_is_known_to_the_server(server):
    source = open_source(server, projects=["PAY"], saved_query="Done")
    issues = read(source, "issues")
    for stream in STREAMS[1:]:
        read(source, stream, EVERYTHING, issues)
    list(source.census("issue"))
    source.state_of("issue", issues[0].record_id)
    sent = defaultdict(set)
    for path, params in server.app.asked:
        name = path.partition("/api/")[2]
        if name.startswith("issues/"):
            name = "activitiesPage" if name.endswith("activitiesPage") else "issues/{id}"
        sent[name].update(params)
        assert params["fields"]
    assert len(sent) >= 10
    for name, params in sent.items():
        assert params <= KNOWN.get(name, LISTED), name


@pytest.fixture
def payloads(source):
    issues = read(source, "issues")

    def of(stream):
        return [payload_of(record) for record in read(source, stream, EVERYTHING, issues)]

    return of


@pytest.mark.parametrize("stream", STREAMS)
def test_every_field_that_is_asked_for_comes(payloads, stream):
    tree = parse_fields(get_spec("youtrack").streams[stream].params["fields"])
    asked = wanted(tree["activities"] if stream == "activities" else tree)
    assert asked - told(payloads(stream)) == UNTOLD.get(stream, set())


def test_every_category_that_is_asked_for_has_activities(payloads):
    asked = get_spec("youtrack").streams["activities"].params["categories"].split(",")
    came = {payload["category"]["id"] for payload in payloads("activities")}
    assert sorted(came) == sorted(asked)
