"""Invented installations of Pulp: they come and go, grow, and upgrade some time after a release."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from zlib import crc32

DAYS = 92
# Components, how many of a hundred installations have each, and the days before the history's end
# on which its versions came out.
COMPONENTS: dict[str, tuple[int, dict[int, str]]] = {
    "core": (100, {400: "3.49.1", 70: "3.52.0", 49: "3.52.2", 30: "3.63.0", 9: "3.70.0"}),
    "rpm": (72, {400: "3.25.0", 62: "3.26.1", 20: "3.29.0"}),
    "container": (41, {400: "2.19.2", 55: "2.20.0", 14: "2.22.1"}),
    "file": (88, {400: "1.15.0", 35: "3.63.0"}),
    "ansible": (23, {400: "0.21.3", 41: "0.22.0"}),
}
POSTGRESQL = (120018, 130014, 150004, 150006, 160002)
BEGINNERS = 0.55
LEAVERS_PER_DAY = 0.0025
SILENT = 0.04
TWICE = 0.01


@dataclass(frozen=True)
class Installation:
    """
    One installation.

    :param number: which one; everything that it reports follows from that and the seed.
    :param first_on: day of its first report.
    :param last_on: day of its last one; that may be to come.
    :param hour: when it reports, on every day.
    :param patience: days after a release until it upgrades.
    :param develops: whether it runs development versions.
    """

    number: int
    seed: int
    system_id: str
    first_on: date
    last_on: date
    hour: int
    patience: float
    develops: bool

    def reports_on(self, day: date) -> int:
        """How often it reports on a day: once, as a rule."""
        if not self.first_on <= day <= self.last_on:
            return 0
        chance = crc32(f"{self.seed} {self.number} {day}".encode()) / 2**32
        if chance < SILENT and day > self.first_on:
            return 0
        return 2 if chance > 1 - TWICE else 1

    def report(self, day: date, until: date) -> dict[str, Any]:
        """
        What it reports on a day, as members of the message ``Analytics``.

        :param until: the day that releases are dated by.
        """
        report = {**self._lasting, "components": self._components(day, until)}
        if numbers := self._numbers:
            growth = (day - self.first_on).days // 20
            grown = {"users": numbers["users"] + growth, "groups": numbers["groups"] + growth // 2}
            report["rbac_stats"] = {**numbers, **grown}
        return report

    @cached_property
    def _lasting(self) -> dict[str, Any]:
        """What it reports on every day."""
        dice = self._dice("lasting")
        size = 1 + int(dice.expovariate(0.5))
        report: dict[str, Any] = {
            "system_id": self.system_id,
            "postgresql_version": dice.choice(POSTGRESQL),
        }
        if dice.random() > 0.05:
            report["online_workers"] = {"processes": 2 * size, "hosts": 1 + size // 4}
        if dice.random() > 0.08:
            report["online_content_apps"] = {"processes": size, "hosts": 1 + size // 6}
        return report

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The numbers of users and the like that it begins with; nothing if it tells none."""
        dice = self._dice("numbers")
        if dice.random() < 0.35:
            return {}
        return {
            "users": 1 + int(dice.expovariate(0.4)) + dice.choice((0, 0, 1, 30)),
            "groups": dice.choice((0, 0, 1, 4)),
            "domains": dice.choice((1, 1, 1, 2, 5)),
            "custom_access_policies": dice.choice((0, 0, 0, 1)),
            "custom_roles": dice.choice((0, 0, 0, 2)),
        }

    @cached_property
    def _installed(self) -> list[str]:
        dice = self._dice("components")
        return [name for name, (share, _) in COMPONENTS.items() if 100 * dice.random() < share]

    def _components(self, day: date, until: date) -> list[dict[str, str]]:
        ago, first = (until - day).days + self.patience, (until - self.first_on).days
        found = []
        for name in self._installed:
            releases = COMPONENTS[name][1].items()
            # A newcomer installs what is current.
            out = [v for days_before, v in releases if days_before >= min(ago, first)]
            version = f"{out[-1]}.dev" if self.develops and name == "core" else out[-1]
            found.append({"name": name, "version": version})
        return found

    def _dice(self, what: str) -> random.Random:
        return random.Random(f"{self.seed} {self.number} {what}")


def installations(seed: int, count: int, until: date, days: int = DAYS) -> list[Installation]:
    """
    Installations of some months, more than half of which are there from the first day on.

    :param seed: the same one makes the same installations.
    :param until: the day after the last one of the history.
    :param days: how long it is.
    """
    dice = random.Random(seed)
    return [_installation(dice, seed, number, count, until, days) for number in range(count)]


def _installation(
    dice: random.Random, seed: int, number: int, count: int, until: date, days: int
) -> Installation:
    later = max(0.0, (number / count - BEGINNERS) / (1 - BEGINNERS))
    first_on = until - timedelta(days - int(later * days))
    return Installation(
        number,
        seed,
        system_id=str(uuid.UUID(int=dice.getrandbits(128), version=4)),
        first_on=first_on,
        last_on=first_on + timedelta(int(dice.expovariate(LEAVERS_PER_DAY))),
        hour=dice.randrange(24),
        patience=dice.expovariate(1 / 12),
        develops=dice.random() < 0.03,
    )
