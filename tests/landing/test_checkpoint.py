"""A try that goes on where the one before broke off."""

from __future__ import annotations

import json

import pytest

from flowmart.core.errors import SourceUnavailableError
from flowmart.landing import writer
from flowmart.landing.reader import find_manifests, read_records
from flowmart.landing.writer import land_stream
from flowmart.sources.base import Page
from tests.landing.conftest import make_batch, make_record

RECORDS = [make_record(number) for number in range(1, 11)]


class Reading:
    """A stream of ten pages with a record each, whose reading breaks off behind some pages."""

    def __init__(self, breaks_after: int = 10, *, can_go_on: bool = True):
        self.breaks_after = breaks_after
        self.can_go_on = can_go_on
        self.asked: list[object] = []
        self.requests = 0

    def __call__(self, after):
        self.asked.append(after)
        for number in range((after or 0) + 1, 11):
            if number > self.breaks_after:
                raise SourceUnavailableError("gone", where="acme", next_step="wait")
            self.requests += 1
            yield Page([RECORDS[number - 1]], resume=number if self.can_go_on else None)

    def land(self, root, batch=None, **kwargs):
        batch = batch or make_batch()
        return land_stream(root, batch, "tasks", self, lambda: self.requests, **kwargs)


def broken_off(root, breaks_after=4, *, can_go_on=True, **kwargs):
    with pytest.raises(SourceUnavailableError):
        Reading(breaks_after, can_go_on=can_go_on).land(root, **kwargs)


def test_the_next_try_fetches_only_what_is_missing(tmp_path):
    broken_off(tmp_path)
    reading = Reading()
    manifest = reading.land(tmp_path)
    assert reading.asked == [4]
    assert reading.requests == 6
    assert list(read_records(manifest)) == RECORDS
    assert (manifest.rows, manifest.distinct_records, manifest.requests) == (10, 10, 10)
    assert (manifest.min_version, manifest.max_version) == (1001, 1010)
    assert find_manifests(tmp_path, "phabricator__acme", None) == [manifest]


def test_any_number_of_tries_adds_up(tmp_path):
    for stop in (1, 2, 2, 7, 9):
        broken_off(tmp_path, stop)
    manifest = Reading().land(tmp_path)
    assert list(read_records(manifest)) == RECORDS
    assert manifest.requests == 10


def test_a_finished_stream_is_read_anew_when_its_run_is_cleared(tmp_path):
    first = Reading().land(tmp_path)
    reading = Reading()
    second = reading.land(tmp_path)
    assert reading.asked == [None]
    assert first.path != second.path


@pytest.mark.parametrize("other", [{"basis": "another"}, {"batch": make_batch(2, 3)}])
def test_what_another_run_or_other_issues_left_is_of_no_use(tmp_path, other):
    broken_off(tmp_path, basis="issues")
    reading = Reading()
    reading.land(tmp_path, **({"basis": "issues"} | other))
    assert reading.asked == [None]


def test_a_source_that_cannot_go_on_begins_anew(tmp_path):
    broken_off(tmp_path, can_go_on=False)
    reading = Reading()
    assert list(read_records(reading.land(tmp_path))) == RECORDS
    assert reading.asked == [None]


@pytest.mark.parametrize("damaged", ["checkpoint.json", "part-00000.jsonl.gz"])
def test_what_is_damaged_is_not_built_on(tmp_path, damaged):
    broken_off(tmp_path)
    (path,) = tmp_path.rglob(damaged)
    path.write_bytes(path.read_bytes()[:-20])
    reading = Reading()
    manifest = reading.land(tmp_path)
    assert reading.asked == [None]
    assert list(read_records(manifest)) == RECORDS


def test_a_kill_loses_what_came_since_the_last_checkpoint_only(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "SECONDS_PER_PART", -1)
    saved = []

    def read(after):
        for number in range(1, 4):
            saved.extend(json.loads(p.read_text())["resume"] for p in tmp_path.rglob("check*.json"))
            yield Page([RECORDS[number - 1]], resume=number)

    land_stream(tmp_path, make_batch(), "tasks", read, lambda: 0)
    assert saved == [1, 2]
