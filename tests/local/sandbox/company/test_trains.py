"""Release trains come on top of a company, and their record agrees with the rows that it serves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from local.sandbox.company.demo import demo
from local.sandbox.company.generator import generate
from local.sandbox.company.story import tell
from local.sandbox.company.trains import SUBTYPE

if TYPE_CHECKING:
    from local.sandbox.company.generator import Generated
    from local.sandbox.company.story import Story


@pytest.fixture(scope="module")
def generated() -> Generated:
    return generate(seed=29, tasks=40, days=150, with_trains=True)


def test_the_company_stays_as_it_is(generated: Generated) -> None:
    """Its rows are the same; ids of transactions are given in the order of time."""
    alone = generate(seed=29, tasks=40, days=150)
    store = generated.store
    assert {number: store.tasks[number] for number in alone.store.tasks} == alone.store.tasks
    assert store.projects[: len(alone.store.projects)] == alone.store.projects
    assert {number: generated.truth()[number] for number in alone.truth()} == alone.truth()


def test_the_other_trackers_are_told_nothing_of_trains() -> None:
    """GitHub tells what Phabricator's team did in code."""

    def said(story: Story) -> object:
        issues = [
            (i.number, i.created_at, [(e.at, e.actor_id, e.field, e.old, e.new) for e in i.events])
            for i in story.issues
        ]
        return story.teams, story.people, issues

    alone, both = (
        demo(7, 60, 60, date(2026, 11, 23), with_trains=trains) for trains in (False, True)
    )
    for tracker, part in both.items():
        assert said(tell(part)) == said(tell(alone[tracker]))
        assert bool(part.trains.trains) == (tracker == "phabricator")


def test_there_is_a_train_in_each_whole_week(generated: Generated) -> None:
    released = {
        number
        for number, task in generated.store.tasks.items()
        if task["fields"]["subtype"] == SUBTYPE
    }
    trains = generated.trains.trains
    assert released == {train.task_id for train in trains}
    assert 150 // 7 <= len(trains) <= 150 // 7 + 1
    assert len({train.version for train in trains}) == len(trains)


def test_the_record_is_what_the_rows_say(generated: Generated) -> None:
    store, trains = generated.store, generated.trains
    unblocks = []
    for number, planned in trains.tasks.items():
        rows = store.legacy[number]
        times = [int(row["dateCreated"]) for row in rows]
        assert times == sorted(times)
        assert times[0] == store.tasks[number]["fields"]["dateCreated"]
        assert times[-1] == store.tasks[number]["fields"]["dateModified"]
        statuses = [row["newValue"] for row in rows if row["transactionType"] == "status"]
        assert [visit.status for visit in planned.truth.statuses] == ["open", *statuses]
        unblocks += [
            (number, phid, int(row["dateCreated"]), row["authorPHID"], row["oldValue"][phid], new)
            for row in rows
            if row["transactionType"] == "unblock"
            for phid, new in row["newValue"].items()
        ]
    assert sorted(unblocks) == sorted(trains.unblocks)
    assert len(unblocks) > 10
