"""What a project says of itself when it is loaded."""

from __future__ import annotations

import re

import pytest

from flowmart.core.errors import FatalError
from flowmart.sources.declaration import load_spec
from flowmart.transform.project import load_project


def load(folder, engine="postgres"):
    """What a run does before anything else."""
    return load_project(folder.sql, "desk", engine, load_spec(folder.declaration.parent))


def refusal(folder, what):
    """The error, which names what is wrong; it says where and what to do as well."""
    with pytest.raises(FatalError) as caught:
        load(folder)
    assert re.search(what, caught.value.what), caught.value.what
    assert caught.value.next_step
    return caught.value
