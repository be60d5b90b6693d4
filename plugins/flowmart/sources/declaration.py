"""Reads and validates ``source.yaml``, the declaration of a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from flowmart.core.errors import ConfigError
from flowmart.core.identifiers import LONGEST
from flowmart.core.status import Level, Outcome, StatusMeaning
from flowmart.core.validation import problems_in
from flowmart.core.yaml import load_yaml
from flowmart.sources.product import ProductSpec, load_products

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE_NAME = "source.yaml"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StreamSpec(_Frozen):
    """
    One stream of a source.

    :param kind: ``window`` (read by update time), ``child`` (read per record of an entity in the
        window), ``snapshot`` (read in full, at most once per ``max_age_hours``) or ``census``
        (states of records that a list of all ids did not contain).
    :param of: the entity that a child or a census belongs to.
    :param endpoint: the call in the API.
    :param key: dotted path of the immutable id in a payload.
    :param version: dotted path of a number that grows with changes; ``None`` if there is none.
    :param params: fixed parameters of the call.
    :param overlap_seconds: how much earlier than its window a window stream begins, for rows that
        become visible late.
    :param bounds: which ends of the API's time filter are inclusive.
    :param precision_seconds: grain of the API's times.
    :param max_age_hours: how old a landed snapshot may be to be used again.
    :param keeps_changes: of a snapshot, whether raw keeps what earlier ones told as well: the
        version of a record is then the time since when it is told so.
    :param optional: whether it is only read if listed in an instance's settings.
    """

    kind: Literal["window", "child", "snapshot", "census"]
    of: str | None = None
    endpoint: str
    key: str
    version: str | None = None
    params: dict[str, Any] = Field(default_factory=dict)
    overlap_seconds: int = Field(default=0, ge=0)
    bounds: Literal["inclusive", "half-open"] | None = None
    precision_seconds: int | None = Field(default=None, ge=1)
    max_age_hours: int | None = Field(default=None, ge=1)
    keeps_changes: bool = False
    optional: bool = False

    @model_validator(mode="after")
    def _fits_its_kind(self) -> StreamSpec:
        if (self.kind == "snapshot") != (self.max_age_hours is not None):
            raise ValueError("max_age_hours belongs to snapshots, and each of them needs one")
        if self.keeps_changes and (self.kind != "snapshot" or self.version):
            raise ValueError("keeps_changes belongs to snapshots without a `version`")
        if (self.kind == "window") != (self.bounds is not None):
            raise ValueError("bounds belong to window streams, and each of them needs them")
        if self.optional and self.kind != "child":
            raise ValueError("only child streams can be optional")
        if (self.kind in ("child", "census")) != (self.of is not None):
            raise ValueError("child streams, and no others, need `of`: the entity they belong to")
        return self


# Folders beside those of entities (transform/folders.py).
_OTHER_FOLDERS = ("aggregates", "common", "macros", "pages", "staging", "templates")


def _is_no_other_folder(name: str) -> str:
    if name in _OTHER_FOLDERS:
        raise ValueError(
            f"{name!r} is no name for an entity: the folder {name} holds files of all entities"
        )
    return name


# A batch has tables such as landed_<stream>__<10 digits>, also for <entity>_tombstones.
_BATCH_ROOM = len("landed___") + 10
PartName = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
EntityName = Annotated[
    PartName,
    Field(max_length=LONGEST - _BATCH_ROOM - len("_tombstones")),
    AfterValidator(_is_no_other_folder),
]
StreamName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=LONGEST - _BATCH_ROOM)]


IssuePage = Annotated[str, Field(pattern=r"^[{]url[}]/[^{}]*[{]readable_id[}][^{}]*$")]


class EntitySpec(_Frozen):
    """
    A kind of record with facts of its own, such as an issue.

    :param stream: the window stream whose records are of this kind.
    :param parts: subfolders of the entity's models that only some sources can fill, such as
        ``boards``.
    :param reconciled: whether records that are open, or were closed lately, are read again once a
        day: the time of their last update does not show all that happens to them.
    """

    stream: str
    parts: tuple[PartName, ...] = ()
    reconciled: bool = False

    @field_validator("parts")
    @classmethod
    def _each_part_once(cls, parts: tuple[str, ...]) -> tuple[str, ...]:
        if twice := sorted({part for part in parts if parts.count(part) > 1}):
            raise ValueError(f"{', '.join(twice)} is listed twice")
        return parts


class SourceSpec(_Frozen):
    """
    A source.

    :param name: the folder's name.
    :param title: the system's name, for people.
    :param entities: entity -> its window stream and parts.
    :param streams: stream name -> its facts, in the order in which they are shown. Every entity
        also has a stream ``<entity>_tombstones``, which the census writes.
    :param statuses: status id -> its meaning, unless configuration or source say otherwise.
    :param resolutions: key of a resolution -> what became of the issue; configuration wins.
    :param levels: level -> the issue types that usually are of it, unless configured otherwise.
    :param links: fields of changes that hold ids of other issues; ``*`` stands for any letters.
    :param issue_page: address of an issue for people, with ``{url}``, the source's address, and
        ``{readable_id}``.
    :param page_hosts: host of the API -> host for people, where they differ.
    :param one_request_at_a_time: whether the API wants no requests side by side: tasks of a run
        then follow each other.
    :param model_options: the options that models read, as dotted paths -> what holds where an
        instance does not set them.
    :param connection_needs: what the Airflow connection of an instance cannot do without.
    :param products: of telemetry, the products whose reports are understood; each is a folder
        beside the declaration.
    """

    name: str
    title: str
    entities: dict[EntityName, EntitySpec] = Field(min_length=1)
    streams: dict[StreamName, StreamSpec]
    statuses: dict[str, StatusMeaning] = Field(default_factory=dict)
    resolutions: dict[str, Outcome] = Field(default_factory=dict)
    levels: dict[Level, list[str]] = Field(default_factory=dict)
    links: tuple[str, ...] = ()
    issue_page: IssuePage | None = None
    page_hosts: dict[str, str] = Field(default_factory=dict)
    one_request_at_a_time: bool = False
    model_options: dict[str, Any] = Field(default_factory=dict)
    connection_needs: tuple[Literal["host", "password"], ...] = ("host", "password")
    products: dict[str, ProductSpec] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _with_tombstones(cls, given: Any) -> Any:
        """Add the streams that the census writes."""
        if not isinstance(given, dict) or not isinstance(given.get("streams"), dict):
            return given
        entities = given.get("entities")
        if not isinstance(entities, dict):
            return given
        if declared := sorted(given["streams"].keys() & set(map(tombstones_of, entities))):
            raise ValueError(f"{', '.join(declared)} is a stream of the census: do not declare it")
        census = {
            tombstones_of(entity): StreamSpec(
                kind="census", of=entity, endpoint="", key="record_id", version="found_at_ms"
            )
            for entity in entities
        }
        return {**given, "streams": {**given["streams"], **census}}

    @model_validator(mode="after")
    def _entities_and_streams_fit(self) -> SourceSpec:
        owners: dict[str, str] = {}
        for name, entity in self.entities.items():
            stream = self.streams.get(entity.stream)
            if stream is None or stream.kind != "window":
                raise ValueError(
                    f"the entity {name!r} has no window stream: {entity.stream!r} is "
                    f"{'none of the streams' if stream is None else f'a {stream.kind}'}"
                )
            if other := owners.get(entity.stream):
                raise ValueError(f"{other!r} and {name!r} share the stream {entity.stream!r}")
            owners[entity.stream] = name
        census = set(map(tombstones_of, self.entities))
        for stream_name, stream in self.streams.items():
            if stream.kind == "census" and stream_name not in census:
                raise ValueError(
                    f"{stream_name!r} is of the kind census, which only the streams have that "
                    "every entity gets without being declared"
                )
            if len(table := f"{self.name}__{stream_name}") > LONGEST:
                raise ValueError(
                    f"the table {table} has {len(table)} characters; PostgreSQL keeps {LONGEST}"
                )
            if stream.kind == "window" and stream_name not in owners:
                raise ValueError(f"the window stream {stream_name!r} belongs to no entity")
            if stream.of is not None and stream.of not in self.entities:
                raise ValueError(f"{stream_name!r} is of {stream.of!r}, which is no entity")
        return self

    def product(self, name: str, instance: str) -> ProductSpec:
        """
        A product by its name.

        :param instance: whose option names it, for errors.
        :raises ConfigError: if there is none of that name.
        """
        if name in self.products:
            return self.products[name]
        raise ConfigError(
            f"There is no product {name!r}",
            where=f"flowmart.yaml, instances.{instance}.options.product",
            next_step=f"use one of {', '.join(self.products)}, or describe it in "
            f"sources/{self.name}/products/{name}/product.yaml",
        )

    def entity_of(self, stream: str) -> str | None:
        """The entity whose records or children a stream contains; None for snapshots."""
        if of := self.streams[stream].of:
            return of
        return next((name for name, e in self.entities.items() if e.stream == stream), None)

    def children_of(self, entity: str) -> Mapping[str, StreamSpec]:
        """The child streams of an entity."""
        return {
            name: stream
            for name, stream in self.streams.items()
            if stream.kind == "child" and stream.of == entity
        }

    def is_entity_stream(self, stream: str) -> bool:
        """Whether a stream contains records of an entity, and not children."""
        return self.streams[stream].kind == "window"


def tombstones_of(entity: str) -> str:
    """The stream of an entity's tombstones."""
    return f"{entity}_tombstones"


def load_spec(folder: Path) -> SourceSpec:
    """
    Read a source's declaration.

    :param folder: the source's folder; the declaration must have the same name.
    :raises ConfigError: naming the file, the key and what is wrong with it.
    """
    path = folder / FILE_NAME
    try:
        given = load_yaml(path)
        if isinstance(given, dict) and (products := load_products(folder)):
            given |= {"products": products}
        spec = SourceSpec.model_validate(given)
    except OSError as error:
        problem = f"The declaration cannot be read: {error.strerror}"
    except yaml.YAMLError as error:
        problem = f"The declaration cannot be read as YAML: {error}"
    except ValidationError as error:
        problem = problems_in(error, "declaration")
    else:
        if spec.name == folder.name:
            return spec
        problem = f"name: {spec.name!r} is not the folder's name"
    raise ConfigError(problem, where=str(path), next_step="correct what the message names")
