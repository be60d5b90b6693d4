"""The models of one folder: their files, contracts, and what they read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError, ContractError
from flowmart.transform.contract import read_contracts
from flowmart.transform.template import calls_of

if TYPE_CHECKING:
    from pathlib import Path

    from flowmart.sources.declaration import SourceSpec
    from flowmart.transform.contract import Contract

TOUCHED_ISSUES = "int_touched_issues"
# Staging models that are the same for every source.
SHARED_FOLDER = "staging/shared"
_SHARED = frozenset({"tombstones"})

_LAYERS_OF_FOLDER = {
    "staging": ("staging",),
    "intermediate": ("intermediate",),
    "marts": ("mart", "ops"),
}


@dataclass(frozen=True)
class Model:
    """
    One SELECT and what it promises.

    :param path: the file, relative to the SQL folder.
    :param reads: models whose tables it names.
    :param raw_streams: streams of the source that it reads.
    :param after: everything that has to be built before it.
    """

    contract: Contract
    path: str
    reads: tuple[str, ...]
    raw_streams: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file's name without its suffix, which is the table's name too."""
        return self.contract.name


def staged_model(source: str, name: str) -> str:
    """The staging model that ``staged(name)`` means for a source."""
    return f"stg_{'shared' if name in _SHARED else source}__{name}"


def read_models(
    sql_folder: Path, folder: str, engine_name: str, spec: SourceSpec | None
) -> list[Model]:
    """
    Read the models of one folder.

    :param sql_folder: the folder that holds all layers.
    :param folder: path inside it, such as ``staging/phabricator``.
    :param engine_name: ``<model>.<engine>.sql`` is taken in place of ``<model>.sql``.
    :param spec: the source that ``raw()`` and ``staged()`` mean; nothing for views.
    :raises ContractError: on a model without a contract, a contract without a model, or a layer
        that does not belong into the folder.
    """
    contracts = read_contracts(sql_folder / folder)
    files = {path.name.split(".")[0] for path in (sql_folder / folder).glob("*.sql")}
    for name in sorted(files ^ set(contracts)):
        raise ContractError(
            f"{name} has no {'contract' if name in files else 'file'}",
            where=str(sql_folder / folder),
            next_step="write what is missing, or remove the other half",
        )
    return [
        _read_model(sql_folder, folder, contract, engine_name, spec)
        for _, contract in sorted(contracts.items())
    ]


def _read_model(
    sql_folder: Path, folder: str, contract: Contract, engine_name: str, spec: SourceSpec | None
) -> Model:
    override = f"{folder}/{contract.name}.{engine_name}.sql"
    path = override if (sql_folder / override).exists() else f"{folder}/{contract.name}.sql"
    allowed = _LAYERS_OF_FOLDER[folder.split("/")[0]]
    if contract.layer not in allowed:
        raise ContractError(
            f"{contract.name} says that it belongs to the layer {contract.layer}",
            where=path,
            next_step=f"move the file, or let the contract say {' or '.join(allowed)}",
        )
    calls = calls_of(sql_folder / path)
    reads = set(calls["ref"])
    if spec:
        reads |= {staged_model(spec.name, name) for name in calls["staged"]}
    after = reads | ({TOUCHED_ISSUES} if _is_cut(calls["raw"], spec, path) else set())
    return Model(
        contract, path, tuple(sorted(reads)), tuple(sorted(calls["raw"])), tuple(sorted(after))
    )


def _is_cut(streams: frozenset[str], spec: SourceSpec | None, path: str) -> bool:
    """Whether one of the streams is cut to the touched issues, as all but snapshots are."""
    known = spec.streams if spec else {}
    if unknown := sorted(streams - set(known)):
        raise ConfigError(
            f"raw({unknown[0]!r}) names no stream of the source",
            where=path,
            next_step=f"use one of {', '.join(sorted(known))}",
        )
    return any(known[stream].kind != "snapshot" for stream in streams)
