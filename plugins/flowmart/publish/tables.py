"""The two ways in which a model's rows enter its table: by issue and by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.quality.ledger import LedgerEntry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Session
    from flowmart.transform.contract import Contract

_TAKEN = "issue_key in (select issue_key from batch_issues where is_taken)"


def publish_rows(
    session: Session, model: Contract, batch: Batch, generation: int, everything: bool
) -> LedgerEntry:
    """
    Replace all rows of the issues that the batch takes.

    :param session: holds the scratch table ``batch_issues (issue_key, is_taken)``.
    :param model: a model with ``publish: touched``.
    :param batch: whose stage table to read.
    :param generation: of the batch; issues published by a later one stay.
    :param everything: whether issues that the batch does not hold go.
    :return: rows of the stage table, against rows of the mart.
    """
    mart, stage = _mart(session, model), _stage(session, model, batch)
    columns = ", ".join(model.column_names)
    if everything:
        _delete_instance(session, mart, batch, generation)
    else:
        session.execute(f"delete from {mart} where {_TAKEN}")
    session.execute(f"insert into {mart} ({columns}) select {columns} from {stage} where {_TAKEN}")
    # Counted by what is left out, so that a row of an issue that is not touched is noticed.
    left_out = "issue_key in (select issue_key from batch_issues where not is_taken)"
    return LedgerEntry(
        "mart",
        model.name,
        expected=_count(session, f"{stage} where ({left_out}) is not true"),
        actual=_count(session, f"{mart} where {_TAKEN}"),
    )


def publish_keys(session: Session, model: Contract, batch: Batch, everything: bool) -> LedgerEntry:
    """
    Add new keys and change the rows that differ.

    :param session: an open transaction.
    :param model: a model with ``publish: key``.
    :param batch: whose stage table to read.
    :param everything: whether the instance's keys that the batch does not hold go.
    :return: rows of the stage table, against rows of the mart with their keys.
    """
    mart, stage = _mart(session, model), _stage(session, model, batch)
    columns, key = ", ".join(model.column_names), ", ".join(model.key)
    same_key = " and ".join(f"built.{name} = live.{name}" for name in model.key)
    if everything:
        session.execute(
            f"delete from {mart} as live where live.instance = %(instance)s "
            f"and not exists (select 1 from {stage} as built where {same_key})",
            {"instance": batch.instance},
        )
    session.execute(
        f"insert into {mart} as live ({columns}) select {columns} from {stage} "
        f"on conflict ({key}) do {_update(model)}"
    )
    return LedgerEntry(
        "mart",
        model.name,
        expected=_count(session, stage),
        actual=_count(session, f"{stage} as built inner join {mart} as live on {same_key}"),
    )


def differing_keys(session: Session, model: Contract, batch: Batch, everything: bool) -> int:
    """
    How many published rows of a ``publish: key`` model the batch would overwrite or take away.

    :param everything: whether the instance's keys that the batch does not hold go.
    """
    mart, stage = _mart(session, model), _stage(session, model, batch)
    same_key = " and ".join(f"built.{name} = live.{name}" for name in model.key)
    changed = f"{stage} as built inner join {mart} as live on {same_key}"
    differing = _count(session, f"{changed} where {_differs(model, 'built')}")
    if everything:
        gone = f"not exists (select 1 from {stage} as built where {same_key})"
        own = {"instance": batch.instance}
        differing += _count(
            session, f"{mart} as live where live.instance = %(instance)s and {gone}", own
        )
    return differing


def _delete_instance(session: Session, mart: str, batch: Batch, generation: int) -> None:
    session.execute(
        f"""
        delete from {mart} as live
        where live.instance = %(instance)s and not exists (
            select 1 from {session.schemas.ops}.published_issues as published
            where published.instance = live.instance
                and published.issue_key = live.issue_key
                and published.generation > %(generation)s
        )
        """,
        {"instance": batch.instance, "generation": generation},
    )


def _update(model: Contract) -> str:
    values = [name for name in model.column_names if name not in model.key]
    if not values:
        return "nothing"
    changes = ", ".join(f"{name} = excluded.{name}" for name in values)
    return f"update set {changes} where {_differs(model, 'excluded')}"


def _differs(model: Contract, other: str) -> str:
    values = [name for name in model.column_names if name not in model.key]
    old, new = (", ".join(f"{alias}.{name}" for name in values) for alias in ("live", other))
    return f"row({old}) is distinct from row({new})"


def _count(session: Session, relation: str, params: Mapping[str, str] | None = None) -> int:
    return int(session.query(f"select count(*) as rows from {relation}", params)[0]["rows"])


def _mart(session: Session, model: Contract) -> str:
    schema = session.schemas.ops if model.layer == "ops" else session.schemas.mart
    return f"{schema}.{model.name}"


def _stage(session: Session, model: Contract, batch: Batch) -> str:
    return f"{session.schemas.stage}.{model.name}__{batch.batch_id}"
