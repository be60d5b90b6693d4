"""Whether the models of a project, and their contracts, fit each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError, ContractError
from flowmart.transform.calls import calls_of, require_known
from flowmart.transform.template import environment
from flowmart.transform.touched import is_published_by, referenced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from flowmart.transform.contract import Column, Contract
    from flowmart.transform.model import Model

_HEIGHT = {"staging": 0, "intermediate": 1, "mart": 2, "ops": 2}


def check_reads(model: Model, models: Mapping[str, Model]) -> None:
    """
    Check what a model reads.

    :param models: the tables of a batch.
    :raises ConfigError: if it reads a model that there is not.
    :raises ContractError: if it reads a higher layer, or raw tables outside staging.
    """
    for name in model.after:
        if name not in models:
            raise ConfigError(
                f"{model.name} reads {name}, which does not exist",
                where=model.path,
                next_step="correct the name, or add the model with its contract",
            )
    for name in () if model.is_generated else model.reads:
        if _HEIGHT[models[name].contract.layer] > _HEIGHT[model.contract.layer]:
            raise ContractError(
                f"{model.name} ({model.contract.layer}) reads {name} "
                f"({models[name].contract.layer}) above it",
                where=model.path,
                next_step="move what they share into the lower of the two layers",
            )
    if model.raw_streams and model.contract.layer != "staging":
        raise ContractError(
            f"{model.name} reads raw tables, which only staging models may",
            where=model.path,
            next_step="read staged(...) instead",
        )


def check_calls(model: Model, contracts: Mapping[str, Contract]) -> None:
    """
    Check the published models that a model names.

    :param contracts: of all models of the source.
    :raises ConfigError: naming the line, and the models that there are.
    """
    published = [name for name, contract in contracts.items() if contract.publish]
    facts = [
        name
        for name in published
        if model.entity and is_published_by(contracts[name], model.entity)
    ]
    dimensions = referenced(contracts.values())
    mentioned = [name for name in published if name in dimensions]
    known = {"published": published, "as_published": facts, "mentioned": mentioned}
    require_known(model.calls, known, model.path)


def check_queries(
    sql_folder: Path, engine_name: str, entity: str, contracts: Mapping[str, Contract]
) -> None:
    """
    Check an entity's templates that are no models: census, reconciliation, views of instances.

    :param contracts: of all models of the source.
    :raises ConfigError: if one is no template, or uses something that there is not.
    """
    published = [name for name, contract in contracts.items() if contract.publish]
    places = {
        "census.sql": ["instance"],
        "reconcile.sql": ["instance", "closed_since"],
        "instance/*.sql": ["instance"],
    }
    for place, settings in places.items():
        for file in sorted((sql_folder / entity).glob(place)):
            path = str(file.relative_to(sql_folder))
            jinja = environment(sql_folder, engine_name)
            calls = calls_of(jinja, path, usable=("published", "setting", "fields"))
            require_known(calls, {"published": published, "setting": settings}, path)


def check_contract(model: Model, contracts: Mapping[str, Contract]) -> None:
    """
    Check what a contract says of other models.

    :param contracts: of all models of the source.
    :raises ConfigError: naming what the other model is, or has, otherwise.
    """
    contract = model.contract
    for column in contract.columns:
        for name, problem in _unreferable(column, contract, contracts):
            raise ConfigError(
                f"{contract.name}.{column.name} references {name}, {problem}",
                where=model.path,
                next_step="name a dimension, or a fact of the same entity, in the contract",
            )
    for column in contract.columns:
        for problem in _unfollowable(column, contract):
            raise ConfigError(
                f"{contract.name}.{column.name} is rebuilt with {column.rebuilt_with}, {problem}",
                where=model.path,
                next_step="keep `rebuilt_with` for keys of records of the entity whose key "
                "publishes the fact",
            )
    grouping = contract.publish.grouping if contract.publish else None
    if grouping is None:
        return
    fact = contracts.get(grouping.of)
    if fact is None or not (fact.publish and fact.publish.by):
        raise ConfigError(
            f"{contract.name} groups {grouping.of}, which is no fact of this source",
            where=model.path,
            next_step="name a model that is published by an entity's key",
        )
    for problem in _unlike(contract, fact):
        raise ConfigError(
            f"{contract.name} groups {fact.name}, {problem}",
            where=model.path,
            next_step="let both contracts say the same of the columns that they share",
        )


def _unreferable(
    column: Column, contract: Contract, contracts: Mapping[str, Contract]
) -> Iterator[tuple[str, str]]:
    """What a column references whose rows a batch does not hold, or holds by other keys."""
    for name in (*column.references, *([column.names.dimension] if column.names else [])):
        other = contracts.get(name)
        publish = other.publish if other else None
        if other is None:
            yield name, "which is no model of this source"
        elif name == contract.name:
            yield name, "which is the model itself"
        elif publish is None:
            yield name, "which is not published"
        elif publish.grouping:
            yield name, "whose rows are groups, which have no key to refer to"
        elif publish.by and contract.publish and contract.publish.by != publish.by:
            yield name, f"of which a batch holds only the rows of touched keys ({publish.by})"
        elif column.references and other.by_name[other.key_column].kind != column.kind:
            key = other.by_name[other.key_column]
            yield name, f"whose {key.name} is {key.type}, not {column.type}"


def _unfollowable(column: Column, contract: Contract) -> Iterator[str]:
    """Why no key can be touched by what a column names."""
    if column.rebuilt_with is None:
        return
    if not is_published_by(contract, column.rebuilt_with):
        yield f"but the model is not published by {column.rebuilt_with}_key"
    elif column.kind != "text":
        yield f"but is {column.type}, and keys are text"


def _unlike(contract: Contract, fact: Contract) -> Iterator[str]:
    """What a fact has otherwise than the model of its groups promises."""
    assert contract.publish
    assert contract.publish.grouping
    columns = {column.name: column for column in fact.columns}
    shared = (*contract.publish.grouping.by, *(contract.summed if contract.publish.sum else ()))
    for own in (column for column in contract.columns if column.name in shared):
        if own.name not in columns:
            yield f"which has no column {own.name}"
        elif columns[own.name].type != own.type:
            yield f"whose {own.name} is {columns[own.name].type}, not {own.type}"
        elif columns[own.name].nullable and not own.nullable:
            yield f"whose {own.name} may be null"
