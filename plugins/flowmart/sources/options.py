"""An instance's ``options`` in ``flowmart.yaml``, validated by its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from flowmart.core.errors import ConfigError
from flowmart.core.validation import problems_in

if TYPE_CHECKING:
    from collections.abc import Mapping


class Options(BaseModel):
    """Options of a source; each source subclasses it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


SomeOptions = TypeVar("SomeOptions", bound=Options)


def read_options(
    model: type[SomeOptions], options: Mapping[str, Any], instance: str
) -> SomeOptions:
    """
    Read and validate the options of an instance.

    :param model: the source's options.
    :param options: as configured.
    :param instance: name of the instance, for errors.
    :raises ConfigError: naming the wrong option and the known ones.
    """
    try:
        return model.model_validate(options)
    except ValidationError as error:
        known = ", ".join(sorted(model.model_fields)) or "none"
        raise ConfigError(
            problems_in(error, "options", within=("options",)),
            where=f"flowmart.yaml, instances.{instance}.options",
            next_step=f"correct it; options of this source are: {known}",
        ) from error
