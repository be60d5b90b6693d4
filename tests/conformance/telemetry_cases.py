"""Reports of the cases of telemetry."""

from __future__ import annotations

from tests.sources.telemetry.reports import components
from tests.sql.telemetry.world import line


def cases():
    found = [line("1", at, components=components(core="1.0.0")) for at in (1.5, 2.1, 2.2)]
    found += [line("2", 3.1, components=components(core="1.2.3-dev", rpm="1.0.0"))]
    found += [
        line("5", 5.1, online_content_apps={"processes": 1, "hosts": 2},
             online_workers={"processes": 3, "hosts": 4}),
        line("7", 40.1),
        line("8", 8.1),
        line("9a", 9.1, online_workers={"hosts": 1, "processes": 2}),
        line("9b", 9.2),
    ]  # fmt: skip
    found += [
        line(f"11 {number}", 11.1, components=components(**parts))
        for number, parts in enumerate(
            ({"p1": "1.0.0", "p2": "2.0.0"}, {"p1": "1.0.0", "p3": "3.0.0"},
             {"p1": "1.0.1", "p4": "4.0.0"}, {}, {"p5": "main"})
        )
    ]  # fmt: skip
    found += [
        line(f"12 {number}", 12.1, postgresql_version=version)
        for number, version in enumerate((0, 90200, 90200, 100001))
    ]
    found += [
        line(f"13 {version}", 13.1, postgresql_version=version)
        for version in (90105, 90200, 100001, 110000, 140005, 150004, 0)
    ]
    found += [
        line(f"14 {index}", 14.1, rbac_stats=rbac(*numbers))
        for index, numbers in enumerate(
            ((), (1, 1, 1, 1, 1), (1, 2, 2, 2, 2), (1, 2, 3, 3, 3), (1, 2, 3, 4, 4),
             (1, 2, 3, 4, 5))
        )
    ]  # fmt: skip
    return found


def rbac(*numbers):
    names = ("users", "groups", "domains", "custom_access_policies", "custom_roles")
    return dict(zip(names, numbers, strict=False))


def ages():
    return [
        line(f"{age} {number}", 20.1, age=age)
        for age, count in {2: 1, 1: 2, 3: 3, 5: 4, 6: 5}.items()
        for number in range(count)
    ]


def numbers():
    counts = {
        "users": {4: 6, 5: 4, 0: 6, 3: 7},
        "groups": {4: 6, 17: 4, 0: 6, 3: 7, 1: 8, 2: 9},
    }
    found = [
        line(f"{name} {number} {index}", 20.1, rbac_stats={name: number})
        for name, numbers in counts.items()
        for number, count in numbers.items()
        for index in range(count)
    ]
    versions = {
        22: {"1.2": 1, "1.4": 2, "2.0": 3, "0.5": 4, "2.3": 5},
        21: {"1.2": 2, "1.3": 1},
    }
    return found + [
        line(f"19 {version} {index}", at + 0.1, components=components(core=f"{version}.0"))
        for at, counted in versions.items()
        for version, count in counted.items()
        for index in range(count)
    ]


def imported():
    """
    What Pulp analytics remembers when it is loaded, on Thursday the 8th.

    Of systems of that week, one reports on the day, three only in the next week, and one of these
    in the week after it; one is older than the month.
    """
    found = [line("in 1", 7.1, age=0)]
    found += [line(f"in {number}", 11.1, age=6) for number in (2, 3, 4)]
    return [*found, line("in 2", 18.1, age=13), line("older", 11.2, age=40)]


# No repetitions: PostgreSQL would compress them, and take them as keys.
LONG = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(9_000))


def long():
    """Two names that begin alike, and a version; the second name has the later version."""
    listed = components(core=f"1.2.{LONG}", **{f"{LONG}a": "1.0.0", f"{LONG}b": "1.1.0"})
    return [line("long", 1.1, components=listed)]
