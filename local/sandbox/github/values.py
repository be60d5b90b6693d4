"""Ids, times and object names as GitHub spells them."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

import msgspec

Node = dict[str, Any]


class Named(Node):
    """A node that is shown by its id: what it refers to would be everything."""

    def __repr__(self) -> str:
        return f"<{self['__typename']} {self['id']}>"


_PREFIXES = {
    "Bot": "BOT",
    "Commit": "C",
    "Deployment": "DE",
    "DeploymentStatus": "DES",
    "Discussion": "D",
    "Issue": "I",
    "IssueComment": "IC",
    "IssueType": "IT",
    "Label": "LA",
    "Mannequin": "M",
    "Milestone": "MI",
    "Organization": "O",
    "ProjectV2": "PVT",
    "ProjectV2Field": "PVTF",
    "ProjectV2Item": "PVTI",
    "ProjectV2IterationField": "PVTIF",
    "ProjectV2SingleSelectField": "PVTSSF",
    "PullRequest": "PR",
    "PullRequestCommit": "PURC",
    "PullRequestReview": "PRR",
    "Ref": "REF",
    "Release": "RE",
    "Repository": "R",
    "ReviewRequest": "RR",
    "Tag": "TA",
    "Team": "T",
    "User": "U",
}


def node_id(kind: str, repository_id: int | None, database_id: int | str) -> str:
    """
    An opaque id: a prefix, and in base64 what GitHub puts there.

    :param repository_id: of what belongs to a repository.
    """
    parts = [0, database_id] if repository_id is None else [0, repository_id, database_id]
    packed = base64.urlsafe_b64encode(msgspec.msgpack.encode(parts)).decode().rstrip("=")
    return f"{_prefix(kind)}_{packed}"


@cache
def _prefix(kind: str) -> str:
    # Four letters of each word: capitals alone are the same for labelled and locked.
    words = re.findall("[A-Z][a-z0-9]*", kind)
    return _PREFIXES.get(kind) or "".join(word[:4] for word in words).upper()


@lru_cache(maxsize=10_000)
def moment(at: int) -> str:
    """Epoch seconds as GitHub writes times."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(text: str) -> int:
    """
    Epoch seconds of a time.

    :raises ValueError: if it is none, or has no time zone.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return int(at.timestamp())


def oid(*parts: object) -> str:
    """The SHA-1 that names a git object."""
    return hashlib.sha1(":".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()
