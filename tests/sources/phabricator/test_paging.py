"""Pages that no healthy server sends; healthy ones are walked in test_source and test_history."""

from __future__ import annotations

import json
from contextlib import nullcontext
from itertools import chain

import pytest

from flowmart.core.errors import CompletenessError
from flowmart.sources.phabricator.conduit import ConduitError
from flowmart.sources.phabricator.paging import walk
from flowmart.sources.phabricator.records import Numbered
from flowmart.sources.rows import read_json


class ScriptedConduit:
    """Answers with a page per cursor; a cursor without one is lost."""

    instance = "acme"

    def __init__(self, pages):
        self.pages = pages
        self.cursors = []

    def expecting(self, kind, endpoint):
        return nullcontext()

    def call(self, method, params, type_):
        assert params["limit"] == 100
        cursor = params.get("after")
        self.cursors.append(cursor)
        if cursor not in self.pages:
            info = f'Cursor "{cursor}" does not identify a valid object in query "Q".'
            raise ConduitError("ERR-CONDUIT-CORE", info, where=method)
        ids, after = self.pages[cursor]
        result = {"data": [{"id": row_id} for row_id in ids], "cursor": {"after": after}}
        return read_json(json.dumps(result), type_)


def walked(conduit, *, ascending=True):
    pages = walk(conduit, "maniphest.search", Numbered, {}, ascending=ascending)
    return [row.id for row in chain.from_iterable(pages)]


@pytest.mark.parametrize(
    ("pages", "ascending", "expected"),
    [
        ({None: ([1, 2], "2"), "2": ([2, 3], None)}, True, [1, 2, 3]),
        ({None: ([1, 1, 2], "2"), "2": ([3], None)}, True, [1, 2, 3]),
        ({None: ([9, 8], "8"), "8": ([9, 8, 7], None)}, False, [9, 8, 7]),
        ({None: ([1, 2], "2"), "2": ([], "3"), "3": ([4], None)}, True, [1, 2, 4]),
    ],
)
def test_rows_that_come_again_are_dropped(pages, ascending, expected):
    assert walked(ScriptedConduit(pages), ascending=ascending) == expected


def test_a_lost_cursor_steps_back_row_by_row_and_then_begins_anew():
    conduit = ScriptedConduit({None: ([1, 2, 3], "3"), "2": ([4, 5], None)})
    assert walked(conduit) == [1, 2, 3, 4, 5]
    assert conduit.cursors == [None, "3", "2"]

    restarted = {None: ([1, 2, 3], "3"), "5": ([6], None)}
    conduit = ScriptedConduit(restarted)
    pages = walk(conduit, "maniphest.search", Numbered, {}, ascending=True)
    rows = next(pages)
    conduit.pages[None] = ([4, 5], "5")  # the first three are gone
    rows += chain.from_iterable(pages)
    assert [row.id for row in rows] == [1, 2, 3, 4, 5, 6]
    assert conduit.cursors == [None, "3", "2", "1", None, "5"]


def test_other_errors_are_not_taken_for_a_lost_cursor():
    class Refusing(ScriptedConduit):
        def call(self, method, params, type_):
            if "after" in params:
                raise ConduitError("ERR-INVALID-CONSTRAINT", "an invalid key", where=method)
            return super().call(method, params, type_)

    with pytest.raises(ConduitError, match="an invalid key"):
        walked(Refusing({None: ([1], "1")}))


@pytest.mark.parametrize(
    ("pages", "text"),
    [
        ({None: ([1, 2], "2"), "2": ([4, 3], None)}, "not ordered by id"),
        ({None: ([2, 1], "1")}, "not ordered by id"),
        ({None: ([1], "1"), "1": ([2], "1")}, "the cursor stays at 1"),
    ],
)
def test_pages_that_could_lose_rows_stop_the_walk(pages, text):
    with pytest.raises(CompletenessError, match=text):
        walked(ScriptedConduit(pages))


def test_a_single_page_needs_no_order():
    assert walked(ScriptedConduit({None: ([2, 1, 3], None)})) == [2, 1, 3]
