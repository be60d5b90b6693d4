"""What a stack keeps in its folder: secrets made once, and facts that must not change with time."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from local.errors import LocalError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER = "admin"
POSTGRES = "PostgreSQL"


class State:
    """
    The state folder of one stack.

    :param folder: it is made if it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.airflow_home = folder / "airflow"
        self.logs = folder / "logs"
        self.passwords_file = folder / "passwords.json"
        for path in (self.airflow_home, self.logs):
            path.mkdir(parents=True, exist_ok=True)
        # The account of the database server has to get through to its own folder.
        folder.chmod(0o711)

    def secret(self, name: str, size: int = 32) -> str:
        """
        A secret of this stack: made when it is first asked for, the same ever after.

        :param size: how many random bytes it holds; a Fernet key takes 32.
        """
        path = self.secret_file(name)
        if not path.exists():
            _write_private(path, base64.urlsafe_b64encode(secrets.token_bytes(size)).decode())
        return path.read_text()

    def secret_file(self, name: str) -> Path:
        """The file that a secret is kept in."""
        return self.folder / f"{name}.secret"

    @property
    def password(self) -> str:
        """The page's password for :data:`USER`, kept in the file that Airflow reads it from."""
        if not self.passwords_file.exists():
            _write_private(self.passwords_file, json.dumps({USER: secrets.token_urlsafe(12)}))
        return str(json.loads(self.passwords_file.read_text())[USER])

    @property
    def first_day(self) -> date:
        """The UTC day of the first start: the history that the stack loads ends with it."""
        return date.fromisoformat(self._first("first_day", datetime.now(UTC).date().isoformat()))

    def first_source(self, source: str) -> str:
        """What the folder's data come from: the source that it was first started with."""
        return self._first("source", source)

    def first_warehouse(self, warehouse: str) -> str:
        """Where the folder's data are published to: the warehouse of its first start."""
        return self._first("warehouse", self.warehouse or warehouse)

    @property
    def warehouse(self) -> str:
        """The warehouse that the folder was first started with; empty if it never was."""
        path = self.folder / "warehouse"
        if path.exists():
            return path.read_text()
        # Older versions of Flowmart knew no other warehouse, and noted none.
        return POSTGRES if (self.folder / "source").exists() else ""

    def _first(self, name: str, value: str) -> str:
        """The value that was given first."""
        path = self.folder / name
        if not path.exists():
            path.write_text(value)
        return path.read_text()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """
        Let nobody else start or stop this stack meanwhile.

        :raises LocalError: if somebody is at it.
        """
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LocalError(
                    "Another command starts or stops this stack: wait for it."
                ) from None
            yield


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
