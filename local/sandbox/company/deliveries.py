"""What became of merged pull requests: deployments, releases, and incidents after some of them."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from local.sandbox.company.code import (
    CodeStory,
    DeploymentStory,
    IncidentStory,
    PullStory,
    ReleaseStory,
    Step,
)
from local.sandbox.company.pull_life import DEPENDENCY_BOT, DEPLOY_BOT, object_name, pulls_of

if TYPE_CHECKING:
    from local.sandbox.company.story import Story, TeamStory

_HOUR, _DAY = 3600, 86_400
_DEPLOYED_SHARE, _FAILED_SHARE, _BROKEN_SHARE = 0.6, 0.07, 0.12
_RELEASED_EVERY, _UPGRADED_EVERY = 5, 8


def tell_code(story: Story, place: str) -> CodeStory:
    """
    What the teams of a story did with code.

    :param place: the part of the company, by which names of objects differ.
    """
    now = max((issue.updated_at for issue in story.issues), default=0)
    parts = [_team(story, team, place, now) for team in story.teams if len(team.members) > 1]
    return CodeStory(
        tuple(sorted((p for part in parts for p in part.pulls), key=lambda p: p.opened_at)),
        tuple(sorted((d for part in parts for d in part.deployments), key=lambda d: d.created_at)),
        tuple(sorted((r for part in parts for r in part.releases), key=lambda r: r.published_at)),
        tuple(sorted((i for part in parts for i in part.incidents), key=lambda i: i.began_at)),
    )


def _team(story: Story, team: TeamStory, place: str, now: int) -> CodeStory:
    pulls: list[PullStory] = []
    for issue in story.issues:
        homes = [event.new for event in issue.events if event.field == "team"]
        if homes and homes[-1] == team.team_id and not issue.is_hidden:
            pulls += pulls_of(issue, place, team.team_id, team.members, now)
    pulls += _upgrades(pulls, team, place, now)
    delivery = _Delivery(team, place, now)
    return delivery.tell(pulls)


def _upgrades(pulls: list[PullStory], team: TeamStory, place: str, now: int) -> list[PullStory]:
    """A bot's upgrade of a library, beside every so-manieth pull request."""
    told = []
    for pull in pulls[::_UPGRADED_EVERY]:
        pull_id = f"{pull.pull_id}:upgrade"
        rng = Random(pull_id)
        opened_at = pull.opened_at + rng.randint(60, _HOUR)
        merged_at = opened_at + rng.randint(_HOUR, 2 * _DAY)
        steps = [Step(opened_at - 1, DEPENDENCY_BOT, "commit", object_name(pull_id, 1))]
        if merged_at < now:
            reviewer = team.members[0]
            steps += [
                Step(merged_at - 60, reviewer, "approve", ""),
                Step(merged_at, reviewer, "merge"),
            ]
        if opened_at < now:
            told.append(
                PullStory(
                    pull_id, team.team_id, DEPENDENCY_BOT, "Bump requests from 2.34.1 to 2.34.2",
                    opened_at, tuple(steps), labels=("dependencies",), additions=1, deletions=1,
                    files=1, checks="SUCCESS", link="none",
                    merge_oid=object_name(pull_id, "merge") if len(steps) > 1 else None,
                )
            )  # fmt: skip
    return told


