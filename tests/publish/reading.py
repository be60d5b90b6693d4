"""Publishing in a loop, and readers that would notice half a batch."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from flowmart.ops.runs import record_build
from flowmart.publish.publisher import publish_batch
from tests.publish.warehouse import PROJECT, build, make_batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowmart.core.batch import Batch

REVISIONS = 4
_ISSUES = 20
_ROWS = _ISSUES * 4  # a thing, two notes and a finding each
_ALL_TABLES = """
select
    count(*) as rows, count(distinct state) as states, min(state) as state,
    min(person.name) as person
from (
    select concat('r', revision) as state from mart.fct_things
    union all
    select text as state from mart.fct_notes
    union all
    select replace(finding_key, concat(issue_key, ':'), '') as state from ops.ops_findings
) as published
cross join mart.dim_people as person
"""


def without_snapshots(dsn: str) -> str:
    """
    The warehouse's DSN, on ClickHouse with a setting under which a fault would be seen.

    Since 25.12 a query by default keeps what it saw first of a table for its other subqueries.
    """
    if not dsn.startswith("clickhouse"):
        return dsn
    return f"{dsn}{'&' if '?' in dsn else '?'}enable_shared_storage_snapshot_in_query=0"


def person_of(revision: int) -> str:
    """The name of the only person, which every second publication leaves alone."""
    return f"pair {revision // 2}"


def complete_batch(engine: Any, run_id: str, revision: int) -> Batch:
    """A batch that brings every issue to one revision."""
    issues = {str(number): revision for number in range(_ISSUES)}
    return build(engine, make_batch(run_id), issues, {"ann": person_of(revision)})


def read_while_publishing(
    engine: Any, publications: int, *readers: Callable[[Any], Any]
) -> list[Any]:
    """
    What readers see, each again and again, while one revision after the other is published.

    :param publications: how many; the readers end with the last one.
    :param readers: called with the engine for one read.
    """
    batches = [complete_batch(engine, f"r{revision}", revision) for revision in range(REVISIONS)]
    publish_batch(engine, PROJECT, batches[-1])
    is_over = threading.Event()

    def publish() -> None:
        try:
            for batch in itertools.islice(itertools.cycle(batches), publications):
                with engine.session() as session:  # or it were older than what is published
                    record_build(session, batch, engine.next_generation())
                publish_batch(engine, PROJECT, batch)
        finally:
            is_over.set()

    def read(reader: Callable[[Any], Any]) -> list[Any]:
        reads = []
        while not is_over.is_set():
            reads.append(reader(engine))
        return reads

    with ThreadPoolExecutor(len(readers) + 1) as pool:
        publishing = pool.submit(publish)
        reads = [one for some in pool.map(read, readers) for one in some]
        publishing.result()
    return reads


def all_tables(engine: Any) -> dict[str, Any]:
    """A read of all tables in one statement."""
    return dict(engine.query(_ALL_TABLES)[0])


def is_mixed(one: dict[str, Any]) -> bool:
    """Whether a read saw something else than the rows of one batch."""
    is_complete = (one["rows"], one["states"]) == (_ROWS, 1)
    return not is_complete or one["person"] != person_of(int(one["state"][1:]))
