"""Interpreters that have the clients."""

from __future__ import annotations

import pytest

from tests.clients.install import python_of


@pytest.fixture(scope="module")
def python(request: pytest.FixtureRequest) -> str:
    """The interpreter with the client that the module names as ``CLIENT``."""
    found = python_of(request.module.CLIENT)
    if not found.exists():
        pytest.skip(
            f"{request.module.CLIENT} is not installed: it needs a newer Python, or `make test`"
        )
    return str(found)
