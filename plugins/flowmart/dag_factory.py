"""The DAGs: one per source instance; for replays, census, reconciliation, forecasts one each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, Asset, CronDataIntervalTimetable, Param, TaskGroup, chain

from flowmart.core.instance import source_of
from flowmart.operators.census import CensusOperator
from flowmart.operators.extract import ExtractReferencesOperator, ExtractStreamOperator
from flowmart.operators.flow_metrics import (
    BuildAggregatesOperator,
    PublishAggregatesOperator,
    ValidateAggregatesOperator,
)
from flowmart.operators.load import LoadLandedOperator, LoadWindowOperator
from flowmart.operators.proof import ProveOperator
from flowmart.operators.publish import PublishOperator, ValidateOperator
from flowmart.operators.reconcile import ReconcileOperator
from flowmart.operators.replay import FindLandedOperator
from flowmart.operators.run import CloseBatchOperator, OpenBatchOperator
from flowmart.operators.transform import TransformOperator
from flowmart.settings import load_settings
from flowmart.sources.registry import get_spec
from flowmart.timetable import BEFORE_ANY_WINDOW, IntervalTimetable

if TYPE_CHECKING:
    from flowmart.instance_settings import InstanceSettings
    from flowmart.operators.base import BatchOperator
    from flowmart.sources.declaration import SourceSpec

# A manual run has no data interval, and what looks at everything there is does not need one.
_END = "(dag_run.data_interval_end or dag_run.run_after)"
_LAST_DAY = {
    "window_start": "{{ " + _END + " - macros.timedelta(days=1) }}",
    "window_end": "{{ " + _END + " }}",
}

MARTS = Asset("flowmart://warehouse/marts")

DEFAULT_ARGS: dict[str, Any] = {
    "owner": "flowmart",
    "retries": 3,
    "retry_delay": timedelta(seconds=15),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=10),
}


def make_source_dags(source: str) -> dict[str, DAG]:
    """
    Build the DAGs of all configured instances of one source.

    :param source: name of the source folder.
    :return: instance name, which is also the DAG's id -> DAG.
    """
    return {name: make_source_dag(name) for name in load_settings().instances_of(source)}


def make_source_dag(instance: str) -> DAG:
    """
    Build the DAG of one instance: a run extracts, checks and publishes one data interval.

    :param instance: name of the source instance.
    """
    settings = load_settings().instance(instance)
    spec = get_spec(source_of(instance))
    with DAG(
        dag_id=instance,
        schedule=IntervalTimetable(settings.schedule, settings.timezone, settings.starts_at),
        start_date=BEFORE_ANY_WINDOW,
        catchup=True,
        max_active_runs=1,
        default_args=DEFAULT_ARGS,
        tags=["flowmart", f"source:{spec.name}"],
        doc_md=f"Flow metrics of the {spec.title} instance `{instance}`: one run extracts, checks "
        "and publishes one data interval. Use *Backfill* for a date range; a manual run takes "
        "the last whole interval unless one is given.",
    ) as dag:
        batch = {"instance": instance}
        asking = {**batch, "pool": settings.pool}
        opened = OpenBatchOperator(task_id="open", **asking)
        with TaskGroup("extract"):
            first, extracted = _extract_steps(spec, settings, asking)
        loaded = LoadWindowOperator(
            task_id="load", manifests=[task.output for task in extracted], **batch
        )
        opened >> first
        _publish_steps(loaded, batch)
    return dag


def make_census_dag() -> DAG | None:
    """
    Build the DAG that finds deleted and hidden records, and records that came back.

    :return: None without an instance to look at.
    """
    settings = load_settings()
    if not settings.instances:
        return None
    with DAG(
        dag_id="key_census",
        schedule=CronDataIntervalTimetable(settings.census_schedule, timezone="UTC"),
        catchup=False,
        max_active_runs=1,
        default_args=DEFAULT_ARGS,
        tags=["flowmart"],
        doc_md="Lists the ids of all issues of every instance, since no window shows that an issue "
        "was deleted or hidden from the token's user (`fct_issues.is_deleted`).",
    ) as dag:
        for instance in sorted(settings.instances):
            batch = {"instance": instance, **_LAST_DAY}
            with TaskGroup(instance):
                asking = {**batch, "pool": settings.instances[instance].pool}
                opened = OpenBatchOperator(task_id="open", run_type="census", **asking)
                swept = CensusOperator(task_id="census", **asking)
                loaded = LoadWindowOperator(task_id="load", manifests=[swept.output], **batch)
                opened >> swept
                _publish_steps(loaded, batch)
    return dag


def make_reconcile_dag() -> DAG | None:
    """
    Build the DAG that reads again, by their ids, what is open or was closed lately.

    A run looks at how things are now: there are none to catch up with, and a backfill of it would
    only repeat that.

    :return: None without an instance whose source asks for it.
    """
    settings = load_settings()
    streams = {
        instance: [
            e.stream for e in get_spec(source_of(instance)).entities.values() if e.reconciled
        ]
        for instance in sorted(settings.instances)
    }
    if not any(streams.values()):
        return None
    with DAG(
        dag_id="reconcile",
        schedule=CronDataIntervalTimetable(settings.reconcile_schedule, timezone="UTC"),
        catchup=False,
        max_active_runs=1,
        default_args=DEFAULT_ARGS,
        tags=["flowmart"],
        doc_md="Reads again what is open, or was closed within `reconcile_horizon_days`: the time "
        "of the last update does not show everything, such as cross-references.",
    ) as dag:
        for instance in filter(streams.get, streams):
            batch = {"instance": instance, **_LAST_DAY}
            with TaskGroup(instance):
                asking = {**batch, "pool": settings.instances[instance].pool}
                opened = OpenBatchOperator(task_id="open", run_type="reconcile", **asking)
                read = [
                    ReconcileOperator(task_id=stream, stream=stream, **asking)
                    for stream in streams[instance]
                ]
                loaded = LoadWindowOperator(
                    task_id="load", manifests=[task.output for task in read], **batch
                )
                chain(opened, *read, loaded)
                _publish_steps(loaded, batch)
    return dag


def make_replay_dag() -> DAG | None:
    """
    Build the DAG that rebuilds an instance's marts from landed files, without its API.

    :return: None without an instance to rebuild.
    """
    instances = sorted(load_settings().instances)
    if not instances:
        return None
    with DAG(
        dag_id="replay",
        schedule=None,
        catchup=False,
        max_active_runs=1,
        default_args=DEFAULT_ARGS,
        tags=["flowmart"],
        params={
            "instance": Param(instances[0], enum=instances, description="Instance to rebuild."),
            "from_date": Param(
                None,
                type=["null", "string"],
                description="First day, or an instant in ISO 8601; empty for everything.",
            ),
            "to_date": Param(
                None,
                type=["null", "string"],
                description="Day after the last, or an instant; empty for everything.",
            ),
        },
        doc_md="Rebuild an instance's marts from landed files, without calling its API: after "
        "a change of a model, or into an empty warehouse.",
    ) as dag:
        found: Any = FindLandedOperator(
            task_id="find_landed",
            instance="{{ params.instance }}",
            from_date="{{ params.from_date or '' }}",
            to_date="{{ params.to_date or '' }}",
        ).output
        batch = {
            "instance": "{{ params.instance }}",
            "window_start": found["start"],
            "window_end": found["end"],
        }
        everything = found["everything"]
        opened = OpenBatchOperator(task_id="open", run_type="replay", **batch)
        loaded = LoadLandedOperator(task_id="load", everything=everything, **batch)
        found >> opened >> loaded
        _publish_steps(loaded, batch, everything)
    return dag


def make_flow_metrics_dag() -> DAG | None:
    """
    Build the DAG that rebuilds what needs an instance's whole history: forecasts, pace bands.

    :return: None without an instance.
    """
    instances = sorted(load_settings().instances)
    if not instances:
        return None
    with DAG(
        dag_id="flow_metrics",
        schedule=[MARTS],
        catchup=False,
        max_active_runs=1,
        # Whatever loads data goes first.
        default_args=DEFAULT_ARGS | {"weight_rule": "absolute"},
        tags=["flowmart"],
        params={
            "everything": Param(
                False, type="boolean", description="Also instances for which nothing has changed."
            )
        },
        doc_md="Forecasts, their backtest and pace bands (`agg_*`). Runs after something was "
        "published; several publications make one run, and unchanged instances are skipped.",
    ) as dag:
        for instance in instances:
            with TaskGroup(instance):
                built = BuildAggregatesOperator(
                    task_id="build", instance=instance, everything="{{ params.everything }}"
                )
                given = {"instance": instance, "built": built.output}
                validated = ValidateAggregatesOperator(task_id="validate", **given)
                published = PublishAggregatesOperator(task_id="publish", **given)
                built >> validated >> published
    return dag


def _extract_steps(
    spec: SourceSpec, settings: InstanceSettings, batch: dict[str, Any]
) -> tuple[list[BatchOperator], list[BatchOperator]]:
    """
    References and entities in parallel, then children, then the check that they agree.

    With a rate limit, or an API that wants one request at a time, they run one after the other,
    since each task keeps to it by itself.

    :return: the first tasks, and all tasks that extract something.
    """
    references = ExtractReferencesOperator(task_id="references", **batch)
    streams: list[BatchOperator] = []
    first: list[BatchOperator] = [references]
    for entity, declared in spec.entities.items():
        records = ExtractStreamOperator(task_id=declared.stream, stream=declared.stream, **batch)
        first.append(records)
        children = [
            ExtractStreamOperator(
                task_id=name, stream=name, parent_manifest=records.output, **batch
            )
            for name, stream in spec.children_of(entity).items()
            if not stream.optional or name in settings.streams
        ]
        streams += [records, *children]
    if settings.requests_per_second is not None or spec.one_request_at_a_time:
        chain(references, *streams)
        first = [references]
    proof = ProveOperator(task_id="proof", manifests=[task.output for task in streams], **batch)
    return first, [references, *streams, proof]


def _publish_steps(loaded: BatchOperator, batch: dict[str, Any], everything: Any = False) -> None:
    """The steps that every batch ends with: transform, validate, publish, close."""
    transformed = TransformOperator(task_id="transform", everything=everything, **batch)
    validated = ValidateOperator(task_id="validate", counts=transformed.output, **batch)
    published = PublishOperator(task_id="publish", everything=everything, outlets=[MARTS], **batch)
    closed = CloseBatchOperator(task_id="close", **batch)
    loaded >> transformed >> validated >> published >> closed
