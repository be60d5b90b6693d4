"""A project with entities of its own, and a warehouse of it per module and engine."""

from __future__ import annotations

import pytest

from tests.clearing import clear
from tests.entities.folder import ProjectFolder
from tests.entities.warehouse import Warehouse


@pytest.fixture
def folder(tmp_path):
    """The desk's project, for a test to change; nobody knows of it."""
    return ProjectFolder(tmp_path / "project")


@pytest.fixture(scope="module")
def desk_folder(tmp_path_factory):
    """The desk's project as it is."""
    folder = ProjectFolder(tmp_path_factory.mktemp("desk") / "project")
    with folder.registered():
        yield folder


@pytest.fixture(scope="module")
def desk_warehouse(desk_folder, warehouse_dsn, tmp_path_factory):
    """A warehouse with the desk's tables."""
    return Warehouse(desk_folder, warehouse_dsn, tmp_path_factory.mktemp("landing"))


@pytest.fixture
def warehouse(desk_warehouse):
    """The same, without rows."""
    clear(desk_warehouse.engine)
    return desk_warehouse
