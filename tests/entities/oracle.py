"""What the desk's marts have to hold, worked out slowly from everything that was loaded."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.entities.desk import SNAPSHOTS
from tests.records import payload_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from flowmart.sources.base import Record

Rows = Counter[tuple[Any, ...]]


@dataclass
class Oracle:
    """Remembers what was loaded; :meth:`marts` says what has to come of it."""

    records: dict[str, dict[str, Record]] = field(default_factory=lambda: defaultdict(dict))
    snapshots: dict[str, tuple[datetime, list[Record]]] = field(default_factory=dict)

    def load(self, landed_at: datetime, streams: Mapping[str, Iterable[Record]]) -> None:
        """Of each record the highest version counts, of each snapshot the one landed last."""
        for stream, records in streams.items():
            if stream in SNAPSHOTS:
                known = self.snapshots.get(stream)
                if known is None or known[0] <= landed_at:
                    self.snapshots[stream] = (landed_at, list(records))
                continue
            for record in records:
                known_record = self.records[stream].get(record.record_id)
                if known_record is None or known_record.version <= record.version:
                    self.records[stream][record.record_id] = record

    def marts(self) -> dict[str, Rows]:
        """Name of each published table -> its rows, as tuples in the order of its contract."""
        teams, machines = self._listed("teams"), self._listed("machines")
        tickets = {id: payload_of(r) for id, r in self.records["tickets"].items()}
        comments = [(r.record_id, r.parent_id, payload_of(r).get("author"))
                    for r in self.records["ticket_comments"].values()]  # fmt: skip
        reports = [self._report(id, teams, machines) for id in self.records["reports"]]
        steps = [self._step(record, tickets, teams)
                 for record in self.records["ticket_steps"].values()]  # fmt: skip
        authors = {t.get("author") for t in tickets.values()} | {author for *_, author in comments}
        named_teams = {t.get("team") for t in tickets.values()} | {_id(r[5]) for r in reports}
        return {
            "fct_tickets": Counter(
                (_key(id), "desk", id, ticket["title"], _key(ticket.get("team")),
                 teams.get(ticket.get("team"), {}).get("name"), _key(ticket.get("author")),
                 sum(parent == id for _, parent, _ in comments), self._missing_reason(id))
                for id, ticket in tickets.items()
            ),
            "fct_ticket_comments": Counter(
                (_key(id), _key(ticket), "desk", _key(author)) for id, ticket, author in comments
            ),
            "fct_ticket_steps": Counter(steps),
            "fct_reports": Counter(reports),
            "dim_teams": Counter(
                [(_key(id), "desk", id, t.get("name"), t.get("lead"), True)
                 for id, t in teams.items()]
                + [(_key(id), "desk", id, None, None, False)
                   for id in named_teams - teams.keys() - {None}]
            ),
            "dim_machines": Counter(
                [(_key(id), "desk", id, m.get("site"), m.get("colour"), _key(m.get("team")), True)
                 for id, m in machines.items()]
                + [(_key(id), "desk", id, None, None, None, False)
                   for id in {_id(r[3]) for r in reports} - machines.keys()]
            ),
            "dim_users": Counter(
                [(_key(id), "desk", id, u["login"], u["name"], "user", True, True)
                 for id, u in self._listed("users").items()]
                + [(_key(id), "desk", id, None, None, "user", None, False)
                   for id in authors - self._listed("users").keys() - {None}]
            ),
            "agg_ticket_work": work_of(steps),
            "agg_reports_daily": days_of(reports),
        }  # fmt: skip

    def _listed(self, stream: str) -> dict[str, Any]:
        _, records = self.snapshots.get(stream, (None, []))
        return {record.record_id: payload_of(record) for record in records}

    def _step(self, record: Record, tickets: Any, teams: Any) -> tuple[Any, ...]:
        step, ticket = payload_of(record), tickets[record.parent_id]
        return (
            _key(record.record_id), _key(record.parent_id), "desk", _key(ticket.get("team")),
            teams.get(ticket.get("team"), {}).get("name"), date.fromisoformat(step["day"]),
            step["state"], step["minutes"], Decimal(step["cost"]),
        )  # fmt: skip

    def _report(self, id: str, teams: Any, machines: Any) -> tuple[Any, ...]:
        report = payload_of(self.records["reports"][id])
        machine = machines.get(report["machine"], {})
        readings = [payload_of(r) for r in self.records["report_readings"].values()
                    if r.parent_id == id]  # fmt: skip
        return (
            _key(id), "desk", date.fromisoformat(report["day"]), _key(report["machine"]),
            machine.get("site"), _key(machine.get("team")),
            teams.get(machine.get("team"), {}).get("name"),
            sum(r["starts"] for r in readings), sum(Decimal(r["energy"]) for r in readings),
        )  # fmt: skip

    def _missing_reason(self, id: str) -> str | None:
        found = self.records["ticket_tombstones"].get(id)
        if found is None or self.records["tickets"][id].version > found.version:
            return None
        state = str(payload_of(found)["record_state"])
        return None if state == "present" else state


def work_of(steps: Iterable[tuple[Any, ...]]) -> Rows:
    """The sums over rows of ``fct_ticket_steps``."""
    groups = defaultdict(list)
    for _, _, instance, _, team, day, state, minutes, cost in steps:
        groups[instance, team, day, state].append((minutes, cost))
    return Counter(
        (*group, len(rows), sum(m for m, _ in rows), sum(c for _, c in rows))
        for group, rows in groups.items()
    )


def days_of(reports: Iterable[tuple[Any, ...]]) -> Rows:
    """The days that rows of ``fct_reports`` make."""
    groups = defaultdict(list)
    for _, instance, day, machine, site, _, _, starts, energy in reports:
        groups[instance, day].append((machine, site, starts, energy))
    return Counter(
        (
            *group, len(rows), len({machine for machine, *_ in rows}),
            max(starts for _, _, starts, _ in rows),
            len({site for _, site, *_ in rows if site}), sum(energy for *_, energy in rows),
        )
        for group, rows in groups.items()
    )  # fmt: skip


def _key(id: str | None) -> str | None:
    return None if id is None else f"desk:{id}"


def _id(key: str | None) -> str | None:
    return None if key is None else key.removeprefix("desk:")
