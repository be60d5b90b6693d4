"""``source.yaml``: the facts about a source, as frozen, validated objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from flowmart.core.errors import ConfigError
from flowmart.core.yaml_file import read_yaml

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "source.yaml"
TOMBSTONES = "tombstones"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StreamSpec(_Frozen):
    """
    One stream of a source.

    :param kind: ``window`` (read by update time), ``child`` (read per touched issue),
        ``snapshot`` (read whole, at most once per ``max_age_hours``) or ``census`` (what became of
        issues that a sweep over all ids did not meet).
    :param endpoint: the API's own name of the call.
    :param key: dotted path of the immutable id in a payload.
    :param version: dotted path of a number that grows with changes; ``None`` if there is none.
    :param params: fixed parameters of the call.
    :param overlap_seconds: how much earlier than its window a window stream begins to read, for
        rows that become visible late.
    :param bounds: which ends of the API's own time filter belong to it.
    :param precision_seconds: grain of the API's times.
    :param max_age_hours: how old a landed snapshot may be to be used again.
    :param optional: whether it is read only where an instance's settings ask for it.
    """

    kind: Literal["window", "child", "snapshot", "census"]
    endpoint: str
    key: str
    version: str | None = None
    params: dict[str, Any] = Field(default_factory=dict)
    overlap_seconds: int = Field(default=0, ge=0)
    bounds: Literal["inclusive", "half-open"] | None = None
    precision_seconds: int | None = Field(default=None, ge=1)
    max_age_hours: int | None = Field(default=None, ge=1)
    optional: bool = False

    @model_validator(mode="after")
    def _fits_its_kind(self) -> StreamSpec:
        if (self.kind == "snapshot") != (self.max_age_hours is not None):
            raise ValueError("max_age_hours belongs to snapshots, and each of them needs one")
        if (self.kind == "window") != (self.bounds is not None):
            raise ValueError("bounds belong to window streams, and each of them needs them")
        if self.optional and self.kind != "child":
            raise ValueError("only child streams can be optional")
        return self


class StatusFact(_Frozen):
    """
    What a status usually means on installations of this source.

    :param category: its place in the flow.
    :param is_waiting: whether work rests in it.
    """

    category: Literal["todo", "in_progress", "done"]
    is_waiting: bool = False


class SourceSpec(_Frozen):
    """
    A source.

    :param name: the folder's name.
    :param title: the system's name, for people.
    :param issue_stream: the stream whose records are issues.
    :param streams: stream name -> its facts, in the order in which they are shown; every source
        has the tombstones that its census writes.
    :param statuses: status id -> what it means where neither the configuration nor the source says.
    """

    name: str
    title: str
    issue_stream: str
    streams: dict[str, StreamSpec]
    statuses: dict[str, StatusFact] = Field(default_factory=dict)

    @field_validator("streams")
    @classmethod
    def _has_tombstones(cls, streams: dict[str, StreamSpec]) -> dict[str, StreamSpec]:
        census = StreamSpec(kind="census", endpoint="", key="issue_id", version="found_at_ms")
        return {**streams, TOMBSTONES: census}

    @model_validator(mode="after")
    def _has_its_issue_stream(self) -> SourceSpec:
        if self.issue_stream not in self.streams:
            raise ValueError(f"issue_stream {self.issue_stream!r} is none of the streams")
        return self


def load_spec(folder: Path) -> SourceSpec:
    """
    Read a source's declaration.

    :param folder: the source's folder; the declaration bears its name.
    :raises ConfigError: naming the file, the key and what is wrong with it.
    """
    path = folder / FILE_NAME
    try:
        spec = SourceSpec.model_validate(read_yaml(path))
    except OSError as error:
        problem = f"The declaration cannot be read: {error.strerror}"
    except yaml.YAMLError as error:
        problem = f"The declaration is not YAML: {error}"
    except ValidationError as error:
        problem = "; ".join(
            f"{'.'.join(str(part) for part in found['loc']) or 'declaration'}: {found['msg']}"
            for found in error.errors()
        )
    else:
        if spec.name == folder.name:
            return spec
        problem = f"name: {spec.name!r} is not the folder's name"
    raise ConfigError(problem, where=str(path), next_step="mend what the message names")
