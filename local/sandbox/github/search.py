"""The search for issues and pull requests: the qualifiers that clients use."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from local.sandbox.github.values import Node, moment, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.sandbox.github.store import GitHubStore

_DATES = {
    "created": "createdAt",
    "updated": "updatedAt",
    "closed": "closedAt",
    "merged": "mergedAt",
}
_IS: dict[str, Callable[[Node], bool]] = {
    "issue": lambda i: i["__typename"] == "Issue",
    "pr": lambda i: i["__typename"] == "PullRequest",
    "open": lambda i: not i["closed"],
    "closed": lambda i: bool(i["closed"]),
    "merged": lambda i: bool(i.get("merged")),
    "unmerged": lambda i: i["__typename"] == "PullRequest" and not i["merged"],
    "draft": lambda i: bool(i.get("isDraft")),
}


class SearchError(ValueError):
    """A qualifier that is not known or not played."""


def search(store: GitHubStore, query: str) -> list[Node]:
    """
    What a query finds, the newest first.

    :raises SearchError: for a qualifier that the sandbox does not play.
    """
    tests = [_test(store, term) for term in shlex.split(query)]
    found = [item for item in store.all_items() if all(test(item) for test in tests)]
    return sorted(found, key=lambda item: (item["createdAt"], item["id"]), reverse=True)


def _test(store: GitHubStore, term: str) -> Callable[[Node], bool]:
    if ":" not in term:
        return lambda item: term.lower() in f"{item['title']} {item['body']}".lower()
    name, value = term.split(":", 1)
    if name in ("repo", "org", "user"):
        return _place(name, value)
    if name in ("is", "type", "state") and value in _IS:
        return _IS[value]
    if name == "label":
        return lambda item: any(label["name"] == value for label in item["labels"])
    if name == "author":
        return lambda item: bool(item["author"]) and item["author"]["login"] == value
    if name in _DATES:
        return _time(_DATES[name], value)
    raise SearchError(f"The sandbox does not play {term} in a search.")


def _place(name: str, value: str) -> Callable[[Node], bool]:
    wanted = value.lower()
    if name == "repo":
        return lambda item: item["repository"]["nameWithOwner"].lower() == wanted
    return lambda item: item["repository"]["owner"]["login"].lower() == wanted


def _time(key: str, value: str) -> Callable[[Node], bool]:
    """A day or a moment, a bound, or a range ``a..b``."""
    if match := re.fullmatch(r"(>=|<=|>|<)(.+)", value):
        sign, bound = match[1], match[2]
        low, high = _span(bound)
        if sign in (">=", "<"):
            return lambda i: bool(i.get(key)) and (i[key] >= low) == (sign == ">=")
        return lambda i: bool(i.get(key)) and (i[key] > high) == (sign == ">")
    first, _, last = value.partition("..")
    low, high = _span(first)[0], _span(last or first)[1]
    return lambda i: bool(i.get(key)) and low <= i[key] <= high


def _span(text: str) -> tuple[str, str]:
    """The first and the last second of a day, or a moment twice."""
    if text == "*":
        return "", "9999"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{text}T00:00:00Z", f"{text}T23:59:59Z"
    at = moment(seconds(text))
    return at, at
