"""Files of landing, on local disks and in Airflow's object storage."""

from __future__ import annotations

import errno
import hashlib
from typing import IO, TYPE_CHECKING

from flowmart.core.errors import ConfigError, FlowmartError, RetryableError

if TYPE_CHECKING:
    from flowmart.core.paths import StoragePath


class HashingFile:
    """
    A binary file that computes the SHA-256 of what is written or read.

    :param file: the file that is written or read.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Pass bytes on to the file."""
        self._sha256.update(data)
        return self._file.write(data)

    def read(self, size: int = -1) -> bytes:
        """Take bytes from the file."""
        data = self._file.read(size)
        self._sha256.update(data)
        return data

    def flush(self) -> None:
        """Pass a flush on to the file."""
        self._file.flush()

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes so far."""
        return self._sha256.hexdigest()


def folders_in(path: StoragePath) -> list[StoragePath]:
    """The folders in a folder; none if it is missing."""
    return [child for child in path.iterdir() if child.is_dir()] if path.exists() else []


def write_atomically(path: StoragePath, text: str) -> None:
    """Write a text file; readers see all of it or nothing."""
    unfinished = path.parent / f"{path.name}.unfinished"
    with unfinished.open("wb") as file:
        file.write(text.encode())
    unfinished.rename(path)


def explain_write_failure(error: OSError, folder: StoragePath) -> FlowmartError:
    """
    The error for landing files that cannot be written.

    :param error: error of the operating system or the object store.
    :param folder: the folder that was written to.
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return RetryableError(
            "There is no space left for landing files",
            where=str(folder),
            next_step="free space there, or change landing_root in flowmart.yaml; "
            "the incomplete attempt is ignored and may be deleted",
        )
    if isinstance(error, PermissionError | NotADirectoryError):
        return ConfigError(
            f"Landing files cannot be written: {error.strerror or error}",
            where=str(folder),
            next_step="give Airflow's user write access, or change landing_root in flowmart.yaml",
        )
    return RetryableError(
        f"Landing files cannot be written: {error.strerror or error}",
        where=str(folder),
        next_step="Airflow retries the task; if it keeps failing, check the storage",
    )
