"""The search language, as far as an extractor needs it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.sandbox.youtrack.catalog import FIELDS
from local.sandbox.youtrack.errors import invalid_query

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.sandbox.youtrack.issues import Issue
    from local.sandbox.youtrack.store import YouTrackStore
    from local.sandbox.youtrack.times import Times

    Test = Callable[[Issue], bool]

_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"(and|or)\b(?!\s*:)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?:\{([^}]+)\}|([^\W\d][\w ]*?))\s*:")
_VALUE = re.compile(r'\{([^}]*)\}|"([^"]*)"|((?:(?!\.\.)[^\s,(){}"])+)')
_SORT = re.compile(r"(created|updated|issue id|resolved date)(?:\s+(asc|desc))?\b", re.IGNORECASE)
_TIMES = {"created": "created", "updated": "updated", "resolved date": "resolved"}
_KEPT_RESULTS = 8


@dataclass(frozen=True)
class Value:
    """
    One value of an attribute.

    :param until: the other end of a range; None for a single value.
    """

    text: str
    is_negative: bool
    until: str | None = None


class Searcher:
    """
    Finds issues.

    The clauses of a query are all to hold, unless ``or`` stands between them. Without ``sort by``
    the issue updated last comes first; without ``asc`` or ``desc`` the largest value does; equal
    ones come as they were created. A name or value that does not exist is a bad query.

    :param times: reads literals.
    """

    def __init__(self, store: YouTrackStore, times: Times) -> None:
        self.store = store
        self.times = times
        self._results: dict[tuple[str, int], list[Issue]] = {}

    def search(self, query: str) -> list[Issue]:
        """
        The visible issues that a query finds, in its order.

        :raises ApiError: 400 for a query that is not understood.
        """
        key = (query, self.store.version)
        if key not in self._results:  # pages of an unchanged store are not sorted anew
            parser = _Parser(query, self.store, self.times)
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

    def __init__(self, text: str, store: YouTrackStore, times: Times) -> None:
        self.text = text
        self.store = store
        self.times = times
        self.at = 0
        self.order: list[tuple[str, bool]] = []
        self._keys = {kind.name.casefold(): key for key, kind in FIELDS.items()}
        self._keys |= {
            there.name.casefold(): key
            for project in store.projects
            for key, there in project.fields.items()
        }

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
        tests = [self._term()]
        while self._take_word("and") or self._goes_on():
            tests.append(self._term())
        return tests[0] if len(tests) == 1 else lambda issue: all(test(issue) for test in tests)

    def _goes_on(self) -> bool:
        rest = self.text[self.at :]
        return bool(rest) and rest[0] != ")" and not _WORD.match(rest)

    def _term(self) -> Test:
        if self._take("("):
            test = self._any()
            if not self._take(")"):
                raise self._refusal()
            return test
        if found := _ATTRIBUTE.match(self.text, self.at):
            self._move_to(found.end())
            return self._attribute(found[1] or found[2])
        return self._single()

    def _attribute(self, name: str) -> Test:
        folded = name.casefold()
        if folded == "sort by":
            return self._sort()
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        tests = [self._value_test(name, folded, value) for value in values]
        wanted = [t for t, v in zip(tests, values, strict=True) if not v.is_negative]
        unwanted = [t for t, v in zip(tests, values, strict=True) if v.is_negative]
        return lambda issue: (
            (not wanted or any(test(issue) for test in wanted))
            and not any(test(issue) for test in unwanted)
        )

    def _value_test(self, name: str, folded: str, value: Value) -> Test:
        if folded in _TIMES:
            first, last = self.times.span(value.text, value.until)
            member = _TIMES[folded]
            return lambda issue: (
                getattr(issue, member) is not None and first <= getattr(issue, member) < last
            )
        if value.until is not None:
            raise invalid_query(f'The field "{name}" does not take ranges.')
        if folded == "project":
            project = self.store.project(value.text)
            if project is None:
                raise _unused(name, value.text)
            return lambda issue: issue.project is project
        if folded == "issue id":
            return self._id_test(value.text)
        if folded in self._keys:
            return self._field_test(name, self._keys[folded], value.text)
        raise invalid_query(f'Can\'t parse search query: unknown attribute "{name}".')

    def _id_test(self, readable_id: str) -> Test:
        issue = self.store.visible_issue(readable_id)
        return lambda other: other is issue

    def _field_test(self, name: str, key: str, text: str) -> Test:
        folded = text.casefold()
        bundles = [p.fields[key].bundle for p in self.store.projects if key in p.fields]
        known = {e["name"].casefold() for b in bundles if b for e in b.elements.values()}
        if key == "assignee":
            known = {user["login"] for user in self.store.people.listed} | {"unassigned"}
        if known and folded not in known:
            raise _unused(name, text)

        def test(issue: Issue) -> bool:
            value = issue.values.get(key)
            values = value if isinstance(value, list) else [value]
            if key == "assignee":
                return folded == ("unassigned" if value is None else value["login"])
            names = (v["name"] if isinstance(v, dict) else str(v) for v in values if v is not None)
            return folded in map(str.casefold, names)

        return test

    def _single(self) -> Test:
        """``#Unresolved``, ``-Resolved``, ``#PAY-1``, ``PAY-1`` or a state such as ``#Open``."""
        is_tagged = self._take("#")
        value = self._value()
        folded = value.text.casefold()
        test: Test
        if folded in ("resolved", "unresolved"):
            is_wanted = folded == "resolved"
            test = lambda issue: (issue.resolved is not None) is is_wanted  # noqa: E731
        elif re.fullmatch(r"\w+-\d+", value.text):
            test = self._id_test(value.text)
        elif is_tagged or value.is_negative:
            test = self._field_test("State", "state", value.text)
        else:
            raise invalid_query(f'Can\'t parse search query: unexpected "{value.text}".')
        return (lambda issue: not test(issue)) if value.is_negative else test

    def _sort(self) -> Test:
        while True:
            found = _SORT.match(self.text, self.at)
            if not found:
                raise self._refusal()
            self.order.append((found[1].lower(), (found[2] or "desc").lower() == "desc"))
            self._move_to(found.end())
            if not self._take(","):
                return _everything

    # Characters ---------------------------------------------------------------------------------

    def _value(self) -> Value:
        is_negative = self._take("-")
        text = self._text()
        return Value(text, is_negative, self._text() if self._take("..") else None)

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

    def _move_to(self, at: int) -> None:
        self.at = at
        self._skip()

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        assert found
        self.at = found.end()

    def _refusal(self) -> Exception:
        rest = self.text[self.at :] or "the end"
        return invalid_query(f'Can\'t parse search query: unexpected "{rest}".')


def _everything(_issue: Issue) -> bool:
    return True


def _unused(name: str, text: str) -> Exception:
    return invalid_query(f'The value "{text}" isn\'t used for the {name} field.')
