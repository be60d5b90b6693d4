"""One attribute of search queries, and what a value of it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from local.sandbox.youtrack.errors import invalid_query, not_played
from local.sandbox.youtrack.issues import Issue

Test = Callable[[Issue], bool]


@dataclass(frozen=True)
class Value:
    """
    One value of an attribute.

    :param of: the attribute, as the query calls it.
    :param until: the other end of a range; None for a single value.
    """

    of: str
    text: str
    is_negative: bool = False
    until: str | None = None


@dataclass(frozen=True)
class Criterion:
    """
    An attribute of queries.

    :param key: what it is about: an alias and a translated name have the key of the name.
    :param test_of: what a value of it asks.
    :param names: values that a query may give without the attribute, in lower case.
    """

    key: str
    test_of: Callable[[Value], Test]
    names: frozenset[str] = frozenset()


def number_test(key: str, value: Value) -> Test:
    """Whether a field of numbers has a value, or one of a range with ``*`` for an open end."""
    try:
        low, high = (
            None if text == "*" and value.until is not None else float(text)
            for text in (value.text, value.text if value.until is None else value.until)
        )
    except ValueError:
        raise unused(value) from None

    def test(issue: Issue) -> bool:
        number = issue.values.get(key)
        return (
            number is not None
            and (low is None or number >= low)
            and (high is None or number <= high)
        )

    return test


def plain(value: Value) -> str:
    """The text of a value that is no range."""
    if value.until is not None:
        raise not_played(f'ranges of "{value.of}" in queries', "invalid_query")
    return value.text


def unused(value: Value) -> Exception:
    """A value that the attribute does not have."""
    text = value.text if value.until is None else f"{value.text} .. {value.until}"
    return invalid_query(f'The value "{text}" isn\'t used for the {value.of} field.')
