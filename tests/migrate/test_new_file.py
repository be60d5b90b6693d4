"""The name and the version of a migration that is written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flowmart.core.errors import MigrationError
from flowmart.migrate.new import write_migration
from tests.migrate.contracts import named, with_columns
from tests.migrate.test_new import IN_USE, NOTED, NOW, write
from tests.migrate.test_new import folder as folder


@pytest.mark.parametrize("name", ["", "Add-Sprints", "1st", "../../x", "a" * 101])
def test_a_name_that_no_file_can_have_is_named(engine, folder, name):
    with pytest.raises(MigrationError, match="is not a valid name of a migration") as caught:
        write_migration([engine], folder, named(IN_USE), name, NOW)
    assert "at most 100 lowercase letters, digits and underscores" in caught.value.next_step


def test_the_longest_name_is_taken(engine, folder):
    [path] = write_migration([engine], folder, named(NOTED), "a" * 100, NOW)
    assert path.name == f"20990131123005_{'a' * 100}.sql"


@pytest.mark.parametrize("now", [NOW.replace(year=2026), datetime(2098, 12, 31, tzinfo=UTC)])
def test_a_new_file_comes_after_all_others_whatever_the_clock_says(engine, folder, now):
    [path] = write_migration([engine], folder, named(NOTED), "add_notes", now)
    assert path.name == "20981231000001_add_notes.sql"


def test_two_files_of_one_name_in_one_second_are_two(engine, folder):
    [first] = write(engine, folder, NOTED)
    [second] = write(engine, folder, with_columns(NOTED, {"name": "leaf", "nullable": True}))
    assert [first.name[:14], second.name[:14]] == ["20990131123005", "20990131123006"]
    assert "leaf" not in first.read_text()
    assert "leaf" in second.read_text()
