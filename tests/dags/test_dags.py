"""The DAG files: what Airflow finds, and what each DAG promises."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables.base import TimeRestriction
from pendulum import instance

from flowmart.settings import load_settings
from flowmart.timetable import IntervalTimetable
from tests.conftest import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCES = ["github", "phabricator", "telemetry", "yandex_tracker", "youtrack"]


@pytest.fixture(scope="module")
def bag() -> DagBag:
    """Every DAG of the project."""
    return DagBag(str(PROJECT / "dags"))


@pytest.fixture
def with_github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DagBag]:
    """The DAGs of a configuration with a GitHub beside another tracker."""
    config = tmp_path / "flowmart.yaml"
    config.write_text(
        "reconcile_schedule: 5 4 * * *\ninstances:\n  phabricator: {start: 2026-11-01}\n"
        "  github: {start: 2026-11-01, pool: one_by_one, options: {organizations: [acme]}}\n"
    )
    monkeypatch.setenv("FLOWMART_CONFIG", str(config))
    load_settings.cache_clear()
    yield DagBag(str(PROJECT / "dags"))
    load_settings.cache_clear()


def test_every_dag_file_is_read_without_error(bag: DagBag) -> None:
    assert bag.import_errors == {}
    assert set(bag.dags) == {*SOURCES, "flow_metrics", "key_census", "reconcile", "replay"}


def test_a_source_dag_covers_one_data_interval_per_run(bag: DagBag) -> None:
    dag = bag.dags["phabricator"]
    assert isinstance(dag.timetable, IntervalTimetable)


def test_a1_airflow_catches_up_from_the_start_of_the_instance(bag: DagBag) -> None:
    dag = bag.dags["phabricator"]
    assert dag.catchup is True
    start = load_settings().instances["phabricator"].starts_at
    info = dag.timetable.next_dagrun_info(
        last_automated_data_interval=None,
        restriction=TimeRestriction(instance(dag.start_date), latest=None, catchup=True),
    )
    assert info.data_interval.start == start
    assert dag.start_date.year == 1970, "a run of an older window would be done without a task"


def test_the_scheduler_reads_back_what_the_file_says(bag: DagBag) -> None:
    for name in SOURCES:
        again = DagSerialization.from_dict(DagSerialization.to_dict(bag.dags[name]))
        assert again.timetable == bag.dags[name].timetable
        assert type(again.timetable) is IntervalTimetable
        assert again.timetable.serialize() == bag.dags[name].timetable.serialize()


@pytest.mark.parametrize("dag_id", ["key_census", "replay"])
def test_a_census_and_a_replay_never_catch_up(bag: DagBag, dag_id: str) -> None:
    assert bag.dags[dag_id].catchup is False


def test_a_source_that_wants_one_request_at_a_time_is_read_one_stream_after_the_other(
    with_github: DagBag,
) -> None:
    dag = with_github.dags["github"]
    following = {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks}
    assert following["open"] == ["extract.references"]
    assert "extract.issues" in following["extract.references"]
    assert "extract.pull_requests" in following["extract.issues"]
    assert "extract.deployments" in following["extract.pull_requests"]


def test_the_reconciliation_never_catches_up_and_reads_what_declares_it(
    with_github: DagBag,
) -> None:
    dag = with_github.dags["reconcile"]
    assert dag.catchup is False
    assert {task.partition(".")[0] for task in dag.task_ids} == {"github"}
    assert [
        task for task in dag.task_ids if task.split(".")[1] not in ("transform", "validate")
    ] == [
        "github.open",
        "github.issues",
        "github.pull_requests",
        "github.deployments",
        "github.load",
        "github.publish",
        "github.close",
    ]
    assert dag.timetable.expression == "5 4 * * *"


def test_all_tasks_that_ask_a_source_are_in_its_pool(with_github: DagBag) -> None:
    def pooled(dag_id: str) -> set[str]:
        return {t.task_id for t in with_github.dags[dag_id].tasks if t.pool == "one_by_one"}

    extracts = {"references", "issues", "pull_requests", "deployments", "proof"}
    assert pooled("github") == {"open", *(f"extract.{name}" for name in extracts)}
    assert pooled("key_census") == {"github.open", "github.census"}
    assert pooled("reconcile") == {
        "github.open",
        *(f"github.{s}" for s in extracts - {"references", "proof"}),
    }
    assert pooled("phabricator") == set()


def test_without_a_source_that_declares_it_there_is_no_reconciliation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "flowmart.yaml"
    config.write_text("instances:\n  phabricator: {start: 2026-11-01}\n")
    monkeypatch.setenv("FLOWMART_CONFIG", str(config))
    load_settings.cache_clear()
    assert "reconcile" not in DagBag(str(PROJECT / "dags")).dags
    load_settings.cache_clear()


def test_a_window_is_about_a_dozen_tasks(bag: DagBag) -> None:
    assert bag.dags["phabricator"].task_ids == [
        "open",
        "extract.references",
        "extract.tasks",
        "extract.transactions",
        "extract.task_transactions",
        "extract.release_tasks",
        "extract.proof",
        "load",
        "transform",
        "validate",
        "publish",
        "close",
    ]


def test_publishing_emits_the_asset_that_downstream_dags_wake_on(bag: DagBag) -> None:
    for dag in (bag.dags[name] for name in (*SOURCES, "replay")):
        assert [asset.uri for asset in dag.get_task("publish").outlets] == [
            "flowmart://warehouse/marts"
        ]


@pytest.mark.parametrize("dag_id", [*SOURCES, "flow_metrics", "key_census", "replay"])
def test_every_task_is_retried_and_has_an_owner(bag: DagBag, dag_id: str) -> None:
    for task in bag.dags[dag_id].tasks:
        assert task.retries == 3, task.task_id
        assert task.owner == "flowmart", task.task_id


def test_the_close_task_runs_whatever_became_of_the_others(bag: DagBag) -> None:
    assert bag.dags["phabricator"].get_task("close").trigger_rule == "all_done"
    assert bag.dags["phabricator"].get_task("close").downstream_list == []


def test_n1_the_days_of_a_replay_may_be_left_empty(bag: DagBag) -> None:
    params = bag.dags["replay"].params
    assert params.dump() == {"instance": "github", "from_date": None, "to_date": None}
    params.validate()
    for name in ("from_date", "to_date"):
        assert params.get_param(name).schema["type"] == ["null", "string"]
        assert params.get_param(name).resolve("2026-11-10") == "2026-11-10"


def bag_of(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> DagBag:
    """What Airflow finds with a configuration file."""
    path = folder / "flowmart.yaml"
    path.write_text(text)
    monkeypatch.setenv("FLOWMART_CONFIG", str(path))
    load_settings.cache_clear()
    try:
        return DagBag(str(PROJECT / "dags"))
    finally:
        load_settings.cache_clear()


def test_n10_without_instances_there_are_no_dags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bag = bag_of(tmp_path, monkeypatch, "instances: {}")
    assert bag.import_errors == {}
    assert set(bag.dags) == set()


def test_n10_a_wrong_instance_is_an_import_error_beside_the_dags_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "{start: 2026-11-01}"
    text = f"""
