from __future__ import annotations

import pytest
import yaml

from flowmart.core.errors import ConfigError
from flowmart.sources.declaration import load_spec


def declaration(**changes):
    return {
        "name": "tracker",
        "title": "Some Tracker",
        "entities": {"issue": {"stream": "issues"}},
        "streams": {
            "issues": {
                "kind": "window",
                "endpoint": "issues",
                "key": "id",
                "version": "updated",
                "bounds": "half-open",
                "overlap_seconds": 60,
            },
            "users": {"kind": "snapshot", "endpoint": "users", "key": "id", "max_age_hours": 6},
        },
    } | changes


WINDOW = {"kind": "window", "endpoint": "m", "key": "id", "bounds": "half-open"}
CHILD = {"kind": "child", "endpoint": "n", "key": "id"}


def entities(**entities):
    return declaration(entities=entities)


@pytest.fixture
def write(tmp_path):
    def write_document(document):
        folder = tmp_path / "tracker"
        folder.mkdir()
        text = document if isinstance(document, str) else yaml.safe_dump(document)
        (folder / "source.yaml").write_text(text)
        return folder

    return write_document


def stream(**changes):
    issues = declaration()["streams"]["issues"] | changes
    return {"issues": {key: value for key, value in issues.items() if value is not None}}


def test_a_declaration_becomes_a_frozen_object(write):
    spec = load_spec(write(declaration(statuses={"wip": {"category": "in_progress"}})))
    assert spec.streams["issues"].overlap_seconds == 60
    assert spec.streams["users"].max_age_hours == 6
    assert spec.statuses["wip"].waits is False
    with pytest.raises(ValueError, match="frozen"):
        spec.name = "other"


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (declaration(color="red"), r"color: Extra inputs"),
        (declaration(name="other"), r"name: 'other' is not the folder's name"),
        (entities(issue={"stream": "x"}), r"'issue' has no window stream: 'x' is none of the"),
        (entities(issue={"stream": "users"}), r"'issue' has no window stream: 'users' is a snap"),
        (entities(), r"entities: Dictionary should have at least 1 item"),
        ("entities: 5\nstreams: {}", r"entities: Input should be a valid dictionary"),
        (entities(issue={"stream": "issues", "parts": ["../x"]}), r"parts\.0: String should match"),
        (declaration(streams=stream() | {"../x": CHILD}), r"streams\.\.\./x"),
        (
            declaration(streams=stream() | {"issue_tombstones": CHILD}),
            r"issue_tombstones is a stream of the census: do not declare it",
        ),
        (entities(issue={}), r"entities\.issue\.stream: Field required"),
        (entities(bot={"stream": "issues"}, one={"stream": "issues"}), r"'bot' and 'one' share"),
        (declaration(streams=stream() | {"more": WINDOW}), r"window stream 'more' belongs to no"),
        (declaration(streams=stream() | {"notes": CHILD}), r"need `of`: the entity they belong to"),
        (declaration(streams=stream() | {"notes": CHILD | {"of": "x"}}), r"of 'x', which is no en"),
        ("entities: {issue: {stream: a}, issue: {stream: b}}", r"the key 'issue' is given twice"),
        (declaration(streams=stream(kind="weekly")), r"streams\.issues\.kind: Input should be"),
        (declaration(streams=stream(speed=9)), r"streams\.issues\.speed: Extra inputs"),
        (declaration(streams=stream(endpoint=None)), r"streams\.issues\.endpoint: Field required"),
        (declaration(streams=stream(overlap_seconds=-1)), r"streams\.issues\.overlap_seconds"),
        (declaration(streams=stream(bounds=None)), r"bounds belong to window streams"),
        (declaration(streams=stream(max_age_hours=1)), r"max_age_hours belongs to snapshots"),
        (declaration(statuses={"x": {"category": "busy"}}), r"statuses\.x\.category: Input"),
        (entities(common={"stream": "issues"}), r"entities\.common.*'common' is no name for an"),
        (entities(staging={"stream": "issues"}), r"the folder staging holds files of all"),
        (entities(macros={"stream": "issues"}), r"entities\.macros.*'macros' is no name"),
        (entities(issue_={"stream": "issues"}), r"entities\.issue_.*should match pattern"),
        (entities(a__b={"stream": "issues"}), r"entities\.a__b.*should match pattern"),
        (entities(**{"a" * 34: {"stream": "issues"}}), r"entities\.a+.*at most 33 characters"),
        (
            entities(issue={"stream": "issues", "parts": ["boards", "lists", "boards"]}),
            r"entities\.issue\.parts: .*boards is listed twice",
        ),
        (
            declaration(streams=stream() | {"gone": CHILD | {"kind": "census", "of": "issue"}}),
            r"'gone' is of the kind census, which only the streams have",
        ),
        (
            declaration(streams=stream() | {"a" * 45: CHILD | {"of": "issue"}}),
            r"streams\.a+.*at most 44 characters",
        ),
        (
            declaration(name="a" * 30, streams=stream() | {"b" * 32: CHILD | {"of": "issue"}}),
            r"the table a+__b+ has 64 characters; PostgreSQL keeps 63",
        ),
        ("name: [", r"cannot be read as YAML"),
        ("", r"declaration: Input should be"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_key(write, document, text):
    folder = write(document)
    with pytest.raises(ConfigError, match=text) as caught:
        load_spec(folder)
    assert caught.value.where == str(folder / "source.yaml")


def test_a_missing_declaration_is_told(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_spec(tmp_path / "tracker")
