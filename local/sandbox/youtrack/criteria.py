"""What the attributes and values of a search query ask of an issue."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from local.sandbox.youtrack.criterion import Criterion, Test, Value, number_test, plain, unused
from local.sandbox.youtrack.errors import invalid_query, not_played
from local.sandbox.youtrack.fields import FIELDS, CustomField
from local.sandbox.youtrack.issues import LINK_ENDS, LINK_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local.sandbox.company.shapes import Json
    from local.sandbox.youtrack.issues import Issue
    from local.sandbox.youtrack.store import YouTrackStore
    from local.sandbox.youtrack.times import Times

_TIMES = {"created": "created", "updated": "updated", "resolved date": "resolved"}
_ALIASES = {
    "in": "project", "for": "assignee", "assigned to": "assignee", "tagged as": "tag",
    "by": "reporter", "from": "reporter", "created by": "reporter", "reported by": "reporter",
    "updater": "updated by", "commented by": "commenter",
}  # fmt: skip
_USER_NAMES = ("login", "fullName")
_ID = re.compile(r"\w+-\d+")


class Criteria:
    """
    The attributes that are played.

    :param times: reads literals.
    """

    def __init__(self, store: YouTrackStore, times: Times) -> None:
        self._store = store
        self._times = times
        self._named: dict[str, Criterion] = {
            **{name: self._moment(name, member, times) for name, member in _TIMES.items()},
            "project": self._project(),
            "issue id": self._issue("issue id", lambda issue, other: issue is other),
            "reporter": self._person("reporter", lambda issue: [issue.reporter]),
            "updated by": self._person("updated by", lambda issue: [issue.updater]),
            "commenter": self._person("commenter", lambda i: [c["author"] for c in i.comments]),
            "tag": self._entity("tag", [store.blocked], lambda issue: issue.tags),
            "has": Criterion("has", self._has_test),
            "links": self._issue("links", _is_linked),
        }
        for board in store.boards:
            name = f"board {board['name'].casefold()}"
            self._named[name] = self._sprint(name, board)
        for name, direction in LINK_ENDS:
            self._add_links(name, direction)
        for key, field in FIELDS.items():
            criterion = self._field(key, field)
            there = [p.fields[key].name for p in store.projects if key in p.fields]
            self._named |= {name.casefold(): criterion for name in (field.name, *there)}

    def named(self, name: str) -> Criterion:
        """
        The attribute of a name.

        :raises ApiError: 400 for one that is not played.
        """
        folded = re.sub(r"[{}]", "", name).casefold()
        folded = _ALIASES.get(folded, folded)
        if folded not in self._named:
            raise not_played(f'the attribute "{name}" in queries', "invalid_query")
        return self._named[folded]

    def single(self, text: str) -> tuple[str, Test]:
        """
        What a value without its attribute is about, such as ``Open`` in ``#Open``, and its test.

        :raises ApiError: 400 for a value of no attribute, or of several.
        """
        folded = text.casefold()
        if folded in ("resolved", "unresolved"):
            is_wanted = folded == "resolved"
            return "resolved", lambda issue: (issue.resolved is not None) is is_wanted
        if _ID.fullmatch(text):
            return "issue id", self._named["issue id"].test_of(Value(text, text))
        found = {c.key: c for c in self._named.values() if folded in c.names}
        if found.keys() == {"reporter", "updated by", "commenter", "assignee"}:
            # Of a user, these are the issues that they reported or that they work on.
            tests = [found[key].test_of(Value(text, text)) for key in ("reporter", "assignee")]
            return "user", lambda issue: any(test(issue) for test in tests)
        if not found:
            raise invalid_query(f'The value "{text}" isn\'t used for any field.')
        if len(found) > 1:
            names = " and ".join(sorted(found))
            raise not_played(f'"{text}" in queries, as it is of {names}', "invalid_query")
        ((key, criterion),) = found.items()
        return key, criterion.test_of(Value(text, text))

    # Kinds of attributes -------------------------------------------------------------------------

    def _moment(self, key: str, member: str, times: Times) -> Criterion:
        def test_of(value: Value) -> Test:
            first, last = times.span(value.text, value.until)

            def test(issue: Issue) -> bool:
                at = issue.values.get(key) if key in FIELDS else getattr(issue, member)
                return at is not None and first <= at < last

            return test

        return Criterion(key, test_of)

    def _project(self) -> Criterion:
        def test_of(value: Value) -> Test:
            project = self._store.project(plain(value))
            if project is None:
                raise unused(value)
            return lambda issue: issue.project is project

        names = ({p.short_name.casefold(), p.name.casefold()} for p in self._store.projects)
        return Criterion("project", test_of, frozenset().union(*names))

    def _issue(self, key: str, test: Callable[[Issue, Issue], bool]) -> Criterion:
        """:param test: whether an issue is what the query says of the issue that it names."""

        def test_of(value: Value) -> Test:
            named = self._store.visible_issue(plain(value))
            return lambda issue: named is not None and test(issue, named)

        return Criterion(key, test_of)

    def _add_links(self, name: str, direction: str) -> None:
        phrase = LINK_TYPES[name][2 if direction == "INWARD" else 1]
        end = (name, direction)
        self._named[phrase] = self._issue(phrase, lambda i, other: other in i.links.get(end, []))

    def _person(self, key: str, people: Callable[[Issue], list[Json]]) -> Criterion:
        known = self._store.people

        def test_of(value: Value) -> Test:
            folded = plain(value).casefold()
            if folded == "unassigned" and key == "assignee":
                return lambda issue: not people(issue)
            named = [known.me] if folded == "me" else _called(folded, known.known)
            if not named:
                raise unused(value)
            ids = {user["id"] for user in named}
            return lambda issue: any(one["id"] in ids for one in people(issue))

        names = {user[name].casefold() for user in known.listed for name in _USER_NAMES} | {"me"}
        if key == "assignee":
            names.add("unassigned")
        return Criterion(key, test_of, frozenset(names))

    def _entity(
        self, key: str, known: Iterable[Json], values: Callable[[Issue], list[Json]]
    ) -> Criterion:
        """:param known: all that there are; they are named by their names."""
        names = frozenset(one["name"].casefold() for one in known)

        def test_of(value: Value) -> Test:
            folded = plain(value).casefold()
            if folded not in names:
                raise unused(value)
            return lambda issue: folded in (one["name"].casefold() for one in values(issue))

        return Criterion(key, test_of, names)

    def _sprint(self, key: str, board: Json) -> Criterion:
        own = self._entity(
            key,
            board["sprints"],
            lambda i: [i.sprint] if i.sprint and i.sprint["agile"]() is board else [],
        )

        def test_of(value: Value) -> Test:
            if value.text.casefold() == "current sprint":
                return own.test_of(replace(value, text=board["currentSprint"]["name"]))
            return own.test_of(value)

        return Criterion(key, test_of, own.names)

    def _field(self, key: str, field: CustomField) -> Criterion:
        values = lambda issue: _listed(issue.values.get(key))  # noqa: E731
        if field.kind == "User":
            return self._person(key, values)
        if field.is_listed:
            bundles = [p.fields[key].bundle for p in self._store.projects if key in p.fields]
            known = [e for bundle in bundles if bundle for e in bundle.elements.values()]
            return self._entity(key, known, values)
        if field.field_type in ("integer", "float"):
            return Criterion(key, lambda value: number_test(key, value))
        if field.field_type.startswith("date"):
            # A date is noon in UTC, whatever the zone.
            is_day = field.field_type == "date"
            times = self._times.within(ZoneInfo("UTC")) if is_day else self._times
            return self._moment(key, "", times)

        def refuse(value: Value) -> Test:
            kind = field.field_type
            raise not_played(f'"{field.name}" in queries, a field of type {kind}', "invalid_query")

        return Criterion(key, refuse)

    def _has_test(self, value: Value) -> Test:
        name = plain(value).casefold()
        parts: dict[str, Callable[[Issue], Any]] = {
            "attachments": lambda issue: (),
            "comments": lambda issue: issue.comments,
            "description": lambda issue: issue.description,
            "links": lambda issue: any(not i.is_hidden for i in chain(*issue.links.values())),
            "tags": lambda issue: issue.tags,
            "work": lambda issue: issue.work_items,
        }
        if name in parts:
            part = parts[name]
            return lambda issue: bool(part(issue))
        key = self.named(name).key
        if key not in FIELDS:
            raise not_played(f'"has: {value.text}" in queries', "invalid_query")
        return lambda issue: issue.values.get(key) not in (None, [])


def _called(folded: str, users: list[Json]) -> list[Json]:
    return [u for u in users if folded in (u[name].casefold() for name in _USER_NAMES)]


def _is_linked(issue: Issue, other: Issue) -> bool:
    return other in chain(*issue.links.values())


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
