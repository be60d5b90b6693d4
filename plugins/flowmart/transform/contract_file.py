"""Reads ``_models.yaml``, the contracts of a folder of models."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError, model_validator

from flowmart.core.errors import ConfigError
from flowmart.core.validation import Frozen
from flowmart.core.yaml import parse_yaml
from flowmart.transform.contract import Contract, twice_in

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT_FILE = "_models.yaml"


class _ContractFile(Frozen):
    models: tuple[Contract, ...]

    @model_validator(mode="after")
    def _names_differ(self) -> _ContractFile:
        if twice := twice_in([contract.name for contract in self.models]):
            raise ValueError(f"two contracts are called {twice}")
        return self

    @model_validator(mode="after")
    def _sums_are_beside_their_facts(self) -> _ContractFile:
        """Whoever builds a fact must know its sums: it has all contracts of the fact's folder."""
        names = {contract.name for contract in self.models}
        for contract in self.models:
            groups = contract.publish.sum if contract.publish else None
            if groups and groups.of not in names:
                raise ValueError(
                    f"{contract.name} sums up {groups.of}, which has no contract in this file: "
                    "a sum belongs in the folder of its fact"
                )
        return self


def read_contracts(folder: Path) -> dict[str, Contract]:
    """
    Read the contracts of one folder of models.

    :param folder: it holds a :data:`CONTRACT_FILE` beside the models.
    :return: model name -> contract.
    :raises ConfigError: naming the file and the key that is wrong.
    """
    path = folder / CONTRACT_FILE
    text = b""
    try:
        text = path.read_bytes()
        contracts = _contracts(text)
    except OSError as error:
        raise ConfigError(
            f"The contracts cannot be read: {error.strerror}",
            where=str(path),
            next_step="write a contract for every model of the folder into this file",
        ) from error
    except (yaml.YAMLError, ValidationError) as error:
        problem = str(error)
        if isinstance(error, ValidationError):
            document = parse_yaml(text)
            problem = "; ".join(_explain(found, document) for found in error.errors())
        raise ConfigError(
            f"The contracts are not valid: {problem}",
            where=str(path),
            next_step="correct the key that the message names, as in the contracts beside it",
        ) from error
    return {contract.name: contract for contract in contracts}


@functools.lru_cache(maxsize=1000)
def _contracts(text: bytes) -> tuple[Contract, ...]:
    """What a file says; each project reads the files of all."""
    return _ContractFile.model_validate(parse_yaml(text)).models


def _explain(problem: Any, document: Any) -> str:
    """One of pydantic's findings as ``model.key: message``."""
    place = list(problem["loc"])
    if len(place) > 1 and isinstance(document["models"][place[1]], dict):
        place[:2] = [document["models"][place[1]].get("name", place[1])]
    return f"{'.'.join(map(str, place)) or 'the file'}: {problem['msg']}"
