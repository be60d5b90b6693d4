"""The models of one source in the order in which they can be built."""

from __future__ import annotations

from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError, ContractError
from flowmart.sources.registry import get_spec
from flowmart.transform.model import SHARED_FOLDER, Model, read_models

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flowmart.sources.declaration import SourceSpec

_HEIGHT = {"staging": 0, "intermediate": 1, "mart": 2, "ops": 2}


@dataclass(frozen=True)
class Project:
    """
    Everything that a batch of one source builds.

    :param sql_folder: where models and macros are.
    :param engine: name of the macro file in use.
    :param spec: the source's declaration.
    :param models: the tables, each one after those that it needs.
    :param proved: the SELECTs that were seen to keep their contract, without their batch's id.
    """

    sql_folder: Path
    engine: str
    spec: SourceSpec
    models: tuple[Model, ...]
    proved: set[str] = field(default_factory=set, compare=False, repr=False)

    def model(self, name: str) -> Model:
        """
        Look a model up.

        :raises ConfigError: if there is none of that name.
        """
        for model in self.models:
            if model.name == name:
                return model
        raise ConfigError(
            f"There is no model {name}",
            where=str(self.sql_folder),
            next_step=f"use one of {', '.join(model.name for model in self.models)}",
        )

    def published(self) -> tuple[Model, ...]:
        """The models whose rows readers get to see, in building order."""
        return tuple(model for model in self.models if model.contract.publish != "none")


def load_project(
    sql_folder: Path, source: str, engine_name: str, spec: SourceSpec | None = None
) -> Project:
    """
    Read the models of a source and the shared ones, check them and put them in order.

    :param sql_folder: the folder with ``macros``, ``staging``, ``intermediate`` and ``marts``.
    :param source: the source whose staging models feed the shared ones.
    :param engine_name: selects the macro file and ``<model>.<engine>.sql`` overrides.
    :param spec: the source's declaration; the registered one where it is left out.
    :raises ConfigError: on a reference to nothing or a cycle.
    :raises ContractError: on contracts and files that do not fit, or a model that reads a higher
        layer.
    """
    spec = spec or get_spec(source)
    shared = [SHARED_FOLDER] if (sql_folder / SHARED_FOLDER).is_dir() else []
    models = {
        model.name: model
        for folder in (f"staging/{source}", *shared, "intermediate", "marts")
        for model in read_models(sql_folder, folder, engine_name, spec)
        if model.contract.materialized == "table"
    }
    for model in models.values():
        _check_references(model, models)
    return Project(sql_folder, engine_name, spec, _in_order(models))


def load_views(sql_folder: Path, engine_name: str) -> tuple[Model, ...]:
    """
    Read the views over published tables.

    :raises ContractError: if one reads a table of a batch.
    """
    models = read_models(sql_folder, "marts", engine_name, None)
    views = tuple(model for model in models if model.contract.materialized == "view")
    for view in views:
        if view.reads:
            raise ContractError(
                f"The view {view.name} reads {', '.join(view.reads)}, which goes with its batch",
                where=view.path,
                next_step="read published(...) instead",
            )
    return views


def _check_references(model: Model, models: Mapping[str, Model]) -> None:
    for name in model.after:
        if name not in models:
            raise ConfigError(
                f"{model.name} reads {name}, which does not exist",
                where=model.path,
                next_step="correct the name, or add the model with its contract",
            )
    for name in model.reads:
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


def _in_order(models: Mapping[str, Model]) -> tuple[Model, ...]:
    graph = {name: model.after for name, model in sorted(models.items())}
    try:
        return tuple(models[name] for name in TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise ConfigError(
            f"Models need each other in a circle: {' -> '.join(error.args[1])}",
            where=models[error.args[1][0]].path,
            next_step="break the circle, for instance with a model for the part that both need",
        ) from error
