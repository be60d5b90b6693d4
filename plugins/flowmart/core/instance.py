"""Names of source instances: ``<source>``, or ``<source>__<label>`` for several of one source."""

from __future__ import annotations

PATTERN = r"[a-z][a-z0-9]*(_[a-z0-9]+)*(__[a-z0-9]+(_[a-z0-9]+)*)?"
"""Pattern of instance names, which are used unquoted in SQL, file names and DAG ids."""

_SEPARATOR = "__"


def source_of(instance: str) -> str:
    """The source of an instance, such as ``phabricator`` for ``phabricator__acme``."""
    return instance.split(_SEPARATOR)[0]
