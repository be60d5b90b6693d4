"""What the published rows of deployments, and the five metrics, should say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import median
from typing import TYPE_CHECKING, Any

from tests.oracle.github.issue_rows import completions
from tests.oracle.github.pull_rows import pulls_of
from tests.oracle.github.truth import home_of, id_of, ms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.oracle.flow.compare import Rows
    from tests.oracle.github.pull_rows import Pull
    from tests.oracle.github.truth import Item, Truth

Incident = tuple["Item", int, int | None]
INCIDENT = "incident"


@dataclass(frozen=True)
class Deployed:
    """A deployment, or a release."""

    id: str
    kind: str
    repository: str
    environment: str
    oid: str
    committed_at: int
    created_at: int
    finished_at: int | None
    status: str

    @property
    def is_production(self) -> bool:
        """Whether it counts."""
        return self.environment.startswith("prod")


def deployed(truth: Truth) -> list[Deployed]:
    """All deployments and releases."""
    found = []
    for told in truth.told["deployments"]:
        ends = {
            word: min((at for at, state in told["statuses"] if state in states), default=None)
            for word, states in (("success", ("SUCCESS",)), ("failure", ("FAILURE", "ERROR")))
        }
        status = next((word for word, at in ends.items() if at is not None), "pending")
        found.append(
            Deployed(
                told["id"], "deployment", told["repository"], told["environment"], told["oid"],
                told["committed_at"], told["created_at"], ends.get(status), status,
            )
        )  # fmt: skip
    for told in truth.told["releases"]:
        environment = "pre-release" if told["is_prerelease"] else "production"
        found.append(
            Deployed(
                told["id"], "release", told["repository"], environment, told["oid"],
                told["committed_at"], told["published_at"], told["published_at"], "success",
            )
        )  # fmt: skip
    return found


def deployment_rows(truth: Truth) -> Rows:
    """Id -> what ``fct_deployments`` says."""
    return {
        (one.id,): {
            "deployment_kind": one.kind,
            "is_production": one.is_production,
            "team": truth.team_of(one.repository),
            "project_id": truth.repositories[one.repository],
            "commit_oid": one.oid,
            "committed_at": ms(one.committed_at),
            "created_at": ms(one.created_at),
            "finished_at": ms(one.finished_at),
            "status": one.status,
            "is_failed": one.status == "failure",
        }
        for one in deployed(truth)
    }


@dataclass
class Reached:
    """
    A deployment that reached production.

    :param changes: the pull requests that it brought.
    :param incidents: (began, ended) of those that are put down to it.
    """

    one: Deployed
    at: int
    until: int | None
    changes: list[Pull]
    incidents: list[tuple[int, int | None]]
    repairs: int = 0

    @property
    def recovery_seconds(self) -> int | None:
        """From the first incident to the end of the last one, if all are over."""
        ends = [end for _, end in self.incidents if end is not None]
        if not ends or len(ends) < len(self.incidents):
            return None
        return max(ends) - min(began for began, _ in self.incidents)

    def lead_times(self) -> list[int]:
        """From the first commit to the deployment, of those in which that takes time."""
        begun = (min(at for _, at in pull.item["commits"]) for pull in self.changes)
        return [self.at - at for at in begun if at <= self.at]


def reached(truth: Truth, kept: set[str]) -> list[Reached]:
    """
    The deployments that reached production, in order.

    :param kept: ids of issues that were deleted after they had been read; they count as before.
    """
    found: list[Reached] = []
    there = [one for one in deployed(truth) if one.is_production and one.status == "success"]
    deploying = {one.repository for one in there if one.kind == "deployment"}
    done = [
        (one.finished_at, one.committed_at, one.id, one)
        for one in there
        if one.kind == "deployment" or one.repository not in deploying
    ]
    for at, _, _, one in sorted(done, key=lambda entry: entry[:3]):
        before = [
            other.one.committed_at for other in found if other.one.repository == one.repository
        ]
        found.append(Reached(one, at, max(before, default=None), [], []))
    incidents = list(_incidents(truth, kept))
    _bring(truth, found, {id_of(item) for item, *_ in incidents})
    _break(truth, found, incidents)
    return found


def _bring(truth: Truth, found: list[Reached], incidents: set[str]) -> None:
    """Each pull request comes with the first deployment that has it and not only what was there."""
    repairs = {
        id_of(pull)
        for pull in truth.pulls
        for how, issue in pull["links"]
        if how != "cross_reference" and id_of(truth.by_id[issue]) in incidents
    }
    for pull in pulls_of(truth):
        merged_at = pull.item["merged_at"]
        for deployment in found if merged_at is not None else ():
            one, until = deployment.one, deployment.until
            is_here = one.repository == home_of(pull.item) and until is not None
            if is_here and until is not None and until < merged_at <= one.committed_at:
                deployment.changes.append(pull)
                deployment.repairs += id_of(pull.item) in repairs
                break


def _incidents(truth: Truth, kept: set[str]) -> Iterable[Incident]:
    """Each with its beginning and its end; what was closed without having been done was none."""
    for item in [*truth.issues, *(truth.by_id[issue] for issue in kept)]:
        if any(name == INCIDENT and left is None for name, _, left in item["labels"]):
            last = completions(item)[-1:]
            over = [done for done in last if done.left_at is None]
            was_open = not over and id_of(item) in kept
            if not was_open and not any(done.outcome == "discarded" for done in over):
                yield item, item["created_at"], over[0].entered_at if over else None


def _break(truth: Truth, found: list[Reached], incidents: list[Incident]) -> None:
    """An incident is put down to the last deployment of its team before it."""
    for item, began, ended in incidents:
        team = truth.team_of(home_of(item))
        before = [r for r in found if truth.team_of(r.one.repository) == team and r.at <= began]
        if before:
            before[-1].incidents.append((began, ended))


def dora_rows(truth: Truth, kept: set[str]) -> Rows:
    """Id -> what ``v_dora_deployments`` says."""
    return {
        (entry.one.id,): {
            "finished_at": ms(entry.at),
            "team": truth.team_of(entry.one.repository),
            "is_seed": entry.until is None,
            "changes": len(entry.changes),
            "incidents": len(entry.incidents),
            "is_change_failure": bool(entry.incidents),
            "failed_at": ms(min((began for began, _ in entry.incidents), default=None)),
            "recovery_seconds": entry.recovery_seconds,
            "is_rework": entry.repairs > 0 if entry.changes else None,
        }
        for entry in reached(truth, kept)
    }


def monthly_rows(truth: Truth, kept: set[str], last: date) -> Rows:
    """(Team, project, month) -> what ``v_dora_monthly`` says, up to the month of a day."""
    groups: dict[tuple[str, str], list[Reached]] = defaultdict(list)
    for entry in reached(truth, kept):
        name = entry.one.repository.partition("/")[2]
        team = truth.team_of(entry.one.repository)
        for scope in ((team, name), (team, "(all)"), ("(all)", "(all)")):
            groups[scope].append(entry)
    rows: Rows = {}
    for scope, entries in groups.items():
        by_month: dict[date, list[Reached]] = defaultdict(list)
        for entry in entries:
            by_month[_day(entry).replace(day=1)].append(entry)
        for month in _months(min(by_month), max(*by_month, last.replace(day=1))):
            rows[*scope, month] = _month_row(by_month.get(month, []))
    return rows


def _month_row(entries: list[Reached]) -> dict[str, Any]:
    failed = sum(bool(entry.incidents) for entry in entries)
    known = [entry for entry in entries if entry.changes]
    reworked = sum(entry.repairs > 0 for entry in known)
    recoveries = [e.recovery_seconds for e in entries if e.recovery_seconds is not None]
    lead_times = [seconds for entry in entries for seconds in entry.lead_times()]
    return {
        "deployments": len(entries),
        "deployment_days": len({_day(entry) for entry in entries}),
        "failed_deployments": failed,
        "rework_deployments": reworked,
        "deployments_with_changes": len(known),
        "recoveries": len(recoveries),
        "changes": sum(len(entry.changes) for entry in entries),
        "lead_time_n": len(lead_times),
        "lead_time_p50_seconds": _median(lead_times),
        "recovery_p50_seconds": _median(recoveries),
        "change_failure_rate": failed / len(entries) if entries else None,
        "rework_rate": reworked / len(known) if known else None,
    }


def _median(numbers: list[int]) -> float | None:
    return float(median(numbers)) if numbers else None


def _day(entry: Reached) -> date:
    return datetime.fromtimestamp(entry.at, UTC).date()


def _months(first: date, last: date) -> Iterable[date]:
    while first <= last:
        yield first
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
