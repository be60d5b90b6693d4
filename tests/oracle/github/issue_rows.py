"""What the published rows of issues should say."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.oracle.github.truth import EVER, held, home_of, id_of, ms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.oracle.flow.compare import Rows
    from tests.oracle.github.truth import Item, Truth

LABELS = ("in progress", "blocked")
_DELIVERED = "closed:completed"


class Stay(NamedTuple):
    """A stay in a status."""

    status: str
    entered_at: int
    left_at: int | None

    @property
    def category(self) -> str:
        """What the status means."""
        if self.status.startswith("closed"):
            return "done"
        return "todo" if self.status == "open" else "in_progress"


def status_at(item: Item, at: int) -> str:
    """Closed as something, else the label that came last of those that are statuses, else open."""
    state = str(held(item["states"], at))
    if state != "open":
        opened = max(stay[1] for stay in item["states"] if stay[0] == "open" and stay[1] <= at)
        if item["discussed_at"] is not None and opened <= item["discussed_at"] <= at:
            return "closed:discussion"
        return _closed(state)
    here = [stay for stay in item["labels"] if stay[0] in LABELS and held([stay], at)]
    return f"label:{max(here, key=lambda stay: int(stay[1]))[0]}" if here else "open"


def stays(item: Item) -> list[Stay]:
    """Its statuses one after the other, closings that were taken back at once among them."""
    others = {at for stay in item["labels"] for at in stay[1:] if at is not None}
    others |= {item["discussed_at"]} - {None}
    found: list[Stay] = []
    for state, since, until in item["states"]:
        inside = (at for at in others if at > since and (until is None or at < until))
        for at, left_at in pairwise([since, *sorted(inside), until]):
            status = status_at(item, at) if at != left_at else _closed(state)
            _join(found, Stay(status, at, left_at))
    return found


def _join(found: list[Stay], stay: Stay) -> None:
    """Add a stay; one in the same status goes on."""
    if found and found[-1].status == stay.status:
        stay = stay._replace(entered_at=found.pop().entered_at)
    found.append(stay)


def _closed(state: str) -> str:
    return _DELIVERED if state == "closed" else state


def issue_rows(truth: Truth) -> Rows:
    """Id -> what ``fct_issues`` says of today."""
    rows: Rows = {}
    for item in truth.issues:
        parent, home = held(item["parents"]), home_of(item)
        rows[id_of(item),] = {
            "readable_id": f"{home}#{item['homes'][-1][2]}",
            "status_id": status_at(item, EVER),
            "status_category": stays(item)[-1].category,
            "issue_type": held(item["types"]) or "default",
            "team": truth.team_of(home),
            "project_id": truth.repositories[home],
            "parent_id": truth.current(parent) if parent else None,
            "created_at": ms(item["created_at"]),
        }
    return rows


def visit_rows(truth: Truth) -> Rows:
    """(Id, when) -> what ``fct_issue_status_intervals`` says, but for what held for no time."""
    rows: Rows = {}
    for item in truth.issues:
        lasting: list[Stay] = []
        for stay in stays(item):
            if stay.entered_at != stay.left_at:
                _join(lasting, stay)
        for stay in lasting:
            rows[id_of(item), ms(stay.entered_at)] = {
                "status_id": stay.status,
                "status_category": stay.category,
                "left_at": ms(stay.left_at),
            }
    return rows


def joined(rows: Iterable[dict[str, Any]]) -> Rows:
    """Published visits without those that held for no time, as :func:`visit_rows` tells them."""
    found: Rows = {}
    lasting = [row for row in rows if row["left_at"] != row["entered_at"]]
    last: dict[str, tuple[Any, ...]] = {}
    for row in sorted(lasting, key=lambda row: (row["issue_id"], row["entered_at"])):
        before = found.get(last.get(row["issue_id"], ()))
        if before and before["status_id"] == row["status_id"]:
            before["left_at"] = row["left_at"]
        else:
            last[row["issue_id"]] = row["issue_id"], row["entered_at"]
            found[last[row["issue_id"]]] = dict(row)
    return found


class Completion(NamedTuple):
    """A time of being done."""

    entered_at: int
    left_at: int | None
    outcome: str


def completions(item: Item) -> list[Completion]:
    """The times of being done; the last reason of each counts."""
    found: list[Completion] = []
    before = None
    for stay in stays(item):
        if stay.category == "done":
            entered_at = found.pop().entered_at if before == "done" else stay.entered_at
            outcome = "delivered" if stay.status == _DELIVERED else "discarded"
            found.append(Completion(entered_at, stay.left_at, outcome))
        before = stay.category
    return found


def delivery_rows(truth: Truth) -> Rows:
    """(Id, number) -> what ``fct_issue_deliveries`` says."""
    rows: Rows = {}
    for item in truth.issues:
        for number, done in enumerate(found := completions(item), start=1):
            rows[id_of(item), number] = {
                "delivered_at": ms(done.entered_at),
                "outcome": done.outcome,
                "reopened_at": ms(done.left_at),
                "is_reopened": done.left_at is not None,
                "is_last": number == len(found),
                "team": truth.team_of(home_of(item, done.entered_at)),
                "issue_type": held(item["types"], done.entered_at) or "default",
                "lead_time_seconds": done.entered_at - item["created_at"],
            }
    return rows


def transfer_rows(truth: Truth) -> Rows:
    """(Id, when) -> what ``fct_transfers`` says of what timelines tell."""
    return {
        (id_of(item), ms(to[3])): {
            "from_project_id": truth.repositories[left[1]],
            "to_project_id": truth.repositories[to[1]],
            "current_item_id": id_of(item),
            "item_type": "issue",
        }
        for item in truth.issues
        for left, to in pairwise(item["homes"])
    }


def redirects(truth: Truth, known: set[str]) -> dict[str, str]:
    """Former id, of those that were read once -> the id that the issue has today."""
    return {
        home[0]: id_of(item)
        for item in truth.issues
        for home in item["homes"][:-1]
        if home[0] in known
    }
