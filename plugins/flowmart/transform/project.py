"""The models of a source, in building order."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError
from flowmart.sources.registry import get_spec
from flowmart.transform.checks import check_calls, check_contract, check_queries, check_reads
from flowmart.transform.copied import check_copied
from flowmart.transform.folders import all_contracts, common_folders, folders_of
from flowmart.transform.model import Model, read_models
from flowmart.transform.partial import check_partial
from flowmart.transform.touched import references_to, slice_models, touching_models

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from flowmart.sources.declaration import SourceSpec
    from flowmart.transform.contract import Contract


@dataclass(frozen=True)
class Project:
    """
    Everything that a batch of one source builds and publishes.

    :param sql_folder: where models and macros are.
    :param engine: name of the macro file in use.
    :param spec: the source's declaration.
    :param models: the tables of a batch, in building order.
    :param sums: the models with the policy ``sum``.
    :param proved: SELECTs whose columns were checked, without the batch id.
    """

    sql_folder: Path
    engine: str
    spec: SourceSpec
    models: tuple[Model, ...]
    sums: tuple[Model, ...] = ()
    proved: set[str] = field(default_factory=set, compare=False, repr=False)

    @functools.cached_property
    def by_name(self) -> dict[str, Model]:
        """Model name -> model, sums included."""
        return {model.name: model for model in (*self.models, *self.sums)}

    def model(self, name: str) -> Model:
        """
        Find a model.

        :raises ConfigError: if there is none of that name.
        """
        if name in self.by_name:
            return self.by_name[name]
        raise ConfigError(
            f"There is no model {name}",
            where=str(self.sql_folder),
            next_step=f"use one of {', '.join(sorted(self.by_name))}",
        )

    def published(self) -> tuple[Model, ...]:
        """The published models of the batch, in building order."""
        return tuple(model for model in self.models if model.contract.publish)

    def contracts(self) -> tuple[Contract, ...]:
        """The contracts of all published models, sums included, sorted by name."""
        models = (*self.published(), *self.sums)
        return tuple(sorted((m.contract for m in models), key=lambda contract: contract.name))


def load_project(
    sql_folder: Path, source: str, engine_name: str, spec: SourceSpec | None = None
) -> Project:
    """
    Read, check and sort the models of a source and its entities.

    :param sql_folder: the folder with ``macros``, ``staging``, ``common`` and a folder per entity.
    :param source: the source whose staging models feed the others.
    :param engine_name: selects the macro file and ``<model>.<engine>.sql`` overrides.
    :param spec: the source's declaration; by default the registered one.
    :raises ConfigError: on an unknown reference or a cycle.
    :raises ContractError: on contracts that do not fit their files, or a model that reads a higher
        layer, or the touched records of an entity as if they were all.
    """
    if spec is None:
        return _load_registered(sql_folder, source, engine_name)
    models = {model.name: model for model in _own_models(sql_folder, engine_name, spec)}
    _add_common(models, _common_models(sql_folder, engine_name, spec))
    contracts = {name: model.contract for name, model in models.items()}
    check_copied(contracts, functools.cache(functools.partial(all_contracts, sql_folder)))
    for entity in spec.entities:
        generated = [*touching_models(entity, contracts), *slice_models(entity, contracts)]
        models |= {model.name: model for model in generated}
    written = models
    models = {name: _complete(model, models) for name, model in models.items()}
    sums = tuple(m for m in models.values() if m.contract.publish and m.contract.publish.sum)
    tables = {name: model for name, model in models.items() if model not in sums}
    for model in models.values():
        check_contract(model, contracts)
    for model in tables.values():
        check_calls(model, contracts)
        check_reads(model, tables)
    for entity in spec.entities:
        check_queries(sql_folder, engine_name, entity, contracts)
    in_order = _in_order(tables)
    check_partial(in_order, written, spec)
    return Project(sql_folder, engine_name, spec, in_order, sums)


@functools.cache
def _load_registered(sql_folder: Path, source: str, engine_name: str) -> Project:
    return load_project(sql_folder, source, engine_name, get_spec(source))


def _own_models(sql_folder: Path, engine_name: str, spec: SourceSpec) -> Iterator[Model]:
    yield from read_models(sql_folder, f"staging/{spec.name}", engine_name, spec)
    for name, entity in spec.entities.items():
        for folder in folders_of(sql_folder, name, entity.parts):
            yield from read_models(sql_folder, folder, engine_name, spec, name, entity.parts)


def _common_models(sql_folder: Path, engine_name: str, spec: SourceSpec) -> dict[str, Model]:
    parts = sorted({part for entity in spec.entities.values() for part in entity.parts})
    return {
        model.name: model
        for folder in common_folders(sql_folder)
        for model in read_models(sql_folder, folder, engine_name, spec, parts=parts)
    }


def _add_common(models: dict[str, Model], common: Mapping[str, Model]) -> None:
    """Add the common models that others need, and what these need."""
    waiting = list(models.values())
    while waiting:
        model = waiting.pop()
        copied = model.contract.copied_into_facts
        needed = {*model.reads, *([copied.compared] if copied else [])}
        needed |= {name for column in model.contract.columns for name in column.references}
        for name in sorted(needed & (common.keys() - models.keys())):
            models[name] = common[name]
            waiting.append(common[name])


def _complete(model: Model, models: Mapping[str, Model]) -> Model:
    """Build a dimension that collects keys from facts after these facts."""
    if not model.mentions:
        return model
    contracts = [other.contract for other in models.values()]
    facts = {found.fact for name in model.mentions for found in references_to(name, contracts)}
    return replace(
        model,
        reads=tuple(sorted({*model.reads, *facts})),
        after=tuple(sorted({*model.after, *facts})),
    )


def _in_order(models: Mapping[str, Model]) -> tuple[Model, ...]:
    graph = {name: model.after for name, model in sorted(models.items())}
    try:
        return tuple(models[name] for name in TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise ConfigError(
            f"The models have a cycle: {' -> '.join(error.args[1])}",
            where=models[error.args[1][0]].path,
            next_step="break the cycle, for instance with a model for the common part",
        ) from error
