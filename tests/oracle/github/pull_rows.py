"""What the published rows of pull requests should say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.oracle.flow.office import worked
from tests.oracle.github.truth import held, home_of, id_of, ms

if TYPE_CHECKING:
    from tests.oracle.flow.compare import Rows
    from tests.oracle.github.truth import Item, Truth

_CLASSES = ((10, "xs"), (50, "s"), (250, "m"), (1000, "l"))
# What an author does, or asks for, before another round of review.
_TURNS = ("pushed", "requested", "readied")


class Event(NamedTuple):
    """Something that moves a pull request on."""

    at: int
    kind: str
    review: int | None = None


@dataclass
class Pull:
    """
    One pull request.

    :param item: its truth.
    :param bots: logins of bots.
    """

    item: Item
    bots: set[str]

    @property
    def created_at(self) -> int:
        """Epoch seconds."""
        at: int = self.item["created_at"]
        return at

    @property
    def begun_at(self) -> int:
        """When the first commit was written, at the latest when it was opened."""
        return min([self.created_at, *(at for _, at in self.item["commits"])])

    @property
    def closed_at(self) -> int | None:
        """When it ended."""
        state, since, _ = self.item["states"][-1]
        return None if state == "open" else int(since)

    @property
    def ready_at(self) -> int | None:
        """When it was no draft for the first time."""
        drafts = self.item["drafts"]
        if not drafts or drafts[0][1] > self.created_at:
            return self.created_at
        left_at: int | None = drafts[0][2]
        return left_at

    def is_by_person(self, review: list[Any]) -> bool:
        """Whether neither a bot nor the author gave it; all deleted accounts may be one."""
        return review[1] not in self.bots and review[1] != self.item["author"]

    @property
    def reviews(self) -> list[list[Any]]:
        """Those by people."""
        return [review for review in self.item["reviews"] if self.is_by_person(review)]

    def events(self) -> list[Event]:
        """In order."""
        item = self.item
        found = [Event(at, "pushed") for at in item["pushes"] if at > self.created_at]
        found += [Event(at, "requested") for at, _ in item["requests"]]
        found += [Event(r[0], "reviewed", n) for n, r in enumerate(item["reviews"])]
        found += [Event(at, "dismissed", n) for at, n in item["dismissals"]]
        for _, since, until in item["drafts"]:
            found += [Event(since, "drafted")] if since > self.created_at else []
            found += [Event(until, "readied")] if until is not None else []
        found += [Event(since, "turned") for _, since, _ in item["states"][1:]]
        return sorted(found, key=lambda event: event.at)

    def rounds(self) -> dict[int, int]:
        """Place of a review by a person -> its round."""
        found: dict[int, int] = {}
        is_another, number = True, 0
        for event in self.events():
            if event.kind in _TURNS:
                is_another = True
            elif event.kind == "reviewed" and self._is_counted(event):
                number += is_another
                is_another = False
                assert event.review is not None
                found[event.review] = number
        return found

    def _is_counted(self, event: Event) -> bool:
        return self.is_by_person(self.item["reviews"][event.review])

    def step_at(self, at: int) -> str:
        """What it is at a time."""
        item = self.item
        if at < self.created_at:
            return "coding"
        if held(item["states"], at) != "open":
            return "closed"
        if held(item["drafts"], at):
            return "coding"
        said: dict[str | None, str] = {}
        last_asked = last_reviewed = -1
        for event in [event for event in self.events() if event.at <= at]:
            review = item["reviews"][event.review] if event.review is not None else None
            if event.kind == "requested":
                last_asked = event.at
            elif event.kind == "reviewed" and review and self._is_counted(event):
                last_reviewed = event.at
                if review[2] != "COMMENTED":
                    said[review[1]] = review[2]
            elif event.kind == "dismissed" and review:
                said.pop(review[1], None)
        if set(said.values()) == {"APPROVED"}:
            return "waiting_for_merge"
        return "in_review" if last_reviewed > last_asked else "waiting_for_review"

    def steps(self) -> list[tuple[str, int, int | None]]:
        """Its steps, one after the other, up to its end."""
        times = sorted({self.begun_at, self.created_at, *(event.at for event in self.events())})
        found: list[tuple[str, int, int | None]] = []
        for place, at in enumerate(times):
            if self.closed_at is not None and at >= self.closed_at:
                break
            until = times[place + 1] if place + 1 < len(times) else None
            step = self.step_at(at)
            if found and found[-1][0] == step:
                at = found.pop()[1]
            found.append((step, at, until))
        if found and self.closed_at is not None:
            found[-1] = (*found[-1][:2], self.closed_at)
        return found


def pulls_of(truth: Truth) -> list[Pull]:
    """All that exist."""
    return [Pull(item, truth.bots) for item in truth.pulls]


def pull_rows(truth: Truth) -> Rows:
    """Id -> what ``fct_pull_requests`` says."""
    return {(id_of(pull.item),): _pull_row(truth, pull) for pull in pulls_of(truth)}


def _pull_row(truth: Truth, pull: Pull) -> dict[str, Any]:
    item, reviews = pull.item, pull.reviews
    asked = [at for at, _ in item["requests"]]
    in_time = [r for r in reviews if pull.closed_at is None or r[0] <= pull.closed_at]
    reviewed = [at for at, _, _ in in_time]
    waits = [at for at in (pull.ready_at, *asked) if at is not None]
    waits_from, first = min(waits, default=None), min(reviewed, default=None)
    merged_at, (additions, deletions, files) = item["merged_at"], item["size"]
    lines = additions + deletions
    is_known = waits_from is not None and first is not None and waits_from <= first
    return {
        "outcome": {"open": "open", "merged": "merged"}.get(item["states"][-1][0], "closed"),
        "team": truth.team_of(home_of(item)),
        "is_draft": bool(held(item["drafts"])),
        "is_author_bot": item["author"] in truth.bots,
        "author_login": item["author"],
        "additions": additions,
        "deletions": deletions,
        "changed_files": files,
        "size_class": next((name for least, name in _CLASSES if lines < least), "xl"),
        "commits": len(item["commits"]),
        "reviews": len(reviews),
        "reviewers": len({login for _, login, _ in reviews}),
        "review_rounds": max(pull.rounds().values(), default=0),
        "merge_commit": item["merge_oid"],
        "created_at": ms(pull.created_at),
        "first_commit_at": ms(min((at for _, at in item["commits"]), default=None)),
        "ready_at": ms(pull.ready_at),
        "review_requested_at": ms(min(asked, default=None)),
        "first_review_at": ms(first),
        "approved_at": ms(min((at for at, _, s in in_time if s == "APPROVED"), default=None)),
        "merged_at": ms(merged_at),
        "closed_at": ms(pull.closed_at),
        "waits_from": ms(waits_from),
        "time_to_first_review_seconds": first - waits_from if is_known else None,
        "working_time_to_first_review_seconds": worked_between(waits_from, first)
        if is_known
        else None,
        "time_to_merge_seconds": None if merged_at is None else merged_at - pull.begun_at,
    }


def worked_between(start: int | None, end: int | None) -> int | None:
    """Working seconds; those of a first review before anybody waited for it count as negative."""
    if start is None or end is None:
        return None
    return worked(start * 1000, end * 1000) if start <= end else -worked(end * 1000, start * 1000)


def step_rows(truth: Truth) -> Rows:
    """(Id, number) -> what ``fct_pull_request_steps`` says."""
    return {
        (id_of(pull.item), number): {
            "step": step,
            "entered_at": ms(entered_at),
            "left_at": ms(left_at),
            "is_current": left_at is None,
            "duration_seconds": None if left_at is None else left_at - entered_at,
            "working_duration_seconds": worked_between(entered_at, left_at),
        }
        for pull in pulls_of(truth)
        for number, (step, entered_at, left_at) in enumerate(pull.steps(), start=1)
    }


def review_rows(truth: Truth) -> Rows:
    """(Id, when, who) -> what ``fct_reviews`` says."""
    rows: Rows = {}
    for pull in pulls_of(truth):
        rounds, dismissed = pull.rounds(), {n: at for at, n in pull.item["dismissals"]}
        for number, review in enumerate(pull.item["reviews"]):
            at, login, state = review
            rows[id_of(pull.item), ms(at), login] = {
                "state": state.lower(),
                "is_bot": login in truth.bots,
                "is_author": login == pull.item["author"],
                "is_review_by_person": pull.is_by_person(review),
                "review_round": rounds.get(number),
                "dismissed_at": ms(dismissed.get(number)),
            }
    return rows


HOW = ("closes", "connected", "cross_reference", "keyword", "title", "branch")


def link_rows(truth: Truth, known: set[str] | None = None) -> Rows:
    """
    (Id of an issue, of a pull request) -> what ``v_issue_pull_requests`` says.

    :param known: ids of the issues that were ever read; nobody can tell any more what a text names
        by the number that an issue had before its transfer, unless it was read under that.
    """
    rows: Rows = {}
    for item in truth.pulls:
        for how, issue in item["links"]:
            if how == "keyword" and known is not None and issue not in known:
                continue
            if current := truth.current(issue):
                row = rows.setdefault(
                    (current, id_of(item)), {f"is_by_{name}": False for name in HOW}
                )
                row[f"is_by_{how}"] = True
                row["is_implementation"] = any(
                    row[f"is_by_{name}"] for name in HOW if name != "cross_reference"
                )
    return rows
