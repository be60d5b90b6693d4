"""The grammar of the search language; criteria.py has its attributes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local.sandbox.youtrack.criteria import Criteria
from local.sandbox.youtrack.criterion import Value
from local.sandbox.youtrack.errors import invalid_query, not_played

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.sandbox.youtrack.criterion import Test
    from local.sandbox.youtrack.issues import Issue
    from local.sandbox.youtrack.store import YouTrackStore
    from local.sandbox.youtrack.times import Times

_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"(and|or)\b(?!\s*:)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?:\{([^}]+)\}|([^\W\d][\w ]*?(?:\{[^}]+\})?))\s*:")
_VALUE = re.compile(r'\{([^}]*)\}|"([^"]*)"|((?:(?!\.\.)[^\s,(){}"])+)')
_SORT_BY = re.compile(r"sort\s+by\s*:", re.IGNORECASE)
_ORDER = re.compile(r"(created|updated|issue id|resolved date)(?:\s+(asc|desc))?\b", re.IGNORECASE)
_KEPT_RESULTS = 8


class Searcher:
    """
    Finds issues.

    The clauses of a query are all to hold, unless ``or`` stands between them, or they stand side by
    side and are about the same attribute. Without ``sort by`` the issue updated last comes first;
    without ``asc`` or ``desc`` the largest value does; equal ones come as they were created. A
    value that does not exist is a bad query, and so is what the sandbox does not play, such as
    words to be searched for.

    :param times: reads literals.
    """

    def __init__(self, store: YouTrackStore, times: Times) -> None:
        self.store = store
        self.times = times
        self._criteria = Criteria(store, times)
        self._results: dict[tuple[Any, ...], list[Issue]] = {}

    def search(self, query: str) -> list[Issue]:
        """
        The visible issues that a query finds, in its order.

        :raises ApiError: 400 for a query that is not understood.
        """
        key = (query, self.store.version, self.times.today, self.store.people.is_guest)
        if key not in self._results:  # pages of an unchanged store are not sorted anew
            parser = _Parser(query, self._criteria)
            test = parser.parse()
            found = [issue for issue in self.store.visible_issues() if test(issue)]
            for name, is_descending in reversed(parser.order or [("updated", True)]):
                found.sort(key=_SORT_KEYS[name], reverse=is_descending)
            while len(self._results) >= _KEPT_RESULTS:
                del self._results[next(iter(self._results))]
            self._results[key] = found
        return self._results[key]


_SORT_KEYS: dict[str, Callable[[Issue], Any]] = {
    "created": lambda issue: issue.created,
    "updated": lambda issue: issue.updated,
    "resolved date": lambda issue: issue.resolved or 0,
    "issue id": lambda issue: (issue.project.short_name, issue.number_in_project),
}


class _Parser:
    """Reads one query from left to right."""

    def __init__(self, text: str, criteria: Criteria) -> None:
        self.text = text
        self.criteria = criteria
        self.at = 0
        self.order: list[tuple[str, bool]] = []

    def parse(self) -> Test:
        self._skip()
        test = self._any() if self.at < len(self.text) else _everything
        if self.at < len(self.text):
            raise self._refusal()
        return test

    def _any(self) -> Test:
        tests = [self._all()]
        while self._take_word("or"):
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda issue: any(test(issue) for test in tests)

    def _all(self) -> Test:
        tests = [self._operand()]
        while self._take_word("and"):
            tests.append(self._operand())
        return _all_of(tests)

    def _operand(self) -> Test:
        if not self._take("("):
            return self._term()
        test = self._any()
        if not self._take(")"):
            raise self._refusal()
        # The documented grammar wants an "and" even here; whether a server does is not known.
        if _SORT_BY.match(self.text, self.at):
            self._sort()
        return test

    def _term(self) -> Test:
        """Clauses side by side: those about the same are alternatives, as if one listed them."""
        values: dict[str, list[tuple[bool, Test]]] = {}
        while True:
            for key, is_negative, test in self._clause():
                values.setdefault(key, []).append((is_negative, test))
            if len(values.get("has", ())) > 1:
                raise not_played('several "has" side by side', "invalid_query")
            if self.at == len(self.text) or self.text[self.at] in "()" or self._sees_word():
                return _all_of([_one_of(found) for found in values.values()])

    def _clause(self) -> list[tuple[str, bool, Test]]:
        """For each value of a clause, what it is about, whether it is unwanted, and its test."""
        if _SORT_BY.match(self.text, self.at):
            self._sort()
            return []
        if found := _ATTRIBUTE.match(self.text, self.at):
            self._move_to(found.end())
            name = found[1] or found[2]
            criterion = self.criteria.named(name)
            values = [self._value(name)]
            while self._take(","):
                values.append(self._value(name))
            return [
                (criterion.key, value.is_negative, criterion.test_of(value)) for value in values
            ]
        is_tagged = self._take("#")
        is_negative = not is_tagged and self._take("-")
        if not (is_tagged or is_negative) or self.text.startswith('"', self.at):
            raise self._text_search()
        key, test = self.criteria.single(self._text())
        return [(key, is_negative, test)]

    def _sort(self) -> None:
        found = _SORT_BY.match(self.text, self.at)
        assert found
        self._move_to(found.end())
        while True:
            found = _ORDER.match(self.text, self.at)
            if not found:
                what = f'sorting by "{self.text[self.at :]}"'
                raise not_played(what, "invalid_query") if self._goes_on() else self._refusal()
            self.order.append((found[1].lower(), (found[2] or "desc").lower() == "desc"))
            self._move_to(found.end())
            if not self._take(","):
                return

    # Characters ---------------------------------------------------------------------------------

    def _value(self, name: str) -> Value:
        is_negative = self._take("-")
        text = self._text()
        return Value(name, text, is_negative, self._text() if self._take("..") else None)

    def _text(self) -> str:
        found = _VALUE.match(self.text, self.at)
        if not found:
            raise self._refusal()
        self._move_to(found.end())
        return next(group for group in found.groups() if group is not None)

    def _take(self, mark: str) -> bool:
        if is_there := self.text.startswith(mark, self.at):
            self._move_to(self.at + len(mark))
        return is_there

    def _take_word(self, word: str) -> bool:
        found = _WORD.match(self.text, self.at)
        if found and found[1].lower() == word:
            self._move_to(found.end())
            return True
        return False

    def _sees_word(self) -> bool:
        return _WORD.match(self.text, self.at) is not None

    def _goes_on(self) -> bool:
        return re.match(r"[\w{]", self.text[self.at :]) is not None

    def _move_to(self, at: int) -> None:
        self.at = at
        self._skip()

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        assert found
        self.at = found.end()

    def _text_search(self) -> Exception:
        text = self.text[self.at :]
        if self._goes_on() or text.startswith('"'):
            return not_played(f"searching issues for a text: {text}", "invalid_query")
        return self._refusal()

    def _refusal(self) -> Exception:
        rest = self.text[self.at :] or "the end"
        return invalid_query(f'Can\'t parse search query: unexpected "{rest}".')


def _everything(_issue: Issue) -> bool:
    return True


def _all_of(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda issue: all(test(issue) for test in tests)


def _one_of(values: list[tuple[bool, Test]]) -> Test:
    """An issue has one of the wanted values, if there are any, and none of the unwanted ones."""
    wanted = [test for is_negative, test in values if not is_negative]
    unwanted = [test for is_negative, test in values if is_negative]
    return lambda issue: (
        (not wanted or any(test(issue) for test in wanted))
        and not any(test(issue) for test in unwanted)
    )
