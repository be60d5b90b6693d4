"""Installs each client into an environment of its own, as their dependencies are not Airflow's."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
ENVIRONMENTS = Path(sys.prefix) / "clients"
_PYENV_VERSIONS = Path.home() / ".pyenv" / "versions"


def python_of(client: str) -> Path:
    """The interpreter that has a client, which may be missing."""
    return ENVIRONMENTS / client / "bin" / "python"


def install(requirements: Path) -> None:
    """
    Install a client.

    :param requirements: its pins; a comment ``# python >= 3.12`` asks for a newer Python, and
        where there is none, the client stays uninstalled.
    """
    environment = ENVIRONMENTS / requirements.stem
    asked = re.search("# python (.+)", requirements.read_text())
    python = asked[1].replace(" ", "") if asked else sys.executable
    made = _uv("venv", "--quiet", "--clear", "--python", python, str(environment))
    if made.returncode and asked:
        print(f"{requirements.stem} needs Python {python}, which is not here: its tests will skip.")
        return
    made.check_returncode()
    packages = ("--python", str(python_of(requirements.stem)), "-r", str(requirements))
    _uv("pip", "install", "--quiet", *packages).check_returncode()


def _uv(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Let uv look among pyenv's versions as well, of which the PATH has one."""
    found = (str(path / "bin") for path in sorted(_PYENV_VERSIONS.glob("3.*")))
    path = os.pathsep.join([os.environ["PATH"], *found])
    return subprocess.run(
        [f"{sys.prefix}/bin/uv", *arguments], env={**os.environ, "PATH": path}, text=True
    )


if __name__ == "__main__":
    for file in sorted(FOLDER.glob("*.txt")):
        install(file)
