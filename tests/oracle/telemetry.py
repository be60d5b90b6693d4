"""Telemetry in plain Python: invented installations, and the numbers of their reports."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import TYPE_CHECKING, Any

from tests.sources.telemetry.reports import components, system
from tests.sql.telemetry.world import day, line

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from flowmart.sources.base import Record

RELEASES = ("3.1.0", "3.2.0", "3.2.1", "3.10.0", "4.0.0")
SERVICES = ("worker_processes", "worker_hosts", "content_app_processes", "content_app_hosts")
MEASURES = ("users", "groups")


@dataclass
class Post:
    """A report: when it came, in days, and what it tells."""

    name: str
    at: float
    number: int
    members: dict[str, Any]

    @property
    def on(self) -> date:
        return day(int(self.at))

    @property
    def system_id(self) -> str:
        return system(self.name)

    @property
    def versions(self) -> dict[str, str]:
        return {c["name"]: c["version"] for c in self.members.get("components", ())}

    @property
    def is_development(self) -> bool:
        return any(not re.fullmatch(r"\d+\.\d+\.\d+", v) for v in self.versions.values())

    @property
    def numbers(self) -> dict[str, int]:
        """What services and measures have, by the names of columns."""
        found = {}
        for message, prefix in (
            ("online_workers", "worker_"),
            ("online_content_apps", "content_app_"),
            ("rbac_stats", ""),
        ):
            for name, value in self.members.get(message, {}).items():
                found[f"{prefix}{name}"] = value
        return found

    def record(self) -> Record:
        """The same as a line of a segment."""
        return line(self.name, self.at, self.number, **self.members)


def installations(dice: random.Random, systems: int, days: int) -> list[Post]:
    """Reports of systems that come, upgrade, report twice, tell less, fall silent and return."""
    # Whatever the dice say: one falls silent, one returns and has been upgraded.
    told = (("gone", 2, "3.1.0"), ("back", 1, "3.1.0"), ("new", 3, "3.2.0"), ("back", 36, "3.2.0"))
    posts = [
        Post(name, on + 0.5, 0, {"components": components(core=release)})
        for name, on, release in told
    ]
    for index in range(systems):
        name = f"oracle {index}"
        begins = dice.randrange(days)
        ends = dice.choice([days, days, dice.randrange(begins, days) + 1])
        release = dice.randrange(2)
        develops = dice.random() < 0.15
        for on in range(begins, ends):
            if dice.random() < 0.2:
                continue
            if dice.random() < 3 / days:
                release = min(release + dice.randint(1, 2), len(RELEASES) - 1)
            for number in range(dice.choice([1, 1, 1, 2, 3])):
                odd = develops and dice.random() < 0.5
                at = on + dice.randrange(86_400) / 86_400
                members = _members(dice, RELEASES[release], odd)
                posts.append(Post(name, at, number, members))
    return posts


def _members(dice: random.Random, release: str, is_odd: bool) -> dict[str, Any]:
    versions = {"core": dice.choice(["main", f"{release}.dev"]) if is_odd else release}
    if dice.random() < 0.5:
        versions["rpm"] = dice.choice(["1.0.0", "1.2.0"])
    members: dict[str, Any] = {"components": components(**versions)}
    if dice.random() < 0.1:
        del members["components"]
    if dice.random() < 0.7:
        members["online_workers"] = {"processes": dice.randint(0, 9), "hosts": dice.randint(1, 3)}
    if dice.random() < 0.3:
        members["online_content_apps"] = {"hosts": dice.randint(0, 3)}
    if dice.random() < 0.6:
        members["rbac_stats"] = {"users": dice.randint(0, 40), "groups": dice.randint(0, 3)}
    if dice.random() < 0.8:
        members["postgresql_version"] = dice.choice([0, 90605, 130002, 150004])
    return members


class Oracle:
    """
    The numbers of all reports that there are.

    :param posts: all of them.
    :param production_only: whether development versions are left out.
    :param minimum_age: of systems that count in most summaries.
    """

    def __init__(self, posts: Iterable[Post], production_only: bool, minimum_age: int) -> None:
        self.days: dict[tuple[date, str], list[Post]] = defaultdict(list)
        self.first: dict[str, date] = {}
        self._production_only, self._minimum_age = production_only, minimum_age
        for post in sorted(posts, key=lambda post: post.at):
            self.days[post.on, post.name].append(post)
            if self.counts(post):
                self.first.setdefault(post.name, post.on)
        self.shown = {
            key: next((p for p in found if self.counts(p)), found[0])
            for key, found in self.days.items()
        }

    def counts(self, post: Post) -> bool:
        return not (self._production_only and post.is_development)

    def age(self, post: Post) -> int:
        return (post.on - self.first[post.name]).days

    def counted(self, *, persistent: bool = True) -> list[Post]:
        """The reports that summaries are of."""
        least = self._minimum_age if persistent else 0
        return [p for p in self.shown.values() if self.counts(p) and self.age(p) >= least]

    def reports(self) -> set[tuple[Any, ...]]:
        """System, day, first day, duplicates, dropped ones, database, numbers."""
        return {
            (
                post.system_id, on, self.first[name] if self.counts(post) else None,
                len(self.days[on, name]) - 1,
                sum(not self.counts(p) for p in self.days[on, name]),
                post.members.get("postgresql_version"),
                *(post.numbers.get(n) for n in (*SERVICES, *MEASURES)),
            )
            for (on, name), post in self.shown.items()
        }  # fmt: skip

    def daily(self) -> set[tuple[Any, ...]]:
        """Day, received, systems, dropped systems, new systems."""
        found = set()
        for on in {on for on, _ in self.days}:
            shown = [p for (d, _), p in self.shown.items() if d == on]
            counted = [p for p in shown if self.counts(p)]
            received = sum(len(posts) for (d, _), posts in self.days.items() if d == on)
            new = sum(self.age(p) == 0 for p in counted)
            found.add((on, received, len(counted), len(shown) - len(counted), new))
        return found

    def ages(self) -> Counter[tuple[date, int]]:
        return Counter((p.on, self.age(p)) for p in self.counted(persistent=False))

    def components(self) -> Counter[tuple[date, str, str, str]]:
        found: Counter[tuple[date, str, str, str]] = Counter()
        for post in self.counted():
            for name, version in post.versions.items():
                found[post.on, name, "x.y.z", version] += 1
                found[post.on, name, "x.y", ".".join(version.split(".")[:2])] += 1
        return found

    def databases(self) -> Counter[tuple[date, int]]:
        return Counter((p.on, p.members.get("postgresql_version", 0)) for p in self.counted())

    def measures(self) -> Counter[tuple[date, str, int]]:
        return Counter(
            (post.on, name, post.numbers[name])
            for post in self.counted()
            for name in MEASURES
            if name in post.numbers
        )

    def services(self) -> dict[tuple[date, str], float | None]:
        told: dict[tuple[date, str], list[int]] = {
            (post.on, name): [] for post in self.counted(persistent=False) for name in SERVICES
        }
        for post in self.counted():
            for name in SERVICES:
                if name in post.numbers:
                    told[post.on, name].append(post.numbers[name])
        return {key: fmean(values) if values else None for key, values in told.items()}

    def retention(self, until: date) -> dict[tuple[date, date], tuple[int, int]]:
        """Week of the first report, week -> systems, and those of all weeks that are over."""
        found: dict[tuple[date, date], set[str]] = defaultdict(set)
        for post in self.counted(persistent=False):
            if _monday(post.on) + timedelta(7) <= until:
                found[_monday(self.first[post.name]), _monday(post.on)].add(post.name)
        known: dict[date, set[str]] = defaultdict(set)
        for (cohort, _), names in found.items():
            known[cohort] |= names
        return {key: (len(names), len(known[key[0]])) for key, names in found.items()}

    def churn(self, until: date) -> dict[date, tuple[int, int, int]]:
        """Week -> systems that reported, that were silent for 28 days then, that came back."""
        by_name: dict[str, list[date]] = defaultdict(list)
        for post in self.counted(persistent=False):
            if post.on < until:
                by_name[post.name].append(post.on)
        active, lost, back = defaultdict(set), Counter[date](), Counter[date]()
        for name, found in by_name.items():
            ordered = [*sorted(found), until]
            for on, following in itertools.pairwise(ordered):
                active[_monday(on)].add(name)
                if (following - on).days > 28:
                    lost[_monday(on)] += 1
                    back[_monday(on)] += following != until
        return {week: (len(names), lost[week], back[week]) for week, names in active.items()}

    def upgrades(self, until: date) -> dict[tuple[str, str, str], tuple[date, date | None]]:
        """System, component, release -> its first day anywhere, and the day of the upgrade."""
        runs: dict[tuple[str, str], dict[tuple[int, int], date]] = defaultdict(dict)
        released: dict[tuple[str, tuple[int, int]], date] = {}
        for post in sorted(self.counted(persistent=False), key=lambda p: p.on):
            for name, version in post.versions.items():
                if post.on < until and (place := _place(version)):
                    runs[post.system_id, name].setdefault(place, post.on)
                    released.setdefault((name, place), post.on)
        found = {}
        for (system_id, name), first in runs.items():
            for (component, place), on in released.items():
                earlier = [d for other, d in first.items() if other < place]
                later = [d for other, d in first.items() if other >= place]
                upgraded = min(later, default=None)
                if component != name or not earlier or min(earlier) > on:
                    continue
                if upgraded is None or upgraded >= on:
                    release = f"{place[0]}.{place[1]}"
                    found[system_id, name, release] = on, upgraded
        return found

    def speed(self, until: date) -> dict[tuple[str, str], tuple[date, date | None]]:
        """Component, release -> its first day, and the first with half of the systems on it."""
        by_day: dict[str, dict[date, list[tuple[int, int] | None]]] = defaultdict(dict)
        for post in self.counted():
            for name, version in post.versions.items():
                if post.on < until:
                    by_day[name].setdefault(post.on, []).append(_place(version))
        found = {}
        for name, days in by_day.items():
            for place in {p for places in days.values() for p in places if p}:
                released = min(on for on, places in days.items() if place in places)
                half = [
                    on
                    for on, places in days.items()
                    if on >= released
                    and 2 * sum(p is not None and p >= place for p in places) >= len(places)
                ]
                found[name, f"{place[0]}.{place[1]}"] = released, min(half, default=None)
        return found


def _monday(on: date) -> date:
    return on - timedelta(on.weekday())


def _place(version: str) -> tuple[int, int] | None:
    parts = version.split(".")
    return (int(parts[0]), int(parts[1])) if len(parts) > 1 else None
