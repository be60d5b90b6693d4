"""The code side of the story as pull requests, deployments and releases."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from local.sandbox.github import boards, pulls, timeline
from local.sandbox.github.boards import DONE, IN_REVIEW
from local.sandbox.github.deliveries import deploy, publish, set_deployment_status
from local.sandbox.github.issues import open_issue
from local.sandbox.github.oddities import put_pull_oddities
from local.sandbox.github.truth import truth_of

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
_CHANGES: dict[str, Callable[[GitHubStore, Node, int, Node | None], None]] = {
    "close": pulls.give_up,
    "delete_branch": pulls.delete_branch,
    "dismiss": pulls.dismiss_last,
    "draft": partial(pulls.set_draft, draft=True),
    "queue": pulls.enqueue,
    "ready": partial(pulls.set_draft, draft=False),
    "reopen": timeline.reopen,
    "unqueue": pulls.dequeue,
}
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
        """Everything that happens in the repositories of these teams."""
        for story in filter(self._is_here, code.pulls):
            self._put_pull(story)
        for deployment in filter(self._is_here, code.deployments):
            self._agenda.put(deployment.created_at, partial(self._deploy, deployment))
            for at, state in deployment.statuses:
                self._agenda.put(at, partial(self._set_status, deployment, at, state))
        for incident in filter(self._is_here, code.incidents):
            self._agenda.put(incident.began_at, partial(self._report, incident))
            if incident.ended_at is not None:
                self._agenda.put(incident.ended_at, partial(self._end, incident, incident.ended_at))
        for release in filter(self._is_here, code.releases):
            self._agenda.put(release.published_at, partial(self._publish, release))

    def _is_here(self, story: PullStory | DeploymentStory | IncidentStory | ReleaseStory) -> bool:
        return story.team_id in self._repository_of

    def _put_pull(self, story: PullStory) -> None:
        self._agenda.put(story.opened_at, partial(self._open, story))
        for step in story.steps:
            if step.at > story.opened_at:
                self._agenda.put(step.at, partial(self._step, story, step))

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
        if not story.is_draft:
            self._show_in_review(story, story.opened_at)
        put_pull_oddities(self._store, self._agenda, pull, story.opened_at)
        for issue in closes:
            links = ("closes", "keyword", "cross_reference")
            truth_of(pull).links += [[how, issue["id"]] for how in links]
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
            incident = self._incidents[story.incident_id]
            if at := story.merged_at:
                # Linked once it is merged, so that the merge does not close the incident.
                self._agenda.put(at + 1, partial(self._connect, story, incident, at + 1))
            number = incident["number"]
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
        if story.link == "title":
            at = story.opened_at + 1
            self._agenda.put(at, partial(self._connect, story, issue, at))
        is_here = issue["repository"] is home
        spelled = f"#{number}" if is_here else f"{issue['repository']['nameWithOwner']}#{number}"
        branch = f"feature/{slug}" if story.link == "title" else f"{number}-{slug}"
        if story.link in ("both", "keyword"):
            return story.title, f"Closes {spelled}", branch, [issue]
        title = f"{story.title} ({spelled})" if story.link == "title" else story.title
        return title, "", branch, []

    def _connect(self, story: PullStory, issue: Node, at: int) -> None:
        """Somebody links the issue by hand, which both timelines tell."""
        pull = self._pulls[story.pull_id]
        truth_of(pull).links += [["connected", issue["id"]], ["closes", issue["id"]]]
        actor = self._people.of(story.author_id)
        pull["closingIssuesReferences"].append(issue)
        issue["closedByPullRequestsReferences"].append(pull)
        for source, subject in ((pull, issue), (issue, pull)):
            timeline.happen(
                self._store, source, "ConnectedEvent", at, actor, source=source, subject=subject,
                isCrossRepository=issue["repository"] is not pull["repository"],
            )  # fmt: skip

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
        pull, actor = self._pulls[story.pull_id], self._people.of(step.actor_id)
        if step.kind == "merge":
            self._merge(story, pull, step.at, actor)
        elif step.kind in ("commit", "force_push"):
            self._push(story, pull, step, actor)
        elif step.kind in _VERDICTS:
            self._review(pull, step, actor)
        elif step.kind in ("request", "unrequest"):
            change = pulls.request_review if step.kind == "request" else pulls.unrequest_review
            for reviewer in self._people.known([step.value]):
                change(self._store, pull, step.at, actor, reviewer)
        elif step.kind == "team_request":
            team = self._team_of[story.team_id]
            pulls.request_review(self._store, pull, step.at, actor, team)
        elif step.kind == "comment":
            timeline.comment(self._store, pull, step.at, actor, step.value)
        else:
            _CHANGES[step.kind](self._store, pull, step.at, actor)
            if step.kind == "ready":
                self._show_in_review(story, step.at)

    def _show_in_review(self, story: PullStory, at: int) -> None:
        """A board of GitHub's shows that an issue's pull request waits for its review."""
        issue = self._issue_of(story.issue) if story.issue is not None else None
        if issue is not None and not issue["closed"]:
            for entry in issue["projectItems"]:
                boards.move(self._store, entry, at, None, IN_REVIEW, is_automated=True)

    def _push(self, story: PullStory, pull: Node, step: Step, actor: Node | None) -> None:
        commit = self._commit(story, pull["repository"], step)
        if step.kind == "commit":
            pulls.push(self._store, pull, step.at, commit)
        else:
            pulls.force_push(self._store, pull, step.at, actor, commit)

    def _review(self, pull: Node, step: Step, actor: Node | None) -> None:
        given = pulls.review(self._store, pull, step.at, actor, _VERDICTS[step.kind], step.value)
        if step.kind != "approve":
            pulls.remark(self._store, given, step.at, "src/module_0.py", step.value)

    def _merge(self, story: PullStory, pull: Node, at: int, actor: Node | None) -> None:
        home = pull["repository"]
        message = f"{pull['title']} (#{pull['number']})"
        author = pull["author"]
        assert story.merge_oid is not None
        commit = self._store.add_commit(home, at, author, message, story.merge_oid)
        self._commits[story.merge_oid] = commit
        pulls.merge(self._store, pull, at, actor, commit)
        for issue in pull["closingIssuesReferences"]:
            told = {"isCrossRepository": False, "isDirectReference": True, "commit": commit}
            timeline.happen(self._store, issue, "ReferencedEvent", at, actor, **told)
            if not issue["closed"]:
                timeline.close(self._store, issue, at, actor, "COMPLETED", closer=pull)
                for entry in issue["projectItems"]:
                    boards.move(self._store, entry, at, None, DONE, is_automated=True)

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
        set_deployment_status(self._store, self._deployments[story.deployment_id], at, state)

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
