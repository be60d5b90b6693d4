"""Reads ``include/expectations/<model>.yaml``, the expectations that a contract cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from flowmart.core.errors import ConfigError
from flowmart.core.validation import problems_in
from flowmart.core.yaml import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from flowmart.transform.contract import Contract

# Great Expectations' arguments that are names of columns.
_COLUMNS = ("column", "column_A", "column_B", "column_list", "column_set")


class _Entry(BaseModel):
    """
    An expectation of Great Expectations.

    :param type: its name, such as ``expect_column_values_to_be_between``.
    :param kwargs: its arguments.
    :param severity: a ``warning`` prevents publishing only in strict mode.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    kwargs: dict[str, Any]
    severity: Literal["critical", "warning", "info"] = "critical"
    description: str = ""
    meta: dict[str, Any] = {}

    def columns(self) -> Iterator[str]:
        """The columns that it is about."""
        for given in (self.kwargs[name] for name in _COLUMNS if name in self.kwargs):
            yield from map(str, given if isinstance(given, list) else [given])


_FILE = TypeAdapter(list[_Entry])


def read_declared(
    folder: Path, contracts: Mapping[str, Contract]
) -> dict[str, list[dict[str, Any]]]:
    """
    Read the expectations of all models.

    :param folder: it holds a file for each model that has some.
    :param contracts: the models that may have some: those that a batch builds and publishes, of
        all sources.
    :return: model -> its expectations.
    :raises ConfigError: naming the file, the entry and what is wrong with it, or a file that
        belongs to no model.
    """
    found = {}
    for path in sorted(folder.glob("*.y*ml")):
        if path.stem not in contracts or path.suffix != ".yaml":
            raise ConfigError(
                f"There is no published model {path.stem} that these expectations could be about",
                where=str(path),
                next_step="call the file <model>.yaml; expectations of a sum belong to its fact",
            )
        found[path.stem] = _read(path, contracts[path.stem])
    return found


def _read(path: Path, contract: Contract) -> list[dict[str, Any]]:
    try:
        entries = _FILE.validate_python(load_yaml(path) or [])
    except (OSError, yaml.YAMLError) as error:
        problem = str(error)
    except ValidationError as error:
        problem = problems_in(error, "the file")
    else:
        unknown = [
            f"{number}: {contract.name} has no column {name}"
            for number, entry in enumerate(entries)
            for name in entry.columns()
            if name not in contract.by_name
        ]
        if not unknown:
            return [entry.model_dump(exclude_unset=True) for entry in entries]
        problem = "; ".join(unknown)
    raise ConfigError(
        f"The expectations cannot be read: {problem}",
        where=str(path),
        next_step="write a list of entries with `type` and `kwargs`, as in the files beside it",
    )
