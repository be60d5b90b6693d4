"""Random runs of the desk's instance, in every order that Airflow and people may bring about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.entities.desk import SNAPSHOTS, Desk, day
from tests.entities.oracle import Oracle, days_of, work_of
from tests.records import make_record

if TYPE_CHECKING:
    from random import Random

    from flowmart.core.batch import Batch
    from flowmart.landing.manifest import Manifest
    from tests.entities.oracle import Rows
    from tests.entities.warehouse import Warehouse

_TEAMS, _MACHINES, _PEOPLE = ("red", "blue", "grey"), ("mill", "saw", "lathe"), ("ann", "bob")
_TICKETS, _REPORTS = ("t1", "t2"), ("r1", "r2", "r3")


@dataclass
class Run:
    """A run: what it landed, and how far it has come."""

    batch: Batch
    manifests: list[Manifest]
    streams: dict[str, Any]
    everything: bool = False


class Schedule:
    """
    Runs of one random schedule over an empty warehouse.

    :param warehouse: it has no rows.
    :param dice: decides everything.
    """

    def __init__(self, warehouse: Warehouse, dice: Random) -> None:
        self._warehouse = warehouse
        self._dice = dice
        self._desk = Desk()
        self._oracle = Oracle()
        self._landed: list[Run] = []
        self._built: list[Run] = []
        self._done: list[Run] = []
        self.log: list[str] = []

    def play(self, rounds: int) -> None:
        """Some rounds; then whatever was begun is finished, and all of it is rebuilt."""
        for _ in range(rounds):
            for _ in range(self._dice.randint(1, 2)):
                self._land()
            for _ in range(self._dice.randint(1, 3)):
                self._begin()
            for _ in range(self._dice.randint(0, len(self._built))):
                self._publish()
        while self._landed or self._built:
            self._dice.choice(
                [step for step, waiting in ((self._build, self._landed),
                                            (self._publish, self._built)) if waiting]
            )()  # fmt: skip
        self._replay()
        self._publish()

    def _land(self) -> None:
        """The desk changes, and a run lands some of it: with gaps, and overlapping others."""
        for _ in range(self._dice.randint(3, 8)):
            self._change()
        batch = self._warehouse.batch()
        kinds = self._dice.choice((("tickets",), ("reports",), ("tickets", "reports")))
        seen = [id for stream in kinds for id in self._desk.streams.get(stream, ())]
        some = self._dice.sample(seen, self._dice.randint(min(1, len(seen)), len(seen)))
        streams = self._desk.records_of(*some)
        if self._dice.random() < 0.4:
            streams |= self._desk.records(*SNAPSHOTS)
        if tickets := [r.record_id for r in streams.get("tickets", ())]:
            streams |= self._census(self._dice.choice(tickets))
        run = Run(batch, self._warehouse.land(batch, streams), streams)
        self._landed.append(run)
        self._note("land", run)

    def _begin(self) -> None:
        begin = [self._replay]
        begin += [self._build] * 6 if self._landed else []
        begin += [self._repeat] * 2 if self._done else []
        self._dice.choice(begin)()

    def _build(self) -> None:
        self._load_and_build(self._take(self._landed))

    def _repeat(self) -> None:
        """Somebody clears a run that is over."""
        self._load_and_build(self._take(self._done))

    def _replay(self) -> None:
        self._load_and_build(Run(self._warehouse.batch(), [], {}, everything=True))

    def _load_and_build(self, run: Run) -> None:
        self._warehouse.load(run.batch, run.manifests)
        for manifest in run.manifests:
            self._oracle.load(
                manifest.extracted_at, {manifest.stream: run.streams[manifest.stream]}
            )
        self._warehouse.build(run.batch, run.everything)
        self._built.append(run)
        self._note("build", run)

    def _publish(self) -> None:
        run = self._take(self._built)
        self._warehouse.publish(run.batch, run.everything)
        self._note("publish", run)
        if not run.everything:
            self._done.append(run)
        self._check(is_complete=not self._built)

    def _check(self, *, is_complete: bool) -> None:
        """Sums and slices always fit their facts; once no run is on its way, all is as it must."""
        found = {
            contract.name: Counter(
                tuple(row[name] for name in contract.column_names)
                for row in self._warehouse.rows(contract.name)
            )
            for contract in self._warehouse.project.contracts()
        }
        expected: dict[str, Rows] = {
            "agg_ticket_work": work_of(found["fct_ticket_steps"].elements()),
            "agg_reports_daily": days_of(found["fct_reports"].elements()),
        }
        if is_complete:
            expected = self._oracle.marts()
            assert found.keys() == expected.keys()
        for name, rows in expected.items():
            missing, surplus = (
                list((rows - found[name]).elements()),
                list((found[name] - rows).elements()),
            )
            assert (missing, surplus) == ([], []), f"{name} lacks {missing}, has {surplus}"

    def _change(self) -> None:
        dice, desk = self._dice, self._desk
        match dice.choice(("ticket", "ticket", "step", "step", "comment", "report", "report",
                           "team", "team", "machine", "machine", "user")):  # fmt: skip
            case "ticket":
                desk.ticket(
                    dice.choice(_TICKETS),
                    title=dice.choice("xy"),
                    **self._some(team=_TEAMS, author=_PEOPLE),
                )
            case "step" if ticket := self._known("tickets"):
                desk.step(f"{ticket}-{dice.randint(1, 3)}", ticket, day=day(dice.randint(1, 2)),
                          state=dice.choice(("open", "done")), minutes=dice.randint(-5, 5),
                          cost=str(Decimal(dice.randint(-9, 9)) / 10))  # fmt: skip
            case "comment" if ticket := self._known("tickets"):
                desk.put(
                    "ticket_comments",
                    f"{ticket}-c{dice.randint(1, 2)}",
                    of=ticket,
                    **self._some(author=_PEOPLE),
                )
            case "report":
                readings = [(dice.randint(0, 9), str(Decimal(dice.randint(0, 99)) / 10))
                            for _ in range(dice.randint(0, 2))]  # fmt: skip
                desk.report(
                    dice.choice(_REPORTS),
                    dice.choice(_MACHINES),
                    day(dice.randint(1, 3)),
                    *readings,
                )
            case "team":
                self._come_or_go("teams", _TEAMS, name=("Red", "Blue", None), lead=_PEOPLE)
            case "machine":
                self._come_or_go("machines", _MACHINES, site=("north", "south", None),
                                 colour=("black", "white"), team=_TEAMS)  # fmt: skip
            case "user":
                name = dice.choice(("Ann", "Bob"))
                self._come_or_go("users", _PEOPLE, login=(name,), name=(name,))

    def _come_or_go(self, stream: str, ids: tuple[str, ...], **members: Any) -> None:
        id = self._dice.choice(ids)
        if id in self._desk.streams[stream] and self._dice.random() < 0.4:
            self._desk.remove(stream, id)
        else:
            chosen = {name: self._dice.choice(values) for name, values in members.items()}
            self._desk.put(stream, id, **chosen)

    def _census(self, ticket: str) -> dict[str, Any]:
        """What a sweep found of a ticket: gone, or back."""
        if self._dice.random() < 0.7:
            return {}
        self._desk.now += 1
        state = self._dice.choice(("deleted", "access_lost", "present"))
        found_at = self._desk.milliseconds
        payload = {"record_id": ticket, "record_state": state, "found_at_ms": found_at}
        return {"ticket_tombstones": [make_record(ticket, ticket, found_at, payload)]}

    def _some(self, **choices: tuple[str, ...]) -> dict[str, str | None]:
        """Members with a value each, or with none."""
        return {name: self._dice.choice((*ids, None)) for name, ids in choices.items()}

    def _known(self, stream: str) -> str | None:
        ids = sorted(self._desk.streams.get(stream, ()))
        return self._dice.choice(ids) if ids else None

    def _take(self, runs: list[Run]) -> Run:
        return runs.pop(self._dice.randrange(len(runs)))

    def _note(self, step: str, run: Run) -> None:
        what = (
            "everything"
            if run.everything
            else " ".join(
                record.record_id for records in run.streams.values() for record in records
            )
        )
        self.log.append(f"{step} {run.batch.run_id}: {what if step != 'publish' else ''}")