instances:
  youtrack: {own}
  youtrack__acme: {{start: 2026-11-01, options: {{projcts: [A]}}}}
  phabricator: {{start: 2026-11-01, schedule: every day}}
  yandex_tracker: {own}
"""
    bag = bag_of(tmp_path, monkeypatch, text)
    assert set(bag.dags) == {"youtrack", "yandex_tracker", "flow_metrics", "key_census", "replay"}
    ((file, error),) = bag.import_errors.items()
    assert file.endswith("configuration.py")
    assert str(tmp_path / "flowmart.yaml") in error
    assert "instances.phabricator.schedule: " in error
    assert "instances.youtrack__acme: options.projcts" in error
    assert "options of this source are: " in error
    replay = bag.dags["replay"].params.get_param("instance")
    assert replay.schema["enum"] == ["yandex_tracker", "youtrack"]


def test_replay_offers_the_configured_instances(bag: DagBag) -> None:
    assert bag.dags["replay"].params.get_param("instance").schema["enum"] == SOURCES


def test_the_census_sweeps_every_instance_by_itself(bag: DagBag) -> None:
    dag = bag.dags["key_census"]
    steps = ("open", "census", "load", "transform", "validate", "publish", "close")
    assert sorted(dag.task_ids) == sorted(f"{name}.{step}" for name in SOURCES for step in steps)
    for name in SOURCES:
        others = dag.get_task(f"{name}.publish").get_flat_relative_ids(upstream=True)
        assert {task_id.split(".")[0] for task_id in others} == {name}


def test_flow_metrics_wakes_on_what_is_published_and_takes_every_instance_by_itself(
    bag: DagBag,
) -> None:
    dag = bag.dags["flow_metrics"]
    assert [asset.uri for asset in dag.timetable.asset_condition.objects] == [
        "flowmart://warehouse/marts"
    ]
    assert dag.max_active_runs == 1, "an older run never publishes after a newer one"
    assert sorted(dag.task_ids) == sorted(
        f"{name}.{step}" for name in SOURCES for step in ("build", "validate", "publish")
    )
    for name in SOURCES:
        others = dag.get_task(f"{name}.publish").get_flat_relative_ids(upstream=True)
        assert others == {f"{name}.build", f"{name}.validate"}


def test_flow_metrics_waits_for_what_loads_data(bag: DagBag) -> None:
    """By default a task has the weight of all that follow it, as in the other DAGs."""
    tasks = bag.dags["flow_metrics"].tasks
    assert {(task.priority_weight, task.weight_rule) for task in tasks} == {(1, "absolute")}


def test_airflow_does_not_load_the_package_by_bare_file_names() -> None:
    """Without plugins/.airflowignore flowmart/http would take the place of the stdlib's http."""
    script = (
        "import sys; before = set(sys.modules)\n"
        "from airflow.plugins_manager import get_import_errors, ensure_plugins_loaded\n"
        "ensure_plugins_loaded()\n"
        "assert get_import_errors() == {}, get_import_errors()\n"
        "from http import HTTPStatus\n"
        "assert 'flowmart_plugin' in sys.modules\n"
        "strays = {'client', 'retry', 'runner', 'suites', 'publisher'} & set(sys.modules)\n"
        "assert not strays, strays\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