class _Delivery:
    """
    Takes what one team merges to production.

    :param now: epoch seconds; nothing happens later.
    """

    def __init__(self, team: TeamStory, place: str, now: int) -> None:
        self._team = team
        self._place = f"{place}:{team.name}"
        self._now = now
        self._deployments: list[DeploymentStory] = []
        self._releases: list[ReleaseStory] = []
        self._incidents: list[IncidentStory] = []
        self._hotfixes: list[PullStory] = []

    def tell(self, pulls: list[PullStory]) -> CodeStory:
        """Everything that happened to these pull requests."""
        merged = sorted(
            ((p.merged_at, p) for p in pulls if p.merged_at is not None), key=lambda pair: pair[0]
        )
        if merged:
            self._deploy(f"{self._place}:seed", None, merged[0][0] - _DAY, "production", "SUCCESS")
        for merged_at, pull in merged:
            rng = Random(f"{pull.pull_id}:delivery")
            self._deploy(
                pull.pull_id,
                pull.merge_oid,
                merged_at + rng.randint(300, 1800),
                "staging",
                "SUCCESS",
            )
            if rng.random() < _DEPLOYED_SHARE:
                self._deliver(rng, pull, merged_at + rng.randint(2 * _HOUR, 9 * _HOUR))
        return CodeStory(
            (*pulls, *self._hotfixes),
            tuple(self._with_ends()),
            tuple(self._releases),
            tuple(self._incidents),
        )

    def _deliver(self, rng: Random, pull: PullStory, at: int) -> None:
        """To production, which fails at times, or breaks something."""
        if rng.random() < _FAILED_SHARE:
            state = rng.choice(("FAILURE", "ERROR"))
            self._deploy(f"{pull.pull_id}:failed", pull.merge_oid, at, "production", state)
            at += rng.randint(600, 3 * _HOUR)
        self._deploy(pull.pull_id, pull.merge_oid, at, "production", "SUCCESS")
        if rng.random() < _BROKEN_SHARE:
            self._break(rng, pull, at)
        elif rng.random() * _RELEASED_EVERY < 1 and at < self._now:
            self._release(rng, pull, at)

    def _release(self, rng: Random, pull: PullStory, at: int) -> None:
        assert pull.merge_oid is not None
        tag = f"v1.{len(self._releases) + 1}.0"
        author = rng.choice(self._team.members)
        self._releases.append(
            ReleaseStory(self._team.team_id, tag, at, author, pull.merge_oid, rng.random() < 0.1)
        )

    def _break(self, rng: Random, pull: PullStory, deployed_at: int) -> None:
        """An incident, which a hotfix ends."""
        began_at = deployed_at + rng.randint(900, 3 * _HOUR)
        fixed_at = began_at + rng.randint(1800, 8 * _HOUR)
        ended_at = fixed_at + rng.randint(600, 2400)
        author = rng.choice(self._team.members)
        if began_at >= self._now:
            return
        incident_id = f"{pull.pull_id}:incident"
        is_fixed = ended_at < self._now
        hotfix_id = f"{pull.pull_id}:hotfix"
        self._incidents.append(
            IncidentStory(
                incident_id, self._team.team_id, f"{pull.pull_id}:production", author, began_at,
                ended_at if is_fixed else None, hotfix_id if is_fixed else None,
            )
        )  # fmt: skip
        if is_fixed:
            self._fix(rng, hotfix_id, incident_id, (began_at, fixed_at, ended_at))

    def _fix(
        self, rng: Random, hotfix_id: str, incident_id: str, times: tuple[int, int, int]
    ) -> None:
        began_at, fixed_at, ended_at = times
        author, reviewer = rng.sample(self._team.members, 2)
        opened_at = began_at + (fixed_at - began_at) // 2
        merge_oid = object_name(hotfix_id, "merge")
        steps = (
            Step(opened_at - 120, author, "commit", object_name(hotfix_id, 1)),
            Step(opened_at + 30, author, "request", reviewer),
            Step(fixed_at - 30, reviewer, "approve", ""),
            Step(fixed_at, author, "merge"),
        )
        self._hotfixes.append(
            PullStory(
                hotfix_id, self._team.team_id, author, "Hotfix: take the last change back",
                opened_at, steps, incident_id=incident_id, labels=("hotfix",), additions=4,
                deletions=31, files=2, checks="SUCCESS", link="keyword", merge_oid=merge_oid,
            )
        )  # fmt: skip
        self._deploy(hotfix_id, merge_oid, ended_at - 300, "production", "SUCCESS")

    def _deploy(self, name: str, oid: str | None, at: int, environment: str, state: str) -> None:
        statuses = [(at + 5, "QUEUED"), (at + 20, "IN_PROGRESS"), (at + 200, state)]
        passed = tuple(status for status in statuses if status[0] < self._now)
        if at < self._now:
            self._deployments.append(
                DeploymentStory(
                    f"{name}:{environment}",
                    self._team.team_id, environment, at, DEPLOY_BOT, oid, passed,
                )
            )  # fmt: skip

    def _with_ends(self) -> list[DeploymentStory]:
        """A success makes the one before it in its environment inactive."""
        ordered = sorted(self._deployments, key=lambda d: (d.created_at, d.deployment_id))
        live: dict[str, int] = {}
        for place, deployment in enumerate(ordered):
            success = next((at for at, state in deployment.statuses if state == "SUCCESS"), None)
            if success is None:
                continue
            if deployment.environment in live:
                before = ordered[live[deployment.environment]]
                ends = (max(success, before.statuses[-1][0] + 1), "INACTIVE")
                ordered[live[deployment.environment]] = replace(
                    before, statuses=(*before.statuses, ends)
                )
            live[deployment.environment] = place
        return ordered
