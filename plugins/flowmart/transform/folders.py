"""The folders of models: of an entity, of its parts, and common ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError
from flowmart.transform.contract_file import CONTRACT_FILE, read_contracts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from flowmart.transform.contract import Contract

INSTANCE_VIEW = "v_issues__"
"""What the name of an instance's own view of issues begins with; the instance follows."""

_BATCH_LAYERS = ("staging", "intermediate", "marts")


def folders_of(sql_folder: Path, entity: str, parts: Sequence[str]) -> list[str]:
    """
    The folders of an entity's models, relative to the SQL folder.

    :param parts: its parts that the source can fill.
    :raises ConfigError: if the entity or a part has no folder.
    """
    found = []
    for place in (entity, *(f"{entity}/{part}" for part in parts)):
        folders = [f"{place}/{layer}" for layer in _BATCH_LAYERS]
        own = [folder for folder in folders if (sql_folder / folder / CONTRACT_FILE).exists()]
        if not own:
            raise ConfigError(
                f"There are no models of {place.replace('/', ', part ')}",
                where=str(sql_folder / place),
                next_step="correct `entities` in source.yaml, or write the models",
            )
        found += own
    return found


def parts_of(sql_folder: Path, entity: str) -> tuple[str, ...]:
    """All parts of an entity, whether a source can fill them or not."""
    files = (sql_folder / entity).glob(f"*/*/{CONTRACT_FILE}")
    return tuple(sorted({path.parents[1].name for path in files}))


def common_folders(sql_folder: Path) -> list[str]:
    """The folders of models that entities share."""
    folders = [f"common/{layer}" for layer in _BATCH_LAYERS]
    return [folder for folder in folders if (sql_folder / folder / CONTRACT_FILE).exists()]


def assertion_folders(sql_folder: Path, entity: str, parts: Sequence[str]) -> Iterator[Path]:
    """The folders of an entity's assertions."""
    for place in (entity, *(f"{entity}/{part}" for part in parts)):
        yield sql_folder / place / "assertions"


def view_folders(sql_folder: Path) -> list[str]:
    """The folders of views over published tables, of all entities."""
    files = sql_folder.glob(f"*/views/{CONTRACT_FILE}")
    return sorted(str(path.parent.relative_to(sql_folder)) for path in files)


def published_contracts(sql_folder: Path) -> dict[str, Contract]:
    """The contracts of the published tables of all entities."""
    contracts = all_contracts(sql_folder).items()
    return {name: contract for name, contract in contracts if contract.publish}


def all_contracts(sql_folder: Path) -> dict[str, Contract]:
    """
    The contracts of all models.

    :return: model name -> contract.
    :raises ConfigError: if two have the same name.
    """
    found: dict[str, Contract] = {}
    for path in sorted(sql_folder.rglob(CONTRACT_FILE)):
        for name, contract in read_contracts(path.parent).items():
            if name in found:
                raise ConfigError(
                    f"Two contracts are called {name}",
                    where=str(path),
                    next_step="rename one of them",
                )
            found[name] = contract
    return found


def issue_columns(sql_folder: Path) -> tuple[str, ...]:
    """The columns of ``fct_issues``, which instances' own views have besides their fields."""
    return read_contracts(sql_folder / "issue/marts")["fct_issues"].column_names
