"""A GitHub of the test's own: nodes in the shapes that queries/*.graphql ask for."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flowmart.transform.runner import BatchContext
from tests.records import make_record

if TYPE_CHECKING:
    from flowmart.sources.base import Record

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday, hour 0
CONTEXT = BatchContext(options={"bots": ["robot"]})
INSTANCE = "github"
SHOP, SITE = "R_shop", "R_site"


def at(hour: float) -> str:
    """An hour, counted from START, as GitHub writes times."""
    return f"{START + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ}"


def instant(hour: float) -> datetime:
    """The same as a time."""
    return START + timedelta(hours=hour)


def hour_of(moment: datetime | None) -> float | None:
    """The inverse of :func:`instant`."""
    return None if moment is None else (moment - START) / timedelta(hours=1)


def actor(login: str | None) -> dict[str, Any] | None:
    """An account; None is one that was deleted, and those that end in [bot] are apps."""
    if login is None:
        return None
    kind = "Bot" if login.endswith("[bot]") else "User"
    return {"__typename": kind, "id": f"U_{login}", "login": login}


def repository(id: str) -> dict[str, Any]:
    """A repository as other nodes name it."""
    return {"id": id, "nameWithOwner": f"acme/{id.removeprefix('R_')}"}


def nodes(*items: Any, **more: Any) -> dict[str, Any]:
    """A connection that is complete."""
    return {"totalCount": len(items), "nodes": list(items), **more}


@dataclass
class GitHub:
    """
    Holds what GitHub would answer; times are hours since Monday, 2026-01-05.

    :param home: the repository of what is added.
    :param base: what numbers of what is added begin after.
    """

    home: str = SHOP
    base: int = 0
    streams: dict[str, dict[str, Record]] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        """Two repositories, without boards, members and milestones."""
        for stream in ("issues", "pull_requests", "deployments", "boards", "members", "milestones"):
            self.streams.setdefault(stream, {})
        for number, id in enumerate((SHOP, SITE), start=1):
            self.repository(id, number)

    def repository(self, id: str, number: int) -> None:
        """Add a repository; its name is its id without the prefix."""
        self.put(
            "repositories",
            {"databaseId": number, "name": id.removeprefix("R_"), "createdAt": at(-1000),
             "defaultBranchRef": {"name": "main"}, **repository(id)},
        )  # fmt: skip

    def put(self, stream: str, node: dict[str, Any], hour: float = 0) -> None:
        """Add or replace a record."""
        version = round(instant(hour).timestamp() * 1000)
        record = make_record(node["id"], None, version, node)
        self.streams.setdefault(stream, {})[node["id"]] = record

    def event(self, kind: str, hour: float | None, by: str | None = "ann", **more: Any) -> Any:
        """An item of a timeline."""
        times = {} if hour is None else {"createdAt": at(hour)}
        author = "author" if kind in ("IssueComment", "PullRequestReview") else "actor"
        number = next(self._ids)
        return {"__typename": kind, "id": f"E_{number}", author: actor(by), **times, **more}

    def commit(self, hour: float, oid: str, authored: float | None = None) -> Any:
        """A commit of a pull request."""
        return {
            "__typename": "PullRequestCommit", "id": f"C_{oid}",
            "pushed": {"oid": oid, "committedDate": at(hour), "messageHeadline": oid,
                       "authoredDate": at(hour if authored is None else authored),
                       "author": {"name": "Ann", "user": {"id": "U_ann", "login": "ann"}}},
        }  # fmt: skip

    def review(self, hour: float, state: str, by: str | None = "bob", **more: Any) -> Any:
        """A review."""
        fields = {"submittedAt": at(hour), "state": state, "comments": {"totalCount": 1}}
        return self.event("PullRequestReview", hour, by, **fields, **more)

    def issue(self, number: int, *timeline: Any, hour: float = 0, **more: Any) -> str:
        """
        An issue.

        :param timeline: its items.
        :param hour: when it was created.
        :param more: further members.
        """
        node = self._item("Issue", number, timeline, hour, more)
        node |= {"stateReason": None, "parent": None, "issueType": None} | more
        self.put("issues", node, 500)
        return str(node["id"])

    def pull(self, number: int, *timeline: Any, hour: float = 0, **more: Any) -> str:
        """A pull request by ann, of 20 changed lines, into main."""
        node = self._item("PullRequest", number, timeline, hour, more)
        reviews = sum(item["__typename"] == "PullRequestReview" for item in timeline)
        commits = sum(item["__typename"] == "PullRequestCommit" for item in timeline)
        node |= {
            "isDraft": False, "merged": False, "mergedAt": None, "mergedBy": None, "body": "",
            "baseRefName": "main", "headRefName": f"branch-of-{number}", "headRefOid": "abc",
            "headRepository": repository(SHOP), "isCrossRepository": False, "mergeCommit": None,
            "additions": 15, "deletions": 5, "changedFiles": 2, "reviewDecision": None,
            "isInMergeQueue": False, "reviews": {"totalCount": reviews},
            "commits": {"totalCount": commits}, "closingIssuesReferences": nodes(),
            "headCommit": nodes(
                {"commit": {"oid": "abc", "statusCheckRollup": {"state": "SUCCESS"}}}),
        }  # fmt: skip
        self.put("pull_requests", node | more, 500)
        return str(node["id"])

    def _item(
        self, kind: str, number: int, timeline: Any, hour: float, more: dict[str, Any]
    ) -> dict[str, Any]:
        number += self.base
        return {
            "__typename": kind, "id": f"{kind[0]}_{number}", "number": number,
            "title": f"{kind} {number}", "url": f"https://github.com/acme/shop/x/{number}",
            "state": "OPEN", "createdAt": at(hour), "updatedAt": at(500), "closedAt": None,
            "author": actor("ann"), "repository": repository(self.home), "milestone": None,
            "labels": nodes(), "assignees": nodes(), "comments": {"totalCount": 0},
            "timelineItems": nodes(*timeline, filteredCount=len(timeline)),
            **more,
        }  # fmt: skip

    def merged(self, hour: float, **more: Any) -> dict[str, Any]:
        """The members of a pull request that was merged, but for its timeline."""
        commit = {"oid": f"m{hour}", "committedDate": at(hour)}
        return {"state": "MERGED", "merged": True, "mergedAt": at(hour), "closedAt": at(hour),
                "mergeCommit": commit, "mergedBy": actor("bob"), **more}  # fmt: skip

    def merge(self, hour: float) -> tuple[Any, Any]:
        """What a merge leaves in the timeline."""
        return (
            self.event("MergedEvent", hour, "bob", mergeRefName="main", mergeCommit={"oid": "m"}),
            self.event("ClosedEvent", hour, "bob", stateReason=None),
        )

    def deploy(
        self, number: int, hour: float, *, commit: float | None = None, state: str = "SUCCESS",
        **more: Any,
    ) -> str:  # fmt: skip
        """
        A deployment of main to production, which ends five minutes later.

        :param commit: time of what is deployed.
        """
        number += self.base
        end = {"id": f"S_{number}", "createdAt": at(hour + 1 / 12), "state": state,
               "environment": "production", "creator": actor("bob")}  # fmt: skip
        node = {
            "__typename": "Deployment", "id": f"D_{number}", "createdAt": at(hour),
            "updatedAt": at(hour), "environment": "production", "state": state,
            "commitOid": f"c{number}", "ref": {"name": "main"}, "repository": repository(self.home),
            "creator": actor("bob"), "statuses": nodes(end),
            "commit": {"oid": f"c{number}",
                       "committedDate": at(hour if commit is None else commit)},
            **more,
        }  # fmt: skip
        self.put("deployments", node, hour)
        return str(node["id"])

    def release(self, number: int, hour: float) -> None:
        """A release of what was committed half an hour earlier."""
        number += self.base
        node = {
            "__typename": "Release", "id": f"RE_{number}", "createdAt": at(hour),
            "updatedAt": at(hour), "publishedAt": at(hour), "name": f"v{number}",
            "tagName": f"v{number}", "isDraft": False, "isPrerelease": False,
            "url": f"https://github.com/acme/shop/releases/v{number}",
            "repository": repository(self.home), "author": actor("bob"),
            "tagCommit": {"oid": f"c{number}", "committedDate": at(hour - 0.5)},
        }  # fmt: skip
        self.put("deployments", node, hour)

    def records(self) -> dict[str, list[Record]]:
        """All streams."""
        return {stream: list(records.values()) for stream, records in self.streams.items()}
