"""The code side of the story as pull requests, deployments and releases."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from local.sandbox.github import pulls, timeline
from local.sandbox.github.deliveries import deploy, publish, set_deployment_status
from local.sandbox.github.issues import open_issue

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.sandbox.company.code import (
        CodeStory,
        DeploymentStory,
        IncidentStory,
        PullStory,
        ReleaseStory,
        Step,
    )
    from local.sandbox.github.agenda import Agenda
    from local.sandbox.github.people import People
    from local.sandbox.github.store import GitHubStore
    from local.sandbox.github.values import Node

INCIDENT = "incident"
Key = str | None
_VERDICTS = {"approve": "APPROVED", "request_changes": "CHANGES_REQUESTED", "remark": "COMMENTED"}


class CodeReplay:
    """
    Puts one part's code side on the agenda.

    :param key_of: number of an issue and a time -> its key at that time; None for GitHub's own.
    :param issue_of: number of an issue -> the issue, for GitHub's own.
    :param team_of: id of a team -> its team of people.
    """

    def __init__(
        self,
        store: GitHubStore,
        people: People,
        agenda: Agenda,
        repository_of: dict[str, Node],
        team_of: dict[str, Node],
        key_of: Callable[[int, int], Key],
        issue_of: Callable[[int], Node | None],
    ) -> None:
        self._store = store
        self._people = people
        self._agenda = agenda
        self._repository_of = repository_of
        self._team_of = team_of
        self._key_of = key_of
        self._issue_of = issue_of
        self._pulls: dict[str, Node] = {}
        self._commits: dict[str, Node] = {}
        self._incidents: dict[str, Node] = {}
        self._deployments: dict[str, Node] = {}

    def put(self, code: CodeStory) -> None:
        """Everything that happens."""
        put = self._agenda.put
        for story in code.pulls:
            if story.team_id in self._repository_of:
                put(story.opened_at, partial(self._open, story))
                for step in story.steps:
                    if step.at > story.opened_at:
                        put(step.at, partial(self._step, story, step))
        for deployment in code.deployments:
            if deployment.team_id in self._repository_of:
                put(deployment.created_at, partial(self._deploy, deployment))
                for at, state in deployment.statuses:
                    put(at, partial(self._set_status, deployment, at, state))
        for incident in code.incidents:
            if incident.team_id in self._repository_of:
                put(incident.began_at, partial(self._report, incident))
                if incident.ended_at is not None:
                    put(incident.ended_at, partial(self._end, incident, incident.ended_at))
        for release in code.releases:
            if release.team_id in self._repository_of:
                put(release.published_at, partial(self._publish, release))

    # Pull requests ------------------------------------------------------------------------------

    def _open(self, story: PullStory) -> None:
        home = self._repository_of[story.team_id]
        author = self._people.of(story.author_id)
        title, body, branch, closes = self._words(story, home)
        before = [s for s in story.steps if s.kind == "commit" and s.at <= story.opened_at]
        pull = pulls.open_pull(
            self._store, home, story.opened_at, author, title, body, branch,
            [self._commit(story, home, step) for step in before],
            story=story.pull_id,
            isDraft=story.is_draft,
            additions=story.additions, deletions=story.deletions, changedFiles=story.files,
            files=_files(story),
        )  # fmt: skip
        self._pulls[story.pull_id] = pull
        for label in story.labels:
            timeline.put_label(self._store, pull, story.opened_at, author, label)
        for issue in closes:
            pull["closingIssuesReferences"].append(issue)
            issue["closedByPullRequestsReferences"].append(pull)
            timeline.happen(
                self._store, issue, "CrossReferencedEvent", story.opened_at, author,
                isCrossRepository=issue["repository"] is not home, willCloseTarget=True,
                referencedAt=pull["createdAt"], source=pull, target=issue, url=pull["url"],
            )  # fmt: skip

    def _words(self, story: PullStory, home: Node) -> tuple[str, str, str, list[Node]]:
        """Title, body, branch, and the issues that are closed by it."""
        if story.incident_id:
            number = self._incidents[story.incident_id]["number"]
            return f"{story.title} (#{number})", "", f"hotfix/{number}", []
        if story.issue is None:
            return story.title, "", f"{story.author_id}/pip/requests-2.34.2", []
        issue = self._issue_of(story.issue)
        slug = f"change-{story.pull_id.rsplit(':', 1)[-1]}"
        if issue is None:
            key = self._key_of(story.issue, story.opened_at)
            if key is None:
                return story.title, "", f"feature/{slug}", []
            title = story.title if story.link == "branch" else f"{key} {story.title}"
            branch = f"feature/{slug}" if story.link == "title" else f"feature/{key}-{slug}"
            return title, f"Part of {key}." if story.link == "keyword" else "", branch, []
        number = issue["number"]
        is_here = issue["repository"] is home
        spelled = f"#{number}" if is_here else f"{issue['repository']['nameWithOwner']}#{number}"
        branch = f"feature/{slug}" if story.link == "title" else f"{number}-{slug}"
        if story.link in ("both", "keyword"):
            return story.title, f"Closes {spelled}", branch, [issue]
        return f"{story.title} ({spelled})", "", branch, []

    def _commit(self, story: PullStory, home: Node, step: Step) -> Node:
        author = self._people.of(step.actor_id)
        message = f"{story.title}\n\nStep of {story.pull_id}."
        commit = self._store.add_commit(home, step.at, author, message, step.value)
        commit["statusCheckRollup"] = (
            self._store.add("StatusCheckRollup", step.at, home, state=story.checks)
            if story.checks
            else None
        )
        self._commits[commit["oid"]] = commit
        return commit

    def _step(self, story: PullStory, step: Step) -> None:
        store, pull, at = self._store, self._pulls[story.pull_id], step.at
        actor = self._people.of(step.actor_id)
        if step.kind in ("commit", "force_push"):
            commit = self._commit(story, pull["repository"], step)
            if step.kind == "commit":
                pulls.push(store, pull, at, commit)
            else:
                pulls.force_push(store, pull, at, actor, commit)
        elif step.kind in _VERDICTS:
            given = pulls.review(store, pull, at, actor, _VERDICTS[step.kind], step.value)
            if step.kind != "approve":
                pulls.remark(store, given, at, "src/module.py", step.value)
        elif step.kind == "request":
            for reviewer in self._people.known([step.value]):
                pulls.request_review(store, pull, at, actor, reviewer)
        elif step.kind == "team_request":
            pulls.request_review(store, pull, at, actor, self._team_of[story.team_id])
        elif step.kind == "comment":
            timeline.comment(store, pull, at, actor, step.value)
        elif step.kind == "ready":
            pulls.set_draft(store, pull, at, actor, draft=False)
        elif step.kind == "queue":
            pulls.enqueue(store, pull, at, actor)
        elif step.kind == "close":
            pulls.give_up(store, pull, at, actor)
        elif step.kind == "delete_branch":
            pulls.delete_branch(store, pull, at, actor)
        elif step.kind == "merge":
            self._merge(story, pull, at, actor)

    def _merge(self, story: PullStory, pull: Node, at: int, actor: Node | None) -> None:
        home = pull["repository"]
        message = f"{pull['title']} (#{pull['number']})"
        author = pull["author"]
        assert story.merge_oid is not None
        commit = self._store.add_commit(home, at, author, message, story.merge_oid)
        self._commits[story.merge_oid] = commit
        pulls.merge(self._store, pull, at, actor, commit)
        for issue in pull["closingIssuesReferences"]:
            if not issue["closed"]:
                timeline.close(self._store, issue, at, actor, "COMPLETED", closer=pull)

    # Deliveries ---------------------------------------------------------------------------------

    def _deploy(self, story: DeploymentStory) -> None:
        home = self._repository_of[story.team_id]
        commit = self._commits[story.oid] if story.oid else home["commits"][0]
        creator = self._people.of(story.creator_id)
        self._deployments[story.deployment_id] = deploy(
            self._store,
            home,
            story.created_at,
            creator,
            story.environment,
            commit,
            story.deployment_id,
        )

    def _set_status(self, story: DeploymentStory, at: int, state: str) -> None:
        deployment = self._deployments[story.deployment_id]
        set_deployment_status(self._store, deployment, at, state)

    def _publish(self, story: ReleaseStory) -> None:
        publish(
            self._store, self._repository_of[story.team_id], story.published_at,
            self._people.of(story.author_id), story.tag, self._commits[story.oid],
            is_prerelease=story.is_prerelease,
        )  # fmt: skip

    # Incidents ----------------------------------------------------------------------------------

    def _report(self, story: IncidentStory) -> None:
        home = self._repository_of[story.team_id]
        author = self._people.of(story.author_id)
        sha = self._deployments[story.deployment_id]["commitOid"][:7]
        issue = open_issue(
            self._store, home, story.began_at, author, f"Incident after {sha} went live", "",
            story.incident_id,
        )  # fmt: skip
        timeline.put_label(self._store, issue, story.began_at, author, INCIDENT)
        self._incidents[story.incident_id] = issue

    def _end(self, story: IncidentStory, at: int) -> None:
        issue = self._incidents[story.incident_id]
        timeline.close(self._store, issue, at, self._people.of(story.author_id), "COMPLETED")


def _files(story: PullStory) -> list[Node]:
    return [
        {
            "path": f"src/module_{number}.py",
            "additions": story.additions // story.files,
            "deletions": story.deletions // story.files,
            "changeType": "MODIFIED",
        }
        for number in range(story.files)
    ]
