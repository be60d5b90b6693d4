"""Loads landing files into raw tables, in one session."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import FatalError
from flowmart.engines.raw import Landed
from flowmart.landing.rows import BatchRows
from flowmart.ops.ledger import LedgerEntry, record, require_complete
from flowmart.sources.declaration import tombstones_of

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
    Row counts of one loaded stream.

    :param landed: rows read from the landing files.
    :param raw_rows: distinct versions of records among them; the raw table has all of them.
    """

    landed: int
    raw_rows: int


@dataclass(frozen=True)
class LoadReport:
    """
    Row counts of a load.

    :param streams: stream -> its counts.
    :param keys: entity -> number of its records that the rows belong to.
    """

    streams: dict[str, StreamLoad]
    keys: dict[str, int]


def load_batch(
    engine: Engine, spec: SourceSpec, batch: Batch, manifests: Sequence[Manifest]
) -> LoadReport:
    """
    Load landed files into the source's raw tables and store which records they touch.

    Safe to repeat, and all or nothing where the engine has transactions. The ids go to
    ``stage.loaded_<entity>__<batch_id>``, the row counts to the ledger.

    :param engine: the warehouse.
    :param spec: the batch's source.
    :param batch: the batch.
    :param manifests: the landed attempts to load; several of one stream are loaded together.
    :raises FatalError: if a file is damaged, or belongs to an undeclared stream.
    :raises CompletenessError: if rows of the files are not in the raw tables afterwards.
    """
    by_stream = _by_stream(spec, manifests)
    tables = {stream: engine.ensure_raw_table(spec.name, stream) for stream in spec.streams}
    loads = {}
    with engine.session() as session:
        loaded = {entity: _create_loaded(session, batch, entity) for entity in spec.entities}
        for stream, landed in by_stream.items():
            loads[stream] = _load_stream(
                session,
                batch,
                stream,
                tables[stream],
                landed,
                BatchRows(spec, batch, stream, manifests),
            )
            if entity := spec.entity_of(stream):
                column = "record_id" if spec.is_entity_stream(stream) else "parent_id"
                _note_ids(session, _scratch(session, batch, stream), column, loaded[entity])
            session.execute(f"drop table {_scratch(session, batch, stream)}")
        keys = {entity: _count(session, table) for entity, table in loaded.items()}
    return LoadReport(loads, keys)


def _by_stream(spec: SourceSpec, manifests: Sequence[Manifest]) -> dict[str, list[Manifest]]:
    """
    The manifests per stream, in the declared order, so that parallel loads cannot deadlock.

    The notes of vanished records belong to the stream of tombstones.
    """
    for manifest in manifests:
        if manifest.stream not in spec.streams:
            raise FatalError(
                f"{spec.name} has no stream {manifest.stream!r}, but there are landed files for it",
                where=str(manifest.path),
                next_step="declare the stream in source.yaml, or move its folder away",
            )
    return {
        stream: [manifest for manifest in manifests if manifest.stream == stream]
        for stream in spec.streams
        if any(stream in (m.stream, _notes_stream(spec, m)) for m in manifests)
    }


def _notes_stream(spec: SourceSpec, manifest: Manifest) -> str | None:
    """Where the notes of the records go that vanished during an attempt."""
    entity = spec.entity_of(manifest.stream)
    return tombstones_of(entity) if entity and manifest.vanished else None


def _create_loaded(session: Session, batch: Batch, entity: str) -> str:
    table = f"{session.schemas.stage}.loaded_{entity}__{batch.batch_id}"
    session.create_table(table, {"record_id": "text"})
    return table


def _count(session: Session, table: str) -> int:
    return int(session.query(f"select count(*) as ids from {table}")[0]["ids"])


def _load_stream(
    session: Session,
    batch: Batch,
    stream: str,
    table: str,
    manifests: Sequence[Manifest],
    found: BatchRows,
) -> StreamLoad:
    landed = _land(session, batch, stream, table, manifests, found)
    extracted = sum(manifest.rows for manifest in manifests) + found.added - found.left_out
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


def _land(
    session: Session,
    batch: Batch,
    stream: str,
    table: str,
    manifests: Sequence[Manifest],
    found: BatchRows,
) -> Landed:
    """Land the rows; what each of several snapshots tells is compared with the one before."""
    groups = [manifests]
    if found.keeps_changes:
        groups = [[m] for m in sorted(manifests, key=lambda manifest: manifest.extracted_at)]
    landed = Landed(0, 0, 0)
    for group in groups:
        rows = _with_progress(found.read(group), table, sum(m.rows for m in group))
        landed += session.land_rows(
            table, _scratch(session, batch, stream), rows, keeps_changes=found.keeps_changes
        )
    return landed


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
    log.info("%s: %s rows read in %.1f s, now merging", table, count, seconds)


def _scratch(session: Session, batch: Batch, stream: str) -> str:
    return f"{session.schemas.stage}.landed_{stream}__{batch.batch_id}"


def _note_ids(session: Session, scratch: str, column: str, loaded: str) -> None:
    """Add the ids in a column of a stream's scratch table."""
    session.execute(
        f"""
        insert into {loaded} (record_id)
        select distinct landed.{column}
        from {scratch} as landed
        left join {loaded} as noted on noted.record_id = landed.{column}
        where landed.{column} is not null and noted.record_id is null
        """
    )
