"""Tasks that vanish while a run reads them, and tasks that come into sight between two runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.operators.census import CensusOperator
from flowmart.operators.extract import ExtractReferencesOperator, ExtractStreamOperator
from flowmart.operators.proof import ProveOperator
from tests.clearing import clear
from tests.operators.pipeline import CHILDREN, HISTORY, Steps

if TYPE_CHECKING:
    from tests.operators.pipeline import Pipeline

NEXT_DAY = ("2026-11-20T00:00:00+00:00", "2026-11-21T00:00:00+00:00")
THIRD_DAY = ("2026-11-21T00:00:00+00:00", "2026-11-22T00:00:00+00:00")


def published(pipeline: Pipeline) -> set[int]:
    """Numbers of the tasks in the marts."""
    rows = pipeline.engine.query("select readable_id from mart.fct_issues")
    return {int(row["readable_id"].removeprefix("T")) for row in rows}


def visible(pipeline: Pipeline) -> set[int]:
    """Numbers of the tasks that the reader sees."""
    return {task["id"] for task in pipeline.server.store.visible_tasks()}


def take_census(run_id: str) -> None:
    """All steps of a census; one without anything to tell ends early."""
    steps = Steps(run_id, *NEXT_DAY)
    steps.open("census")
    steps.load([steps.do(CensusOperator)])
    steps.publish()
    steps.close()


def test_p2_tasks_that_vanish_before_their_history_is_read_are_left_out(
    pipeline: Pipeline,
) -> None:
    """Before the history of thirty tasks is read, one is destroyed and one hidden."""
    clear(pipeline.engine)
    store = pipeline.server.store
    destroyed, hidden = sorted(visible(pipeline))[4:6]
    steps = Steps("one", *HISTORY)
    steps.open()
    references, tasks = steps.do(ExtractReferencesOperator), steps.issues()
    store.destroy(destroyed)
    store.hide(hidden)
    children = [
        steps.do(ExtractStreamOperator, stream=stream, parent_manifest=tasks) for stream in CHILDREN
    ]
    proof = steps.do(ProveOperator, manifests=[tasks, *children])
    steps.load([references, tasks, *children, proof])
    steps.publish()
    steps.close()
    assert published(pipeline) == visible(pipeline)
    assert len(visible(pipeline)) == 28
    # The hidden one is shown again, without an edit: the next window reads it.
    store.hidden.discard(hidden)
    pipeline.run("two", *NEXT_DAY)
    assert published(pipeline) == visible(pipeline)
    assert hidden in visible(pipeline)
    before = pipeline.engine.query("select * from mart.fct_issue_flow order by issue_key")
    # A replay leaves out what the run left out, and nothing else.
    replay = Steps("replay", *HISTORY)
    replay.open("replay")
    replay.load_landed()
    replay.publish(everything=True)
    replay.close()
    flows = pipeline.engine.query("select * from mart.fct_issue_flow order by issue_key")
    assert flows == before


def test_p2_a_known_task_that_vanishes_keeps_what_is_known(pipeline: Pipeline) -> None:
    pipeline.run("one", *HISTORY)
    store = pipeline.server.store
    number = sorted(visible(pipeline))[3]
    key = f"phabricator:{store.tasks[number]['phid']}"
    query = f"select * from mart.fct_issue_flow where issue_key = '{key}'"
    before = pipeline.engine.query(query)
    store.change_status(number, "resolved", at=1_795_143_600)
    steps = Steps("two", *NEXT_DAY)
    steps.open()
    references, tasks = steps.do(ExtractReferencesOperator), steps.issues()
    store.hide(number)
    children = [
        steps.do(ExtractStreamOperator, stream=stream, parent_manifest=tasks) for stream in CHILDREN
    ]
    proof = steps.do(ProveOperator, manifests=[tasks, *children])
    steps.load([references, tasks, *children, proof])
    steps.publish()
    steps.close()
    assert pipeline.engine.query(query) == before
    assert number in published(pipeline)


def test_p6_a_task_that_comes_into_sight_arrives_with_the_window_after_the_census(
    pipeline: Pipeline,
) -> None:
    """The bot joins a project: nothing about the task changes, least of all its time."""
    clear(pipeline.engine)
    store = pipeline.server.store
    number = sorted(visible(pipeline))[7]
    store.hide(number)
    pipeline.run("one", *HISTORY)
    store.hidden.discard(number)
    take_census("census")
    assert number not in published(pipeline)
    pipeline.run("two", *NEXT_DAY)
    assert published(pipeline) == visible(pipeline)
    assert number in visible(pipeline)
    requests = pipeline.server.requests["maniphest.search"]
    steps = Steps("three", *THIRD_DAY)
    steps.open()
    steps.issues()
    assert pipeline.server.requests["maniphest.search"] == requests + 1, "it is not read twice"
