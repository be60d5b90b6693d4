"""Options of a GitHub instance in ``flowmart.yaml``."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from flowmart.sources.options import Options

Release = Literal["deployments", "releases", "tags", "branch"]


def _name_with_owner(name: str) -> str:
    if not re.fullmatch(r"[^/\s]+/[^/\s]+", name):
        raise ValueError(f"{name!r} is no repository such as acme/payments")
    return name


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
    return text


def _as_list(given: object) -> object:
    return [given] if isinstance(given, str) else given


Repository = Annotated[str, AfterValidator(_name_with_owner)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class Deployments(BaseModel):
    """
    What counts as a deployment.

    :param sources: deployments, releases, tags, or commits of a branch; written ``from``.
    :param branch: the branch of ``branch``; each repository's default branch if left out.
    :param production: environments that are production.
    :param late_days: how long after a deployment its statuses, or a release's publication, may
        follow: so far back windows look again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: Annotated[list[Release], BeforeValidator(_as_list)] = Field(
        default=["deployments", "releases"], alias="from", min_length=1
    )
    branch: str | None = None
    production: Pattern = "(?i)^prod"
    late_days: int = Field(default=7, ge=0, le=365)


class GithubOptions(Options):
    """
    What is read of a GitHub, and how it is understood.

    :param organizations: organizations (or users) whose repositories are read.
    :param repositories: single repositories, as ``owner/name``.
    :param exclude_repositories: those that are not read after all.
    :param boards: whether projects (version 2) are read; the token needs a permission for them.
    :param members: whether the people and teams of organizations are read.
    :param deployments: what counts as a deployment.
    :param budget_share: the part of the token's hourly budget that this instance may use up.
    :param status_labels: labels that are statuses of open issues.
    :param type_labels: labels that are types of issues.
    :param status_from_board: number or title of the project whose field Status is the status.
    :param estimate_field: the field of issues that is their estimate.
    :param branch_pattern: finds issue keys in branch names and titles of pull requests.
    :param bots: logins that are bots beside those that GitHub marks.
    """

    organizations: list[str] = Field(default_factory=list)
    repositories: list[Repository] = Field(default_factory=list)
    exclude_repositories: list[Repository] = Field(default_factory=list)
    boards: bool = True
    members: bool = True
    deployments: Deployments = Field(default_factory=Deployments)
    budget_share: float = Field(default=0.8, gt=0, le=1)
    status_labels: list[str] = Field(default_factory=list)
    type_labels: list[str] = Field(default_factory=list)
    status_from_board: int | str | None = None
    estimate_field: str | None = None
    branch_pattern: Pattern | None = None
    bots: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _fits_together(self) -> GithubOptions:
        listed = {name.lower() for name in self.repositories}
        if both := listed & {name.lower() for name in self.exclude_repositories}:
            raise ValueError(f"{', '.join(sorted(both))} is listed and excluded")
        if self.status_from_board is not None and not self.boards:
            raise ValueError("status_from_board needs boards, which are switched off")
        return self

    def leaves_out(self, name_with_owner: str) -> bool:
        """Whether a repository of an organization is not read."""
        return name_with_owner.lower() in {name.lower() for name in self.exclude_repositories}
