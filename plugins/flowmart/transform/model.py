"""Reads the models of a folder: files, contracts and references."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import ContractError
from flowmart.transform.calls import FUNCTIONS, VALUES, calls_of, require_known
from flowmart.transform.contract_file import read_contracts
from flowmart.transform.folders import parts_of
from flowmart.transform.template import environment

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from flowmart.sources.declaration import SourceSpec
    from flowmart.transform.calls import Calls
    from flowmart.transform.contract import Contract

SETTINGS = (
    "instance",
    "reporting_timezone",
    "cycle_time_policy",
    "fields",
    "ignore_visits_shorter_than_seconds",
    "status_meanings",
    "resolutions",
    "levels",
    "blocked",
    "blocked_by",
    "measures",
    "issue_page",
    "incidents",
    "options",
    "branch_pattern",
    "production_pattern",
    "release_title_pattern",
    "release_version_pattern",
)
"""The settings that a model may ask for by ``setting()``."""

SETTINGS_TABLES = (
    "status",
    "team",
    "resolution",
    "level",
    "blocked",
    "blocked_by",
    "measure",
    "sprint",
    "rule",
    "name",
    "calendar",
    "calendar_hours",
    "team_calendar",
    "member",
    "incident",
    "option",
)
"""The tables of settings that a model may join with, by ``settings_table()``."""

# Views are rendered with less; what else they are found to read has a message of its own.
_OF_VIEWS = ("published", "ref", "as_published", "setting")
_LAYERS_OF_FOLDER = {
    "staging": ("staging",),
    "intermediate": ("intermediate",),
    "marts": ("mart", "ops"),
    "views": ("mart", "ops"),
}


@dataclass(frozen=True)
class Model:
    """
    A model: a SELECT with its contract.

    :param path: the file, relative to the SQL folder.
    :param entity: the entity that it belongs to; None for staging and common models.
    :param reads: models that it reads.
    :param mentions: dimensions whose keys it collects from facts.
    :param raw_streams: streams of the source that it reads.
    :param settings: settings that it joins with: ``status``, ``team``, ``member``.
    :param after: models that must be built before it.
    :param calls: what its template calls.
    :param variables: further variables of its template.
    """

    contract: Contract
    path: str
    entity: str | None = None
    reads: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    raw_streams: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    calls: Calls = field(default_factory=dict, compare=False)
    variables: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        """The file's name without its suffix, which is the table's name too."""
        return self.contract.name

    @property
    def is_generated(self) -> bool:
        """Whether contracts make it, and its SQL is the same for all entities."""
        return self.path.startswith("templates/")


def touched_model(entity: str) -> str:
    """The model with the touched keys of an entity."""
    return f"int_touched_{entity}"


def slices_model(name: str) -> str:
    """The model of the groups of a ``slice`` model that a batch replaces."""
    return f"int_touched_{name}"


def staged_model(source: str, name: str) -> str:
    """The staging model that ``staged(name)`` means for a source."""
    return f"stg_{source}__{name}"


def read_models(
    sql_folder: Path,
    folder: str,
    engine_name: str,
    spec: SourceSpec | None,
    entity: str | None = None,
    parts: Sequence[str] = (),
) -> list[Model]:
    """
    Read the models of one folder.

    :param sql_folder: the folder that holds all models.
    :param folder: path inside it, such as ``staging/phabricator``; its last part is the layer, or
        the source under ``staging``.
    :param engine_name: ``<model>.<engine>.sql`` is preferred to ``<model>.sql``.
    :param spec: the source that ``raw()`` and ``staged()`` mean; nothing for views.
    :param entity: the entity that the folder belongs to.
    :param parts: the parts that the entity has.
    :raises ContractError: on a model without a contract, a contract without a model, or a layer
        that does not fit the folder.
    :raises ConfigError: on a contract or a template that cannot be read, or a call of something
        that there is not.
    """
    contracts = read_contracts(sql_folder / folder)
    files = {path.name.split(".")[0] for path in (sql_folder / folder).glob("*.sql")}
    written = {name for name, contract in contracts.items() if _has_file(contract)}
    for name in sorted(files ^ written):
        raise ContractError(
            f"{name} has {_missing(name, files, contracts)}",
            where=str(sql_folder / folder),
            next_step="write what is missing, or remove the other half",
        )
    return [
        _read_model(sql_folder, folder, contract, engine_name, spec, entity, parts)
        for _, contract in sorted(contracts.items())
    ]


def _has_file(contract: Contract) -> bool:
    is_sum = bool(contract.publish and contract.publish.sum)
    return not (is_sum or contract.is_computed)


def _missing(name: str, files: set[str], contracts: Mapping[str, Contract]) -> str:
    if name not in files:
        return "no file"
    return (
        "a file, but sums and rows made by code have none" if name in contracts else "no contract"
    )


def _read_model(
    sql_folder: Path,
    folder: str,
    contract: Contract,
    engine_name: str,
    spec: SourceSpec | None,
    entity: str | None,
    parts: Sequence[str],
) -> Model:
    override = f"{folder}/{contract.name}.{engine_name}.sql"
    path = override if (sql_folder / override).exists() else f"{folder}/{contract.name}.sql"
    _check_layer(folder, path, contract)
    _check_entity(path, contract, entity)
    if not _has_file(contract):
        return Model(contract, path, entity)
    has_slices = bool(contract.publish and contract.publish.slice)
    usable = [n for n in (*FUNCTIONS, *VALUES) if has_slices or n != "touched_slices"]
    jinja = environment(sql_folder, engine_name)
    calls = calls_of(jinja, path, parts, usable if spec else _OF_VIEWS)
    if spec:
        # A common model may ask for a part that no entity of this project has.
        own_parts = parts_of(sql_folder, entity) if entity else tuple(calls["has_part"])
        require_known(calls, _known_to(spec) | {"has_part": own_parts}, path)
    reads = {*calls["ref"], *calls["as_published"]}
    streams = (*calls["raw"], *calls["raw_of_loaded"], *calls["raw_told"])
    touched = {touched_model(e) for name in calls["raw"] if spec and (e := spec.entity_of(name))}
    if spec:
        reads |= {staged_model(spec.name, name) for name in calls["staged"]}
    if entity and calls["as_published"]:
        touched.add(touched_model(entity))
    if has_slices:
        touched.add(slices_model(contract.name))
    return Model(
        contract,
        path,
        entity,
        reads=tuple(sorted(reads)),
        mentions=tuple(sorted(calls["mentioned"])),
        raw_streams=tuple(sorted(set(streams))),
        settings=tuple(sorted(calls["settings_table"])),
        after=tuple(sorted(reads | touched)),
        calls=calls,
        variables={"parts": tuple(parts)},
    )


def _known_to(spec: SourceSpec) -> dict[str, Collection[str]]:
    """Function -> the names that it may be called with in the models of a source."""
    return {
        "raw": spec.streams,
        "raw_of_loaded": [entity.stream for entity in spec.entities.values()],
        "raw_told": [name for name, stream in spec.streams.items() if stream.keeps_changes],
        "loaded": spec.entities,
        "settings_table": SETTINGS_TABLES,
        "setting": SETTINGS,
    }


def _check_layer(folder: str, path: str, contract: Contract) -> None:
    kind = folder.split("/")[-1]
    allowed = _LAYERS_OF_FOLDER["staging" if folder.startswith("staging/") else kind]
    if contract.layer not in allowed:
        raise ContractError(
            f"{contract.name} says that it belongs to the layer {contract.layer}",
            where=path,
            next_step=f"move the file, or let the contract say {' or '.join(allowed)}",
        )
    if contract.is_computed and not folder.startswith("aggregates/"):
        raise ContractError(
            f"{contract.name} says that code computes its rows",
            where=path,
            next_step="write a SQL file; only models in aggregates may be computed by code",
        )
    if (kind == "views") != (contract.materialized == "view"):
        raise ContractError(
            f"{contract.name} says that it is a {contract.materialized}",
            where=path,
            next_step="keep views over published tables, and no other models, in a folder views",
        )


def _check_entity(path: str, contract: Contract, entity: str | None) -> None:
    by = contract.publish.by if contract.publish else None
    if by and by != f"{entity}_key":
        raise ContractError(
            f"{contract.name} is published by {by}, but belongs to the entity {entity}",
            where=path,
            next_step=f"let the contract say `publish: {{by: {entity}_key}}`, or move the file",
        )
