"""Publishing in a loop, and readers that would notice half a batch."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flowmart.ops.runs import remember_build
from flowmart.publish.publisher import publish_batch
from tests.publish.warehouse import PROJECT, build, make_batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.core.batch import Batch

REVISIONS = 4
_ISSUES = 20
_ROWS = _ISSUES * 4  # a thing, two notes and a finding each
_READERS = 4
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


def whole(engine: Any, run_id: str, revision: int) -> Batch:
    """A batch that brings every issue to one revision."""
    issues = {str(number): revision for number in range(_ISSUES)}
    return build(engine, make_batch(run_id), issues, {"ann": person_of(revision)})


@contextmanager
def published_all_the_while(engine: Any) -> Iterator[None]:
    """Publish one revision after the other, all the time that the block takes."""
    batches = [whole(engine, f"r{revision}", revision) for revision in range(REVISIONS)]
    publish_batch(engine, PROJECT, batches[0])
    enough = threading.Event()

    def publish_in_a_loop() -> None:
        for batch in itertools.cycle(batches):
            with engine.session() as session:  # built just now: it replaces what others published
                remember_build(session, batch, engine.next_generation())
            publish_batch(engine, PROJECT, batch)
            if enough.wait(0.02):
                return

    with ThreadPoolExecutor(1) as pool:
        publishing = pool.submit(publish_in_a_loop)
        try:
            yield
        finally:
            enough.set()
        publishing.result()


def read(engine: Any, times: int) -> list[dict[str, Any]]:
    """What several readers see of all tables in one statement."""

    def read_for_a_while(_: int) -> list[dict[str, Any]]:
        with engine.session() as session:
            return [session.query(_ALL_TABLES)[0] for _ in range(times // _READERS)]

    with ThreadPoolExecutor(_READERS) as pool:
        return [one for some in pool.map(read_for_a_while, range(_READERS)) for one in some]


def is_mixed(one: dict[str, Any]) -> bool:
    """Whether a read saw something else than the rows of one batch."""
    is_whole = (one["rows"], one["states"]) == (_ROWS, 1)
    return not is_whole or one["person"] != person_of(int(one["state"][1:]))
