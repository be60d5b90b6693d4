"""Rows that a batch holds in part, those of touched records, and the models that may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.core.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowmart.sources.declaration import SourceSpec
    from flowmart.transform.model import Model

_OF_SLICES = {"as_published", "setting", "has_part", "touched_slices"}


def check_partial(models: Iterable[Model], written: Mapping[str, Model], spec: SourceSpec) -> None:
    """
    Check that no model takes the touched records of an entity for all of them.

    Facts may read the records of their own entity, of which a batch holds all that they need. A
    dimension may only where it adds to the keys that facts mention.

    :param models: the tables of a batch, in building order.
    :param written: the models as their files say, without the facts that ``mentioned`` adds.
    :raises ContractError: naming the entity, and what leads to its records.
    """
    entities: dict[str, frozenset[str]] = {}
    for model in models:
        own = _entities_of(model, spec)
        entities[model.name] = own.union(*(entities[name] for name in model.reads))
        if model.is_generated:
            entities[model.name] = frozenset({model.entity} if model.entity else ())
            continue
        reads = written[model.name].reads
        _check_entity(model, own, {name: entities[name] for name in reads})
        if model.contract.publish and model.contract.publish.upsert:
            _check_dimension(model, entities[model.name])
        if model.contract.publish and model.contract.publish.slice:
            _check_slice(model, model.contract.publish.slice.of)


def _entities_of(model: Model, spec: SourceSpec) -> frozenset[str]:
    """The entities whose records a model reads itself."""
    found = {spec.entity_of(stream) for stream in model.raw_streams}
    return frozenset(filter(None, found)) | frozenset(model.calls.get("loaded", ()))


def _check_entity(model: Model, own: frozenset[str], read: Mapping[str, frozenset[str]]) -> None:
    for name, entities in {model.name: own, **read}.items():
        others = sorted(entities - {model.entity}) if model.entity else []
        if others:
            via = "reads" if name == model.name else f"reads {name}, which holds"
            raise ContractError(
                f"{model.name} is a model of {model.entity}, and {via} records of "
                f"{', '.join(others)}: in a batch these hold only touched records",
                where=model.path,
                next_step="read snapshots and records of its own entity; what facts of two "
                "entities say together belongs in a view",
            )


def _check_dimension(model: Model, entities: frozenset[str]) -> None:
    if entities and model.name not in model.mentions:
        raise ContractError(
            f"{model.name} is published by upsert, and made of records of "
            f"{', '.join(sorted(entities))}: in a batch these hold only touched records, and the "
            "rows of all others would be deleted",
            where=model.path,
            next_step=f"read snapshots, and add the keys that facts have by "
            f"mentioned('{model.name}'), or publish it by an entity's key",
        )


def _check_slice(model: Model, fact: str) -> None:
    for function, names in model.calls.items():
        for name, line in names.items():
            if function not in _OF_SLICES or (function == "as_published" and name != fact):
                raise ContractError(
                    f"{model.name} is published by slices, and reads {function}('{name}'): its "
                    f"groups are found, and whole, by as_published('{fact}') alone",
                    where=f"{model.path}, line {line}",
                    next_step=f"take everything from as_published('{fact}'), and let that fact "
                    "hold the columns of dimensions",
                )
    lacking = {f"as_published('{fact}')": "as_published", "touched_slices()": "touched_slices"}
    for call, function in lacking.items():
        if not model.calls[function]:
            raise ContractError(
                f"{model.name} is published by slices, but does not read {call}",
                where=model.path,
                next_step=f"join as_published('{fact}') with touched_slices()",
            )
