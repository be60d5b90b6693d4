"""The unprivileged account that PostgreSQL runs as where this program runs as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.errors import LocalError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NAME = "flowmart"
# PostgreSQL's tools would take a user's own PGPORT, PGDATA and the like from the environment.
_CLEAN_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Account:
    """
    Who runs the database server.

    :param uid: user id to switch to; None runs commands as the present user.
    :param gid: its group.
    """

    uid: int | None
    gid: int | None

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end as this account, with its output captured."""
        groups: list[int] | None = None if self.uid is None else []
        return subprocess.run(
            [str(part) for part in command],
            user=self.uid,
            group=self.gid,
            extra_groups=groups,
            cwd="/",
            env=_CLEAN_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def reaches(self, path: Path) -> bool:
        """Tell whether every folder on the way to a path lets this account through."""
        return self.run(["test", "-x", path]).returncode == 0

    def own(self, path: Path) -> None:
        """Hand a path over to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def server_account() -> Account:
    """
    The present user, or, since PostgreSQL refuses root, a system account made for the purpose.

    :raises LocalError: if the account can neither be found nor created.
    """
    if os.geteuid() != 0:
        return Account(uid=None, gid=None)
    entry = _find() or _create()
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def _find() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
    command += ["--shell", "/usr/sbin/nologin", "--user-group", NAME]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        problem = done.stderr.strip()
    except OSError as error:
        problem = str(error)
    # Two programs may have started at once: what counts is that the account is there.
    if entry := _find():
        return entry
    raise LocalError(
        f"PostgreSQL does not run as root, and the system account {NAME!r} cannot be created "
        f"({problem}). Run as another user, or name a server in FLOWMART_POSTGRES_DSN."
    )
