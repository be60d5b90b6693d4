"""An instance's ``options`` in ``flowmart.yaml``, by the model of its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from flowmart.core.errors import ConfigError

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
    Check what an instance's configuration says.

    :param model: the options that the source knows.
    :param options: as configured.
    :param instance: whose they are, for errors.
    :raises ConfigError: naming the option, what is wrong with it, and those that there are.
    """
    try:
        return model.model_validate(options)
    except ValidationError as error:
        problems = (
            f"{'.'.join(str(part) for part in found['loc']) or 'options'}: {found['msg']}"
            for found in error.errors()
        )
        known = ", ".join(sorted(model.model_fields)) or "none"
        raise ConfigError(
            "; ".join(problems),
            where=f"flowmart.yaml, instances.{instance}.options",
            next_step=f"mend it; options of this source are: {known}",
        ) from error
