"""From landing files to raw tables, in one session."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import FatalError
from flowmart.landing.reader import read_records
from flowmart.quality.ledger import LedgerEntry, record, require_complete

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine, Session
    from flowmart.landing.manifest import Manifest
    from flowmart.sources.declaration import SourceSpec

log = logging.getLogger(__name__)

_ROWS_PER_LOG_LINE = 10_000


@dataclass(frozen=True)
class StreamLoad:
    """
    What was loaded of one stream.

    :param landed: rows read from the landing files.
    :param raw_rows: distinct versions of records among them, all of them in the raw table now.
    """

    landed: int
    raw_rows: int


@dataclass(frozen=True)
class LoadReport:
    """
    What was loaded.

    :param streams: stream -> its counts.
    :param issues: distinct issues that any of the rows belongs to.
    """

    streams: dict[str, StreamLoad]
    issues: int


def load_batch(
    engine: Engine, spec: SourceSpec, batch: Batch, manifests: Sequence[Manifest]
) -> LoadReport:
    """
    Load landed files into the source's raw tables and note which issues they touch.

    Safe to repeat, and all or nothing where the engine has transactions. The issues go to
    ``stage.loaded_issues__<batch_id>``, the row counts to the ledger.

    :param engine: the warehouse.
    :param spec: the batch's source.
    :param batch: what the rows are loaded for.
    :param manifests: the landed attempts to load; several of one stream are loaded together.
    :raises FatalError: if a file is damaged, or of a stream that the source does not declare.
    :raises CompletenessError: if rows of the files are not in the raw tables afterwards.
    """
    by_stream = _by_stream(spec, manifests)
    tables = {stream: engine.ensure_raw_table(spec.name, stream) for stream in spec.streams}
    loads = {}
    with engine.session() as session:
        issues_table = _create_issues_table(session, batch)
        for stream, landed in by_stream.items():
            loads[stream] = _load_stream(session, batch, stream, tables[stream], landed)
            _note_issues(session, spec, batch, stream, issues_table)
        issues = session.query(f"select count(*) as issues from {issues_table}")[0]["issues"]
    return LoadReport(loads, issues)


def _by_stream(spec: SourceSpec, manifests: Sequence[Manifest]) -> dict[str, list[Manifest]]:
    """The manifests per stream, in the declared order: it keeps two loads from a deadlock."""
    for manifest in manifests:
        if manifest.stream not in spec.streams:
            raise FatalError(
                f"{spec.name} declares no stream {manifest.stream!r}, but one has landed",
                where=str(manifest.path),
                next_step="declare the stream in source.yaml, or move its folder away",
            )
    return {
        stream: [manifest for manifest in manifests if manifest.stream == stream]
        for stream in spec.streams
        if any(manifest.stream == stream for manifest in manifests)
    }


def _create_issues_table(session: Session, batch: Batch) -> str:
    table = f"{session.schemas.stage}.loaded_issues__{batch.batch_id}"
    session.create_table(table, {"issue_id": "text"})
    return table


def _load_stream(
    session: Session, batch: Batch, stream: str, table: str, manifests: Sequence[Manifest]
) -> StreamLoad:
    extracted = sum(manifest.rows for manifest in manifests)
    rows = _with_progress(_rows(batch, manifests), table, extracted)
    landed = session.land_rows(table, _scratch(session, batch, stream), rows)
    entries = [
        LedgerEntry("landing", stream, extracted, landed.rows),
        LedgerEntry("raw", stream, landed.versions, landed.stored),
    ]
    totals = [m.source_total for m in manifests if m.source_total is not None]
    if totals:
        distinct_records = sum(m.distinct_records for m in manifests if m.source_total is not None)
        subject = f"{stream} (the source's own total)"
        entries.append(LedgerEntry("landing", subject, sum(totals), distinct_records))
    record(session, batch, entries)
    require_complete(batch, entries[:2])
    return StreamLoad(landed.rows, landed.stored)


def _rows(batch: Batch, manifests: Sequence[Manifest]) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of the raw tables' columns."""
    for manifest in sorted(manifests, key=lambda manifest: manifest.extracted_at):
        window, landed_at = manifest.window, manifest.extracted_at
        origin = (window.start, window.end, manifest.run_id, landed_at)
        for record_id, parent_id, version, payload in read_records(manifest):
            yield (batch.instance, record_id, parent_id, version, payload.decode(), *origin)


def _with_progress(
    rows: Iterable[tuple[Any, ...]], table: str, total: int
) -> Iterator[tuple[Any, ...]]:
    started, count = time.monotonic(), 0
    for count, row in enumerate(rows, start=1):
        yield row
        if count % _ROWS_PER_LOG_LINE == 0:
            rate = count / max(time.monotonic() - started, 0.001)
            log.info("%s: %s of %s rows read, %.0f rows/s", table, count, total, rate)
    seconds = time.monotonic() - started
    log.info("%s: %s rows read in %.1f s, merging them", table, count, seconds)


def _scratch(session: Session, batch: Batch, stream: str) -> str:
    return f"{session.schemas.stage}.landed_{stream}__{batch.batch_id}"


def _note_issues(
    session: Session, spec: SourceSpec, batch: Batch, stream: str, issues_table: str
) -> None:
    """Add the issues that a stream's scratch table holds, and drop that table."""
    scratch = _scratch(session, batch, stream)
    if spec.streams[stream].kind != "snapshot":
        issue_id = "record_id" if stream == spec.issue_stream else "parent_id"
        session.execute(
            f"""
            insert into {issues_table} (issue_id)
            select distinct landed.{issue_id}
            from {scratch} as landed
            left join {issues_table} as noted on noted.issue_id = landed.{issue_id}
            where landed.{issue_id} is not null and noted.issue_id is null
            """
        )
    session.execute(f"drop table {scratch}")
