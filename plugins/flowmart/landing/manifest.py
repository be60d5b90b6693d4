"""The manifest of a complete attempt to extract a stream."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from flowmart.core.window import Window

FILE_NAME = "manifest.json"
ATTEMPT_FORMAT = "%Y%m%dT%H%M%S.%fZ"

# Until 0.1.0 there were tombstones of issues only.
_RENAMED_STREAMS = {"tombstones": "issue_tombstones"}


class LandedFile(BaseModel):
    """
    One part file.

    :param name: file name within the attempt's folder.
    :param rows: records in it, one per line.
    :param sha256: hex digest of the file's bytes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    rows: int
    sha256: str


class Manifest(BaseModel):
    """
    A complete attempt.

    :param extracted_at: start of the attempt; of two attempts the later one counts.
    :param files: part files, in the order in which they were written.
    :param rows: records in all of them.
    :param distinct_records: different record ids among these.
    :param duplicates: rows beyond the first of their record id, such as a row on two pages.
    :param source_total: how many records the source said there are; ``None`` if it did not.
    :param min_version: lowest version; ``None`` without rows.
    :param max_version: highest version; ``None`` without rows.
    :param requests: requests of the attempt, retries included.
    :param vanished: ids of records of the entity that disappeared before their children were read.
    :param path: the attempt's folder; not part of the file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    instance: str
    source: str
    stream: str
    window: Window
    run_id: str
    extracted_at: datetime
    files: tuple[LandedFile, ...]
    rows: int
    distinct_records: int
    duplicates: int
    source_total: int | None
    min_version: int | None
    max_version: int | None
    requests: int
    vanished: tuple[str, ...] = ()
    path: Any = Field(exclude=True, repr=False)

    def to_json(self) -> str:
        """The text of the manifest file."""
        return self.model_dump_json(indent=2) + "\n"

    @classmethod
    def from_json(cls, document: dict[str, Any], path: Any) -> Manifest:
        """
        Read a manifest.

        :param document: the file's decoded JSON.
        :param path: the folder that the file is in.
        :raises pydantic.ValidationError: if it is not a manifest.
        """
        values = {**document, "path": path}
        values["stream"] = _RENAMED_STREAMS.get(str(values.get("stream")), values.get("stream"))
        return cls.model_validate(values)
