"""What people go on to do on GitHub while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.company.pull_life import DEPLOY_BOT
from local.sandbox.github import boards, issues, pulls, timeline
from local.sandbox.github.deliveries import deploy, publish, set_deployment_status
from local.sandbox.github.values import oid

if TYPE_CHECKING:
    from local.sandbox.github.store import GitHubStore
    from local.sandbox.github.values import Node

_REASONS = ("COMPLETED", "NOT_PLANNED", "DUPLICATE", None)
_MINUTE = 60


class Living:
    """
    Edits a store; each time is later than all before.

    :param store: what happened so far.
    :param at: epoch seconds after which everything happens.
    """

    def __init__(self, store: GitHubStore, at: int) -> None:
        self._store = store
        self.at = max(at, store.now)
        self._bot = store.users[DEPLOY_BOT]
        self.has_moved = False
        self._people = [u for u in store.users.values() if u["__typename"] == "User"]

    def _next(self) -> int:
        self.at = max(self.at, self._store.now) + _MINUTE
        return self.at

    def _person(self, number: int) -> Node:
        return self._people[number % len(self._people)]

    def _home(self, name: str) -> Node:
        found = self._store.repository(self._store.login, name)
        assert found is not None
        return found

    def _issues(self) -> list[Node]:
        return [i for i in self._home("platform")["issues"] if not i["locked"]]

    def move_and_delete(self) -> None:
        """In the middle of a walk: two transfers and a deletion, of what was read and was not."""
        if self.has_moved:
            return
        self.has_moved = True
        found = self._issues()
        issues.transfer(
            self._store, found[-1], self._home("operations"), self._next(), self._person(1)
        )
        issues.transfer(self._store, found[0], self._home("search"), self._next(), self._person(2))
        issues.delete(self._store, found[5], self._next())
        issues.delete(self._store, found[-2], self._next())

    def spend_a_day(self, number: int) -> None:
        """A bit of everything."""
        for step, issue in enumerate(self._issues()[number::7]):
            self._work_on(step, issue)
        for step, pull in enumerate(self._open_pulls()[number::3]):
            self._review(step, pull)
        if number:
            self._transfer_again()

    def _transfer_again(self) -> None:
        """What was transferred before, parents, and one whose label its new home does not have."""
        home, person = self._home("storefront"), self._person(1)
        there = [i for i in self._home("search")["issues"] if len(i["__truth"].homes) > 1]
        labelled = next(issue for issue in self._issues() if not issue["closed"])
        timeline.put_label(self._store, labelled, self._next(), person, "blocked")
        parents = [issue for issue in self._issues() if issue["subIssues"]]
        for issue in (there[0], labelled, *(p for p in parents[:2] if p is not labelled)):
            issues.transfer(self._store, issue, home, self._next(), person)

    def _work_on(self, step: int, issue: Node) -> None:
        person = self._person(step)
        timeline.assign(self._store, issue, self._next(), person, person)
        if issue["closed"] and step % 2:
            timeline.close(self._store, issue, self._next(), person, _REASONS[step % 4])
        elif issue["closed"]:
            timeline.reopen(self._store, issue, self._next(), person)
            timeline.put_label(self._store, issue, self._next(), person, "in progress")
        else:
            timeline.put_label(self._store, issue, self._next(), person, "blocked")
            timeline.close(self._store, issue, self._next(), person, _REASONS[step % 4])
        types = self._store.organization["issueTypes"]
        issues.set_type(self._store, issue, self._next(), person, types[step % len(types)])

    def _open_pulls(self) -> list[Node]:
        return [p for r in self._store.repositories for p in r["pullRequests"] if not p["closed"]]

    def _review(self, step: int, pull: Node) -> None:
        store, author = self._store, pull["author"]
        reviewer = next(p for p in self._people[step:] + self._people if p is not author)
        pulls.request_review(store, pull, self._next(), author, reviewer)
        pulls.review(store, pull, self._next(), reviewer, "CHANGES_REQUESTED", "Why?")
        if step % 4 == 0:
            pulls.dismiss_last(store, pull, self._next(), author)
        sha = oid(pull["id"], self.at)
        commit = store.add_commit(pull["repository"], self._next(), author, "Better", sha)
        pulls.push(store, pull, self.at, commit)
        if step % 4 == 1:
            pulls.give_up(store, pull, self._next(), author)
            return
        if pull["isDraft"]:
            pulls.set_draft(store, pull, self._next(), author, draft=False)
        pulls.review(store, pull, self._next(), reviewer, "APPROVED", "")
        if step % 4 == 2:
            self._merge(pull)

    def _merge(self, pull: Node) -> None:
        store, home = self._store, pull["repository"]
        sha = oid(pull["id"], "merge")
        commit = store.add_commit(home, self._next(), pull["author"], pull["title"], sha)
        pulls.merge(store, pull, self.at, pull["author"], commit)
        deployment = deploy(store, home, self._next(), self._bot, "production", commit)
        set_deployment_status(store, deployment, self._next(), "IN_PROGRESS")
        set_deployment_status(store, deployment, self._next(), "SUCCESS")
        publish(store, home, self._next(), None, f"v9.{self.at}", commit)

    def act_quietly(self) -> None:
        """What the time of the last update does not show."""
        open_ones = [i for i in self._issues() if not i["closed"] and i["parent"] is None]
        parent, child, other, *_ = open_ones
        issues.add_sub_issue(self._store, parent, child, self._next(), self._person(3))
        pull = self._open_pulls()[0]
        pull["__truth"].links.append(["cross_reference", other["id"]])
        timeline.happen(
            self._store, other, "CrossReferencedEvent", self._next(), self._person(4),
            isCrossRepository=True, willCloseTarget=False, referencedAt=pull["createdAt"],
            source=pull, target=other, url=pull["url"],
        )  # fmt: skip
        for entry in child["projectItems"]:
            boards.move(self._store, entry, self._next(), None, boards.IN_REVIEW)
