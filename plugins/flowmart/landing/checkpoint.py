"""The checkpoint from which an interrupted attempt continues."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flowmart.core.window import Window
from flowmart.landing import manifest
from flowmart.landing.manifest import LandedFile
from flowmart.landing.storage import folders_in, write_atomically

if TYPE_CHECKING:
    from flowmart.core.batch import Batch
    from flowmart.core.paths import StoragePath

log = logging.getLogger(__name__)

FILE_NAME = "checkpoint.json"


class Checkpoint(BaseModel):
    """
    What an unfinished attempt has written so far.

    :param run_id: the run that it belongs to.
    :param basis: what else the rows depend on: for children the path of the issues' manifest.
    :param resume: what the source needs to continue after the last row.
    :param source_total: how many records the source said there are; ``None`` if it did not.
    :param requests: requests so far, retries included.
    :param vanished: as in the manifest.
    :param path: the attempt's folder; not part of the file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    window: Window
    run_id: str
    basis: str
    extracted_at: datetime
    files: tuple[LandedFile, ...]
    resume: Any
    source_total: int | None
    requests: int
    vanished: tuple[str, ...] = ()
    path: Any = Field(exclude=True, repr=False)

    def save(self) -> None:
        """Write it into the attempt's folder, replacing the previous one."""
        write_atomically(self.path / FILE_NAME, self.model_dump_json(indent=2) + "\n")


def find_checkpoint(root: StoragePath, batch: Batch, stream: str, basis: str) -> Checkpoint | None:
    """
    The checkpoint of the run's last attempt at a stream, if that was interrupted.

    :param root: the landing folder.
    :param batch: the batch.
    :param stream: the stream's name.
    :param basis: as in :class:`Checkpoint`; a checkpoint with another basis is ignored.
    """
    attempts = folders_in(root / batch.instance / stream / batch.window.slug)
    for attempt in sorted(attempts, key=lambda path: path.name, reverse=True):
        if (attempt / manifest.FILE_NAME).exists():
            return None
        if not (attempt / FILE_NAME).exists():
            continue
        try:
            with (attempt / FILE_NAME).open("rb") as file:
                found = Checkpoint.model_validate({**json.loads(file.read()), "path": attempt})
        except (ValueError, TypeError, ValidationError):
            log.warning("%s is damaged; reading the stream from the beginning", attempt / FILE_NAME)
            return None
        own = (found.window, found.run_id, found.basis) == (batch.window, batch.run_id, basis)
        return found if own else None
    return None
