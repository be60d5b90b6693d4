"""Reads dictionaries: the objects that issues refer to."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from flowmart.core.errors import ConfigError
from flowmart.sources.api import ApiError
from flowmart.sources.base import Page, Record
from flowmart.sources.rows import read_json
from flowmart.sources.youtrack.api import ForbiddenError
from flowmart.sources.youtrack.options import FIELD_TYPES
from flowmart.sources.youtrack.paging import read_list
from flowmart.sources.youtrack.records import Thing, make_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowmart.sources.declaration import StreamSpec
    from flowmart.sources.youtrack.api import YouTrack
    from flowmart.sources.youtrack.options import YouTrackOptions

log = logging.getLogger(__name__)

# The smallest size at which nested lists are known to be truncated silently.
_SMALLEST_CAP = 20

_ITEMS: Any = list[msgspec.Raw] | None


class _Inner(NamedTuple):
    """A nested list, and the endpoint that has it in pages."""

    member: str
    endpoint: str


_INNER = {
    "projects": _Inner("customFields", "admin/projects/{id}/customFields"),
    "states": _Inner("values", "admin/customFieldSettings/bundles/state/{id}/values"),
    "agiles": _Inner("sprints", "agiles/{id}/sprints"),
}


class _Type(msgspec.Struct):
    id: str | None = None


class _Field(msgspec.Struct):
    name: str | None = None
    fieldType: _Type | None = None


class _FieldOfProject(msgspec.Struct):
    field: _Field | None = None


class _Project(msgspec.Struct):
    shortName: str | None = None
    customFields: list[_FieldOfProject] | None = None


class Snapshots:
    """
    Reads the dictionaries of an instance.

    :param api: the server.
    :param streams: the declarations of all streams.
    :param options: the instance's options.
    """

    def __init__(
        self, api: YouTrack, streams: Mapping[str, StreamSpec], options: YouTrackOptions
    ) -> None:
        self._api = api
        self._streams = streams
        self._options = options

    def read(self, name: str) -> Iterator[Page]:
        """
        Read a dictionary.

        :param name: the stream's name.
        :raises ConfigError: if a custom field has an unknown type.
        """
        stream = self._streams[name]
        for rows in read_list(self._api, stream.endpoint, Thing, stream.params):
            with self._api.expecting("list", stream.endpoint):
                records = [self._with_all_items(make_record(row), name) for row in rows]
                if name == "projects":
                    self._require_known_types(records)
            yield Page(records)

    def _with_all_items(self, record: Record, name: str) -> Record:
        """
        The object, with its nested list read separately if it may be truncated.

        Such a record is combined from two answers; the text of each item is unchanged.
        """
        inner = _INNER.get(name)
        if inner is None:
            return record
        members = read_json(record.payload, dict[str, msgspec.Raw])
        told: list[msgspec.Raw] | None = read_json(members.get(inner.member, b"[]"), _ITEMS)
        if len(told or ()) < _SMALLEST_CAP:
            return record
        params = self._streams[name].params
        endpoint = inner.endpoint.format(id=record.record_id)
        fields = _inner_fields(params["fields"], inner.member)
        pages = read_list(self._api, endpoint, Thing, {"$top": params["$top"], "fields": fields})
        try:
            items = [msgspec.Raw(item.payload) for page in pages for item in page]
        except ForbiddenError as error:
            self._api.me()
            log.warning("%s: hidden during reading: %s", self._api.instance, error)
            return record
        except ApiError as error:
            if error.status != 404:
                raise
            log.warning("%s: disappeared during reading: %s", self._api.instance, error)
            return record
        return record._replace(payload=msgspec.json.encode({**members, inner.member: items}))

    def _require_known_types(self, projects: list[Record]) -> None:
        known = FIELD_TYPES.union(self._options.field_types)
        for project in (read_json(record.payload, _Project) for record in projects):
            if not self._options.reads_project(str(project.shortName)):
                continue
            for field in (there.field or _Field() for there in project.customFields or ()):
                type_ = str(field.fieldType.id if field.fieldType else None)
                if not {type_, type_.partition("[")[0]} & known:
                    raise ConfigError(
                        f"The field {field.name!r} of {project.shortName} has a type that "
                        f"Flowmart does not know: {type_}",
                        where=f"{self._api.instance}: projects",
                        next_step="to store its values as they come, add the type to field_types "
                        f"in flowmart.yaml, instances.{self._api.instance}.options",
                    )


def _inner_fields(fields: str, member: str) -> str:
    """The fields of one member in a list of fields: ``b,c(d)`` of ``a,x(b,c(d))`` for ``x``."""
    begun = re.search(rf"\b{member}\(", fields)
    assert begun is not None
    depth, end = 1, begun.end()
    while depth:
        depth += {"(": 1, ")": -1}.get(fields[end], 0)
        end += 1
    return fields[begun.end() : end - 1]
