"""What a model promises: ``_models.yaml`` as frozen, validated objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from flowmart.core.errors import ConfigError
from flowmart.core.yaml_file import read_yaml
from flowmart.engines.base import LogicalType

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT_FILE = "_models.yaml"

Layer = Literal["staging", "intermediate", "mart", "ops"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Frozen):
    """
    One column.

    :param type: logical type; the engine's macro file says what it is called there.
    :param nullable: whether a row may leave it open.
    """

    name: str
    type: LogicalType
    nullable: bool = False
    description: str


class Contract(_Frozen):
    """
    One model's promise to its readers.

    :param grain: what one row stands for.
    :param layer: who may read it; the folder has to agree.
    :param materialized: a table of the batch, or a view over published tables.
    :param key: columns that identify a row.
    :param publish: ``touched`` replaces the touched issues' rows, ``key`` upserts by key.
    """

    name: str
    description: str
    grain: str
    layer: Layer
    materialized: Literal["table", "view"] = "table"
    key: tuple[str, ...]
    publish: Literal["none", "touched", "key"] = "none"
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns in the order of the contract."""
        return tuple(column.name for column in self.columns)

    @model_validator(mode="after")
    def _columns_fit_together(self) -> Contract:
        names = self.column_names
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{self.name} lists {', '.join(twice)} twice")
        if missing := sorted(set(self.key) - set(names)):
            raise ValueError(f"{self.name} has no column {', '.join(missing)} for its key")
        if self.publish == "touched" and "issue_key" not in names:
            raise ValueError(f"{self.name} is published by issue and has no column issue_key")
        return self


class _ContractFile(_Frozen):
    models: tuple[Contract, ...]


def read_contracts(folder: Path) -> dict[str, Contract]:
    """
    Read the contracts of one folder of models.

    :param folder: it holds a :data:`CONTRACT_FILE` beside the models.
    :return: model name -> contract.
    :raises ConfigError: naming the file and the key that is wrong.
    """
    path = folder / CONTRACT_FILE
    try:
        document = read_yaml(path)
        contracts = _ContractFile.model_validate(document).models
    except OSError as error:
        raise ConfigError(
            f"The contracts cannot be read: {error.strerror}",
            where=str(path),
            next_step="write a contract for every model of the folder into this file",
        ) from error
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigError(
            f"The contracts are not as they should be: {error}",
            where=str(path),
            next_step="mend the key that the message names; a neighbour shows the form",
        ) from error
    return {contract.name: contract for contract in contracts}
