"""
The code side of the story, in no API's words: pull requests, deployments, releases, incidents.

Everything follows from an issue's own history and a number that its seed and its name give, so that
it is the same whatever else there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """
    Something that happens to a pull request.

    :param at: epoch seconds.
    :param actor_id: a person, or a bot by its name.
    :param kind: commit, force_push, ready, draft, request, team_request, unrequest, approve,
        request_changes, remark, dismiss, comment, queue, unqueue, merge, close, reopen,
        delete_branch or label.
    :param value: a text, a person or an object name.
    """

    at: int
    actor_id: str
    kind: str
    value: Any = None


@dataclass(frozen=True)
class PullStory:
    """
    One pull request.

    :param pull_id: stable id.
    :param team_id: whose repository it is in.
    :param issue: number of the issue that it belongs to; None for a bot's or a hotfix.
    :param incident_id: what a hotfix ends.
    :param link: how it names its issue: ``branch``, ``title``, ``keyword`` or ``both``.
    :param opened_at: epoch seconds; steps before are commits on its branch.
    :param steps: ascending in time.
    :param checks: conclusion of the last commit's checks: SUCCESS, FAILURE, PENDING or None.
    :param merge_oid: object name of what the base branch got; None if it was not merged.
    """

    pull_id: str
    team_id: str
    author_id: str
    title: str
    opened_at: int
    steps: tuple[Step, ...]
    issue: int | None = None
    incident_id: str | None = None
    link: str = "both"
    is_draft: bool = False
    labels: tuple[str, ...] = ()
    additions: int = 0
    deletions: int = 0
    files: int = 0
    checks: str | None = None
    merge_oid: str | None = None

    @property
    def merged_at(self) -> int | None:
        """Epoch seconds."""
        return next((step.at for step in self.steps if step.kind == "merge"), None)


@dataclass(frozen=True)
class DeploymentStory:
    """
    One deployment.

    :param deployment_id: stable id.
    :param oid: the commit of the base branch; None for the repository's first.
    :param statuses: (epoch seconds, QUEUED, IN_PROGRESS, SUCCESS, FAILURE, ERROR or INACTIVE) each.
    """

    deployment_id: str
    team_id: str
    environment: str
    created_at: int
    creator_id: str
    oid: str | None
    statuses: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class ReleaseStory:
    """
    A tag that was published.

    :param oid: the commit that it is of.
    """

    team_id: str
    tag: str
    published_at: int
    author_id: str
    oid: str
    is_prerelease: bool = False


@dataclass(frozen=True)
class IncidentStory:
    """
    Something that broke after a deployment.

    :param deployment_id: the deployment that broke it.
    :param ended_at: epoch seconds; None while it lasts.
    """

    incident_id: str
    team_id: str
    deployment_id: str
    author_id: str
    began_at: int
    ended_at: int | None
    fixed_by: str | None = None


@dataclass(frozen=True)
class CodeStory:
    """Everything that a part of the company did with code, each list ascending in time."""

    pulls: tuple[PullStory, ...]
    deployments: tuple[DeploymentStory, ...]
    releases: tuple[ReleaseStory, ...]
    incidents: tuple[IncidentStory, ...]
