"""The truth about everything, for tests to compare with what was read over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.github.values import seconds

if TYPE_CHECKING:
    from local.sandbox.github.store import GitHubStore


def told(store: GitHubStore) -> dict[str, Any]:
    """
    What really happened, as plain values.

    ``items`` are issues and pull requests that ever were, ``transfers`` ``[old id, new id, at]``.
    """
    items = [dict(vars(truth)) for truth in store.truth]
    transfers = [
        [old[0], new[0], new[3]]
        for truth in store.truth
        for old, new in zip(truth.homes, truth.homes[1:], strict=False)
    ]
    deployments = [
        {
            "story": deployment["__story"],
            "id": deployment["id"],
            "repository": repository["nameWithOwner"],
            "environment": deployment["environment"],
            "oid": deployment["commitOid"],
            "committed_at": seconds(deployment["commit"]["committedDate"]),
            "created_at": seconds(deployment["createdAt"]),
            "statuses": [
                [seconds(status["createdAt"]), status["state"]]
                for status in reversed(deployment["statuses"])
            ],
        }
        for repository in store.repositories
        for deployment in repository["deployments"]
    ]
    releases = [
        {
            "id": release["id"],
            "repository": repository["nameWithOwner"],
            "tag": release["tagName"],
            "oid": release["tagCommit"]["oid"],
            "committed_at": seconds(release["tagCommit"]["committedDate"]),
            "published_at": seconds(release["publishedAt"]),
            "is_prerelease": release["isPrerelease"],
        }
        for repository in store.repositories
        for release in repository["releases"]
    ]
    return {
        "items": items,
        "deployments": deployments,
        "releases": releases,
        "transfers": transfers,
    }
