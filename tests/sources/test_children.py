"""Calls per issue: several at a time, in an order that can be gone on in."""

from __future__ import annotations

import threading
import time

import pytest

from flowmart.core.errors import SourceUnavailableError
from flowmart.sources.children import read_children
from tests.records import make_record


def issue(number):
    return make_record(f"I{number}", None, 1, {})


def child_of(parent):
    return [make_record(f"{parent.record_id}-a", parent.record_id, 1, {})]


def ids(pages):
    return [record.record_id for page in pages for record in page.records]


def test_pages_come_in_the_order_of_the_issues_however_long_each_takes():
    def fetch(parent):
        time.sleep(0.02 if parent.record_id == "I1" else 0)
        return child_of(parent)

    pages = list(read_children([issue(n) for n in range(1, 9)], fetch, concurrency=4))
    assert ids(pages) == [f"I{n}-a" for n in range(1, 9)]
    assert [page.resume for page in pages] == list(range(1, 9))


def test_an_issue_that_landed_twice_is_asked_for_once():
    asked = []
    issues = [issue(1), issue(2), issue(1)]
    list(read_children(issues, lambda p: asked.append(p.record_id) or [], concurrency=1))
    assert asked == ["I1", "I2"]


@pytest.mark.parametrize("after", [0, 1, 3, 5])
def test_a_later_try_reads_exactly_the_rest(after):
    issues = [issue(1), issue(1), *(issue(n) for n in range(2, 6))]
    all_pages = list(read_children(issues, child_of, concurrency=2))
    rest = list(read_children(issues, child_of, concurrency=2, after=after))
    assert rest == all_pages[after:]


def test_no_more_calls_are_on_their_way_than_allowed():
    lock, running, most = threading.Lock(), [0], [0]

    def fetch(parent):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.005)
        with lock:
            running[0] -= 1
        return child_of(parent)

    list(read_children([issue(n) for n in range(20)], fetch, concurrency=3))
    assert most[0] == 3


def test_issues_are_taken_only_as_they_are_needed():
    taken = []

    def issues():
        for number in range(1000):
            taken.append(number)
            yield issue(number)

    pages = read_children(issues(), child_of, concurrency=2)
    next(pages)
    assert len(taken) <= 4
    pages.close()


def test_a_failure_comes_behind_the_issues_before_it():
    def fetch(parent):
        if parent.record_id == "I3":
            raise SourceUnavailableError("gone", where="acme", next_step="wait")
        return child_of(parent)

    pages = read_children([issue(n) for n in range(1, 6)], fetch, concurrency=4)
    assert ids([next(pages), next(pages)]) == ["I1-a", "I2-a"]
    with pytest.raises(SourceUnavailableError):
        next(pages)
