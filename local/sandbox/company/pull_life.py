"""The life of one pull request, from the history of its issue."""

from __future__ import annotations

import hashlib
from random import Random
from typing import TYPE_CHECKING

from local.sandbox.company.code import PullStory, Step
from local.sandbox.company.rhythm import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.sandbox.company.story import IssueStory

REVIEW_BOT, DEPENDENCY_BOT, DEPLOY_BOT = "acme-reviewer", "dependabot", "github-actions"
_WITHOUT_PULL, _SECOND_PULL, _LEFT_OPEN = 0.12, 0.1, 0.3
_DETOUR_SHARE = 0.06
_DRAFT_SHARE, _BOT_SHARE, _FORCED_SHARE, _STALE_SHARE = 0.3, 0.35, 0.15, 0.25
_LINKS = ("both", "both", "branch", "title", "keyword")
_SIZES = ((1, 8), (10, 60), (40, 240), (150, 900), (600, 4000))
_LEAST_SECONDS = 1800


def object_name(*parts: object) -> str:
    """The SHA-1 that names a commit of the story."""
    return hashlib.sha1(":".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


def pulls_of(
    issue: IssueStory, place: str, team_id: str, members: Sequence[str], now: int
) -> list[PullStory]:
    """
    The pull requests that belong to an issue; work on it begins when it comes into progress.

    :param place: makes names of objects differ from part to part of the company.
    :param members: the people of its team, at least two.
    :param now: epoch seconds; nothing happens later.
    """
    rng = Random(f"{place}:{issue.number}")
    statuses = [event for event in issue.events if event.field == "status"]
    began = next((e for e in statuses if e.new == "progress"), None)
    if began is None or rng.random() < _WITHOUT_PULL:
        return []
    last = statuses[-1]
    is_done, is_given_up = last.new == "resolved", last.new in ("wontfix", "invalid", "duplicate")
    until = last.at if is_done or is_given_up else now
    title = next((e.new for e in issue.events if e.field == "title"), f"Issue {issue.number}")
    count = 2 if is_done and rng.random() < _SECOND_PULL else 1
    told, start = [], began.at
    for part in range(count):
        end = start + (until - start) // (count - part)
        if end - start < _LEAST_SECONDS:
            break
        is_left = is_given_up and rng.random() < _LEFT_OPEN
        fate = "merge" if is_done else "close" if is_given_up and not is_left else "open"
        if fate == "merge" and part < count - 1 and rng.random() < 0.5:
            fate = "close"
        pull_id = f"{place}:{issue.number}:{part + 1}"
        author = began.actor_id if began.actor_id in members else rng.choice(members)
        life = _Life(rng, pull_id, author, members, (start, end), fate)
        told.append(life.tell(team_id, issue.number, title.replace("\u0000", "")))
        start = end
    return told


class _Life:
    """
    Tells one pull request.

    :param span: epoch seconds within which everything happens.
    :param fate: merge, close or open.
    """

    def __init__(
        self,
        rng: Random,
        pull_id: str,
        author: str,
        members: Sequence[str],
        span: tuple[int, int],
        fate: str,
    ) -> None:
        self._rng = rng
        self._pull_id = pull_id
        self._author = author
        others = [member for member in members if member != author]
        self._reviewers = rng.sample(others, min(len(others), rng.choice((1, 1, 2))))
        self._span = span
        self._fate = fate
        self._commits = 0

    def tell(self, team_id: str, issue: int, title: str) -> PullStory:
        """The whole story."""
        rng = self._rng
        is_draft = rng.random() < _DRAFT_SHARE
        before = [self._commit() for _ in range(rng.randint(1, 3))]
        after = self._after_opening(is_draft=is_draft)
        if self._fate == "open":
            after = after[: rng.randrange(len(after) + 1)]
        else:
            after += self._end()
        times = self._times(len(before) + 1 + len(after))
        told = [
            Step(at, actor, kind, value)
            for at, (actor, kind, value) in zip(
                (*times[: len(before)], *times[len(before) + 1 :]), before + after, strict=True
            )
        ]
        size = rng.choice(_SIZES)
        return PullStory(
            pull_id=self._pull_id,
            team_id=team_id,
            author_id=self._author,
            title=title,
            opened_at=times[len(before)],
            steps=tuple(told),
            issue=issue,
            link=rng.choice(_LINKS),
            is_draft=is_draft,
            additions=rng.randint(*size),
            deletions=rng.randint(*size) // 3,
            files=rng.randint(1, 12),
            checks=rng.choices(("SUCCESS", "FAILURE", "PENDING", None), (85, 8, 2, 5))[0],
            merge_oid=object_name(self._pull_id, "merge") if self._fate == "merge" else None,
        )

    def _after_opening(self, *, is_draft: bool) -> list[tuple[str, str, str | None]]:
        rng, author = self._rng, self._author
        steps: list[tuple[str, str, str | None]] = []
        if is_draft:
            steps += [self._commit(), (author, "ready", None)]
        if rng.random() < _BOT_SHARE:
            steps.append((REVIEW_BOT, "remark", "Looks long: 120 lines."))
        if rng.random() < 0.2:
            steps.append((author, "team_request", None))
        steps += [(author, "request", reviewer) for reviewer in self._reviewers]
        for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
            steps += self._round()
        steps += self._detours()
        if rng.random() < 0.3 and self._reviewers:
            steps.append((self._reviewers[0], "comment", "Nice."))
        return steps

    def _detours(self) -> list[tuple[str, str, str | None]]:
        """What happens on few pull requests only."""
        rng, author = self._rng, self._author
        steps: list[tuple[str, str, str | None]] = []
        if rng.random() < _DETOUR_SHARE:
            steps += [(author, "draft", None), self._commit(), (author, "ready", None)]
        if rng.random() < _DETOUR_SHARE and len(self._reviewers) > 1:
            steps.append((author, "unrequest", self._reviewers[1]))
        if rng.random() < _DETOUR_SHARE:
            steps.append((author, "dismiss", None))
        if rng.random() < _DETOUR_SHARE / 2:
            steps += [(author, "close", None), (author, "reopen", None)]
        return steps

    def _round(self) -> list[tuple[str, str, str | None]]:
        if not self._reviewers:
            return []
        reviewer = self._rng.choice(self._reviewers)
        pushed = self._commit()
        if self._rng.random() < _FORCED_SHARE:
            pushed = (pushed[0], "force_push", pushed[2])
        asked = (reviewer, "request_changes", "Please add a test.")
        return [asked, pushed, (self._author, "request", reviewer)]

    def _end(self) -> list[tuple[str, str, str | None]]:
        rng, author = self._rng, self._author
        if self._fate == "close":
            return [(author, "close", None)]
        steps: list[tuple[str, str, str | None]] = []
        if self._reviewers and rng.random() < 0.93:
            steps.append((self._reviewers[0], "approve", rng.choice(("", "LGTM 👍"))))
        if rng.random() < 0.15:
            steps += [(author, "queue", None)] * (1 + (rng.random() < 0.1))
            if len(steps) > 1 and steps[-2][1] == "queue":
                steps.insert(-1, (author, "unqueue", None))
        merger = self._reviewers[0] if self._reviewers and rng.random() < 0.2 else author
        steps.append((merger, "merge", None))
        if rng.random() < 0.7:
            steps.append((merger, "delete_branch", None))
        return steps

    def _commit(self) -> tuple[str, str, str | None]:
        self._commits += 1
        return self._author, "commit", object_name(self._pull_id, self._commits)

    def _times(self, count: int) -> list[int]:
        """Ascending seconds within the span, no two the same."""
        rng, (start, end) = self._rng, self._span
        if self._fate == "open" and rng.random() < _STALE_SHARE:
            end = start + max((end - start) // 4, _LEAST_SECONDS)
        drawn = sorted({moment(rng, start, end) for _ in range(count)})
        while len(drawn) < count:
            drawn = sorted({*drawn, rng.randrange(start, end)})
        return drawn
