"""The code side of the story: it follows from the issues, is repeatable, and as odd as life."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest

from local.sandbox.company.deliveries import tell_code
from local.sandbox.company.generator import generate
from local.sandbox.company.story import tell

if TYPE_CHECKING:
    from local.sandbox.company.code import CodeStory, DeploymentStory
    from local.sandbox.company.story import Story


@pytest.fixture(scope="module")
def story() -> Story:
    return tell(generate(seed=7, tasks=400, days=200))


@pytest.fixture(scope="module")
def code(story: Story) -> CodeStory:
    return tell_code(story, "here")


def test_the_same_story_has_the_same_code(story: Story, code: CodeStory) -> None:
    assert tell_code(story, "here") == code
    names = {pull.merge_oid for pull in code.pulls if pull.merge_oid}
    assert not names & {pull.merge_oid for pull in tell_code(story, "there").pulls}


def test_a_pull_request_does_not_depend_on_how_many_others_there_are(story: Story) -> None:
    """Half of the issues alone have the same pull requests, but for a bot's."""
    half = story.issues[: len(story.issues) // 2]
    alone = tell_code(type(story)(story.people, story.teams, half, ()), "here")
    whole = tell_code(story, "here")
    done = {p.pull_id: p for p in whole.pulls if p.issue is not None and p.merged_at is not None}
    told = {p.pull_id: p for p in alone.pulls if p.issue is not None and p.merged_at is not None}
    assert told.keys() <= done.keys()
    assert all(done[key] == pull for key, pull in told.items())
    assert len(told) > 50


def test_a_pull_request_lives_within_the_work_on_its_issue(story: Story, code: CodeStory) -> None:
    issues = {issue.number: issue for issue in story.issues}
    seen = 0
    for pull in code.pulls:
        if pull.issue is None:
            continue
        statuses = [e for e in issues[pull.issue].events if e.field == "status"]
        began = next(e.at for e in statuses if e.new == "progress")
        assert began <= pull.steps[0].at < pull.opened_at
        if pull.merged_at is not None:
            assert statuses[-1].new == "resolved"
            assert pull.merged_at < statuses[-1].at
        seen += 1
    assert seen > 200


def test_steps_ascend_and_commits_come_before_the_opening(code: CodeStory) -> None:
    for pull in code.pulls:
        times = [step.at for step in pull.steps]
        assert times == sorted(times)
        assert pull.steps[0].kind == "commit"
        assert pull.steps[0].at < pull.opened_at


def test_every_kind_of_step_happens(code: CodeStory) -> None:
    kinds = Counter(step.kind for pull in code.pulls for step in pull.steps)
    assert kinds.keys() == {
        *("commit", "force_push", "ready", "draft", "request", "team_request", "unrequest"),
        *("approve", "request_changes", "remark", "dismiss", "comment", "queue", "unqueue"),
        *("merge", "close", "reopen", "delete_branch"),
    }
    assert {pull.checks for pull in code.pulls} == {"SUCCESS", "FAILURE", "PENDING", None}
    assert {pull.link for pull in code.pulls} == {"both", "branch", "title", "keyword", "none"}


def test_nobody_reviews_their_own(code: CodeStory) -> None:
    for pull in code.pulls:
        for step in pull.steps:
            if step.kind in ("approve", "request_changes"):
                assert step.actor_id != pull.author_id
            if step.kind == "request":
                assert step.value != pull.author_id


def test_what_is_deployed_was_merged_before(code: CodeStory) -> None:
    merged = {pull.merge_oid: pull.merged_at for pull in code.pulls if pull.merge_oid}
    first: set[str] = set()
    for deployment in code.deployments:
        if deployment.oid is None:
            assert deployment.team_id not in first
        else:
            merged_at = merged[deployment.oid]
            assert merged_at is not None
            assert merged_at < deployment.created_at
        first.add(deployment.team_id)
    states = Counter(d.statuses[-1][1] for d in code.deployments if d.environment == "production")
    assert states["FAILURE"]
    assert states["ERROR"]
    assert states["INACTIVE"] > 20


def test_a_success_makes_the_one_before_inactive(code: CodeStory) -> None:
    """At each time one deployment at most is live in an environment of a team."""
    live: defaultdict[tuple[str, str], list[DeploymentStory]] = defaultdict(list)
    for deployment in code.deployments:
        if any(state == "SUCCESS" for _, state in deployment.statuses):
            live[deployment.team_id, deployment.environment].append(deployment)
    for deployments in live.values():
        ends = [d.statuses[-1][1] for d in deployments]
        assert ends.count("SUCCESS") == 1
        for deployment in deployments:
            times = [at for at, _ in deployment.statuses]
            assert times == sorted(times)


def test_an_incident_follows_a_deployment_and_a_hotfix_ends_it(code: CodeStory) -> None:
    deployments = {d.deployment_id: d for d in code.deployments}
    pulls = {pull.pull_id: pull for pull in code.pulls}
    assert len(code.incidents) > 5
    for incident in code.incidents:
        broken = deployments[incident.deployment_id]
        success = next(at for at, state in broken.statuses if state == "SUCCESS")
        assert broken.environment == "production"
        assert success < incident.began_at
        if incident.fixed_by is not None:
            hotfix = pulls[incident.fixed_by]
            assert hotfix.labels == ("hotfix",)
            assert hotfix.merged_at is not None
            assert incident.ended_at is not None
            assert incident.began_at < hotfix.opened_at < hotfix.merged_at < incident.ended_at


def test_releases_are_of_what_was_merged(code: CodeStory) -> None:
    merged = {pull.merge_oid for pull in code.pulls}
    assert len(code.releases) > 5
    assert {release.oid for release in code.releases} <= merged
    assert len({(r.team_id, r.tag) for r in code.releases}) == len(code.releases)
