"""Finds and reads landed attempts."""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, cast

from pydantic import ValidationError

from flowmart.core.errors import FatalError
from flowmart.landing.lines import from_line
from flowmart.landing.manifest import ATTEMPT_FORMAT, FILE_NAME, LandedFile, Manifest
from flowmart.landing.storage import HashingFile, folders_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import timedelta

    from flowmart.core.paths import StoragePath
    from flowmart.core.window import Window
    from flowmart.sources.base import Record


def read_manifest(path: StoragePath) -> Manifest:
    """
    Read the manifest of an attempt.

    :param path: the attempt's folder.
    :raises FatalError: if it is missing or damaged.
    """
    try:
        with (path / FILE_NAME).open("rb") as file:
            return Manifest.from_json(json.loads(file.read()), path)
    except FileNotFoundError as error:
        raise _damaged(path / FILE_NAME, "it is missing") from error
    except (ValueError, TypeError, ValidationError) as error:
        raise _damaged(path / FILE_NAME, "it is not a manifest") from error


def read_records(manifest: Manifest) -> Iterator[Record]:
    """
    Read an attempt's records, in the order in which they were landed.

    :raises FatalError: if a file is missing or was changed. The checksum is compared after the last
        record of a file, so use the records only after all of them were read.
    """
    return read_files(manifest.path, manifest.files)


def read_files(folder: StoragePath, files: Iterable[LandedFile]) -> Iterator[Record]:
    """
    Read the records of part files, as :func:`read_records` does.

    :param folder: the folder that they are in.
    :param files: as they were written.
    """
    for landed in files:
        path = folder / landed.name
        try:
            yield from _read_part(path, landed)
        except FileNotFoundError as error:
            raise _damaged(path, "it is missing") from error
        except (gzip.BadGzipFile, EOFError, zlib.error, ValueError, RecursionError) as error:
            raise _damaged(path, str(error)) from error


def _read_part(path: StoragePath, landed: LandedFile) -> Iterator[Record]:
    rows = 0
    with path.open("rb") as file:
        hashing = HashingFile(file)
        with gzip.GzipFile(mode="rb", fileobj=cast("IO[bytes]", hashing)) as lines:
            for line in lines:
                yield from_line(line)
                rows += 1
    if hashing.sha256 != landed.sha256:
        raise ValueError("its checksum differs from the manifest's")
    if rows != landed.rows:
        raise ValueError(f"it has {rows} rows instead of {landed.rows}")


def find_manifests(root: StoragePath, instance: str, window: Window | None) -> list[Manifest]:
    """
    All complete attempts of an instance, oldest first.

    :param root: the landing folder.
    :param instance: the instance's name.
    :param window: only attempts whose window overlaps it; ``None`` for all.
    :raises FatalError: if a manifest is damaged.
    """
    manifests = [
        read_manifest(attempt)
        for stream in folders_in(root / instance)
        for slug in folders_in(stream)
        for attempt in folders_in(slug)
        if (attempt / FILE_NAME).exists()
    ]
    return sorted(
        (found for found in manifests if window is None or window.overlaps(found.window)),
        key=lambda found: (found.extracted_at, found.stream),
    )


def fresh_snapshot(
    root: StoragePath, instance: str, stream: str, now: datetime, max_age: timedelta
) -> Manifest | None:
    """
    The newest complete attempt at a snapshot, if it is recent enough to be reused.

    :param root: the landing folder.
    :param instance: the instance's name.
    :param stream: the snapshot's name.
    :param now: the current time, timezone-aware.
    :param max_age: its maximum age.
    """
    attempts = [a for slug in folders_in(root / instance / stream) for a in folders_in(slug)]
    for attempt in sorted(attempts, key=lambda a: a.name, reverse=True):
        began_at = datetime.strptime(attempt.name, ATTEMPT_FORMAT).replace(tzinfo=UTC)
        if now - began_at > max_age:
            return None
        if (attempt / FILE_NAME).exists():
            return read_manifest(attempt)
    return None


def _damaged(path: StoragePath, why: str) -> FatalError:
    return FatalError(
        f"A landed file is damaged: {why}",
        where=str(path),
        next_step="delete the attempt's folder and run its window again (clear the DAG run)",
    )
