"""Changes at one instant: from and to say the order, whatever the ids; a slow oracle agrees."""

from __future__ import annotations

import itertools
import random

import pytest

from tests.sql.tracker import Tracker, phid

STATUSES = ("open", "progress", "stalled", "resolved", "duplicate")
TASKS = 150
SEED = 20261129


def walk(dice):
    """Two instants of several changes (old, new) in their true order; a lone one between them."""
    at, instants = "open", []
    for size in (dice.randint(2, 5), 1, dice.randint(2, 4)):
        steps = []
        for _ in range(size):
            after = dice.choice([status for status in STATUSES if status != at])
            steps.append((at, after))
            at = after
        instants.append(steps)
    return instants


def shuffled(dice, instants):
    """The changes of each instant in the order of their ids."""
    return [dice.sample(steps, len(steps)) for steps in instants]


def by_brute_force(by_id, last):
    """Of all orders within the instants the one with fewest breaks, then with the lowest ids."""
    choices = [
        [[steps[place] for place in places] for places in itertools.permutations(range(len(steps)))]
        for steps in by_id
    ]
    orders = (list(itertools.chain(*order)) for order in itertools.product(*choices))
    return min(orders, key=lambda order: breaks(order, last))


def breaks(order, last):
    return sum(old != before for (_, before), (old, _) in itertools.pairwise(order)) + (
        order[-1][1] != last
    )


@pytest.fixture(scope="module")
def histories():
    dice = random.Random(SEED)
    true = {number: walk(dice) for number in range(1, TASKS + 1)}
    return {number: (shuffled(dice, w), w[-1][-1][1]) for number, w in true.items()}


@pytest.fixture(scope="module")
def built(warehouse, histories):
    tracker = Tracker()
    for number, (instants, last) in histories.items():
        tracker.task(number, status=last)
        for day, steps in enumerate(instants, start=1):
            for old, new in steps:
                tracker.event(number, day, "status", {"old": old, "new": new})
    for case in (known_by_what_came_before, assigned, in_and_out, without_a_trail):
        case(tracker)
    warehouse.run(tracker.records())
    return warehouse


def visited(warehouse, number):
    rows = warehouse.rows("mart.fct_issue_status_intervals", "sequence, status_key", of(number))
    return [row["status_key"].split(":")[1] for row in sorted(rows, key=lambda r: r["sequence"])]


def of(number):
    return f"issue_key = 'phabricator:{phid('TASK', number)}'"


def changes(warehouse, number, field):
    rows = warehouse.rows(
        "mart.fct_issue_changes",
        "changed_at, event_order, old_value, new_value",
        f"{of(number)} and field = '{field}'",
    )
    return [(row["old_value"], row["new_value"]) for row in rows]


def test_c1_the_visits_are_those_of_the_order_with_fewest_breaks(built, histories):
    for number, (by_id, last) in histories.items():
        order = by_brute_force(by_id, last)
        expected = [order[0][0], *(new for _, new in order)]
        assert visited(built, number) == expected, f"seed {SEED}, task {number}: {by_id}"


def known_by_what_came_before(tracker):
    """There and back at one instant: two orders link up, one of them with the change before."""
    tracker.task(1001, status="stalled")
    tracker.moves(1001, (1, "progress"))
    tracker.event(1001, 2, "status", {"old": "stalled", "new": "progress"})
    tracker.event(1001, 2, "status", {"old": "progress", "new": "stalled"})
    tracker.event(1001, 2, "status", {"old": "progress", "new": "stalled"})


def test_c1_there_and_back_begins_where_the_change_before_led(built):
    assert visited(built, 1001) == ["open", "progress", "stalled", "progress", "stalled"]


def assigned(tracker):
    tracker.task(1002, ownerPHID=phid("USER", "bob"))
    for old, new in (("ann", "bob"), (None, "ann")):
        people = {"old": old and phid("USER", old), "new": phid("USER", new)}
        tracker.event(1002, 3, "owner", people)


def test_c1_whatever_has_one_value_follows_its_from_and_to(built):
    ann, bob = phid("USER", "ann"), phid("USER", "bob")
    assert changes(built, 1002, "assignee") == [(None, ann), (ann, bob)]


def in_and_out(tracker):
    """Three edits of a second; the task is in Alpha before, and after."""
    tracker.task(1003, projects=(1,))
    tracker.joins(1003, 0, 1)
    tracker.joins(1003, 2, 1)
    tracker.joins(1003, 2, leaves=(1,))
    tracker.joins(1003, 2, 2)
    tracker.joins(1003, 2, leaves=(2,))


def test_c1_what_comes_and_goes_was_there_before_it_went(built):
    alpha, beta = phid("PROJ", 1), phid("PROJ", 2)
    found = changes(built, 1003, "project")
    assert [change for change in found if alpha in change] == [
        (None, alpha), (alpha, None), (None, alpha)
    ]  # fmt: skip
    assert [change for change in found if beta in change] == [(None, beta), (beta, None)]


def without_a_trail(tracker):
    """Nothing leads from one of these changes to the other one: their ids decide."""
    tracker.task(1004, status="resolved")
    tracker.event(1004, 2, "status", {"old": "stalled", "new": "duplicate"})
    tracker.event(1004, 2, "status", {"old": "open", "new": "resolved"})


def test_c1_ids_decide_where_nothing_links_up(built):
    assert visited(built, 1004) == ["stalled", "duplicate", "resolved"]
