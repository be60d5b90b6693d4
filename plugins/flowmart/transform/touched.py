"""The models of touched keys; their SQL is the same for all entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from flowmart.transform.contract import Contract
from flowmart.transform.copied import copied_columns, shown_by
from flowmart.transform.model import Model, slices_model, touched_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowmart.transform.policy import Shown

_CHANGES = "templates/changes.sql"
_TOUCHED = "templates/touched.sql"
_SLICES = "templates/touched_slices.sql"


def changes_model(entity: str) -> str:
    """The model of changed dimension rows that an entity's facts copy."""
    return f"int_changes_of_{entity}"


def touching_models(entity: str, contracts: Mapping[str, Contract]) -> list[Model]:
    """
    The models of changed dimension rows, and of the keys of an entity that show them.

    :param entity: the entity.
    :param contracts: of all models of the batch; what they show has been checked.
    """
    rules = [
        _rule(number, dimension, shown, entity, contracts)
        for number, (dimension, shown) in enumerate(shown_by(contracts), start=1)
    ]
    rules = [rule for rule in rules if rule["facts"]]
    compared = sorted({rule["compared"] for rule in rules})
    changes = Model(
        _contract(changes_model(entity), {"rule": "bigint", "dimension_key": "text"}),
        _CHANGES,
        entity,
        reads=tuple(compared),
        after=tuple(compared),
        variables={"rules": rules},
    )
    columns = {f"{entity}_key": "text", f"{entity}_id": "text", "reason": "text"}
    touched = Model(
        _contract(touched_model(entity), columns),
        _TOUCHED,
        entity,
        reads=(changes.name,),
        after=(changes.name,),
        variables={
            "rules": rules,
            "entity": entity,
            "changes": changes.name,
            "followers": [f._asdict() for f in followers_of(entity, contracts.values())],
        },
    )
    return [changes, touched]


def slice_models(entity: str, contracts: Mapping[str, Contract]) -> Iterator[Model]:
    """For each ``slice`` model of an entity, the groups that its batch replaces."""
    for contract in contracts.values():
        grouping = contract.publish.slice if contract.publish else None
        if grouping and is_published_by(contracts.get(grouping.of), entity):
            types = {column.name: column.type for column in contract.columns}
            yield Model(
                _contract(slices_model(contract.name), {name: types[name] for name in grouping.by}),
                _SLICES,
                entity,
                reads=(grouping.of, touched_model(entity)),
                after=(grouping.of, touched_model(entity)),
                variables={"fact": grouping.of, "by": grouping.by, "entity": entity},
            )


def is_published_by(contract: Contract | None, entity: str) -> bool:
    """Whether a model's rows are published by an entity's key."""
    return bool(contract and contract.publish and contract.publish.by == f"{entity}_key")


class Follower(NamedTuple):
    """
    A column of a fact that names another record of its entity, with which its rows are rebuilt.

    :param reason: why, as the log says it.
    """

    entity: str
    fact: str
    column: str
    reason: str


def followers_of(entity: str, contracts: Iterable[Contract]) -> Iterator[Follower]:
    """The columns with ``rebuilt_with`` an entity, in facts that its key publishes."""
    for contract in contracts:
        for column in contract.columns:
            if column.rebuilt_with == entity and is_published_by(contract, entity):
                yield Follower(entity, contract.name, column.name, column.name.removesuffix("_key"))


class Reference(NamedTuple):
    """
    A place where a fact has keys of a dimension.

    :param fact: the fact.
    :param key: SQL expression over its columns.
    :param where: condition on the rows that have one.
    """

    fact: str
    key: str
    where: str


def references_to(dimension: str, contracts: Iterable[Contract]) -> Iterator[Reference]:
    """All places where facts have keys of a dimension."""
    for contract in contracts:
        for column in contract.columns:
            if dimension in column.references:
                yield Reference(contract.name, column.name, f"{column.name} is not null")
            if column.names and column.names.dimension == dimension:
                key = f"instance || ':' || {column.name}"
                where = f"{column.name} is not null and {column.names.where}"
                yield Reference(contract.name, key, where)


def referenced(contracts: Iterable[Contract]) -> set[str]:
    """The dimensions of which facts have keys."""
    found: set[str] = set()
    for contract in contracts:
        for column in contract.columns:
            found.update(column.references)
            if column.names:
                found.add(column.names.dimension)
    return found


def _rule(
    number: int, dimension: Contract, shown: Shown, entity: str, contracts: Mapping[str, Contract]
) -> dict[str, Any]:
    """The template variables of one entry under ``shown``."""
    copied = dimension.copied_into_facts
    assert copied
    columns = copied_columns(dimension, shown)
    facts = [Reference(fact, column, shown.where) for fact, column in shown.by.items()]
    facts = facts or list(references_to(dimension.name, contracts.values()))
    return {
        "number": number,
        "dimension": dimension.name,
        "compared": copied.compared,
        "loaded": _entity_of(dimension),
        "key": shown.key or dimension.key_column,
        "columns": columns,
        "is_copied": bool(shown.columns),
        "where": f"({copied.where}) and ({shown.rows})",
        "facts": [
            reference._asdict()
            for reference in facts
            if is_published_by(contracts.get(reference.fact), entity)
        ],
    }


def _entity_of(contract: Contract) -> str | None:
    """The entity of a fact whose rows others copy from; None for dimensions."""
    by = contract.publish.by if contract.publish else None
    return by.removesuffix("_key") if by else None


def _contract(name: str, columns: Mapping[str, str]) -> Contract:
    return Contract.model_validate(
        {
            "name": name,
            "description": "made from contracts",
            "grain": "row",
            "layer": "intermediate",
            "key": [next(iter(columns))],
            "columns": [{"name": n, "type": t, "description": n} for n, t in columns.items()],
        }
    )
