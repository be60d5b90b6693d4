"""A model that becomes a sum, or is none any more, needs another table."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flowmart.core.errors import MigrationError
from flowmart.migrate import runner
from flowmart.migrate.compare import missing_changes, require_contracts
from flowmart.migrate.new import write_migration
from tests.migrate.contracts import FLOWERS, PETALS, named, parse

NOW = datetime(2099, 1, 31, 12, 30, 5, tzinfo=UTC)
SUM = PETALS.replace("nullable: true, ", "")
SLICE = SUM.replace("sum:", "slice:").replace(
    "  - {name: fact_rows, type: bigint, description: flowers}\n", ""
)


def write(engine, folder, text, second):
    contracts = named(parse(FLOWERS), parse(text))
    paths = write_migration([engine], folder, contracts, "petals", NOW.replace(second=second))
    runner.up(engine, folder / engine.name)
    return paths


def refused(compare, engine, text):
    with pytest.raises(MigrationError) as caught:
        compare(engine, named(parse(FLOWERS), parse(text)))
    return caught.value.what


def drop_as_undone(engine, folder, created):
    """What the message says: the other part of the migration that created the table."""
    down = created.read_text().partition("-- migrate:down\n")[2]
    dropped = "\n".join(line for line in down.splitlines() if "ops_petals" in line)
    path = folder / engine.name / "20990131123006_drop_petals.sql"
    path.write_text(f"-- migrate:up\n{dropped}\n-- migrate:down\n")
    runner.up(engine, folder / engine.name)


def test_a_slice_becomes_a_sum(engine, empty):
    [created] = write(engine, empty, SLICE, 5)
    what = refused(missing_changes, engine, SUM)
    assert "the policy of ops_petals has changed: it is a sum, which needs another table" in what
    assert "its contract says ()" not in what
    assert "has no contract" not in what
    drop_as_undone(engine, empty, created)
    # On ClickHouse a sum is a view, which the command does not write.
    assert len(write(engine, empty, SUM, 7)) == (engine.name == "postgres")
    assert missing_changes(engine, named(parse(FLOWERS), parse(SUM))) == []


def test_a_sum_becomes_a_slice(engine, empty):
    created = write(engine, empty, SUM, 5)
    if engine.name == "postgres":
        what = refused(missing_changes, engine, SLICE)
        assert "the policy of ops_petals has changed: it is no longer a sum" in what
        assert "the key of" not in what
        drop_as_undone(engine, empty, *created)
    assert len(write(engine, empty, SLICE, 7)) == 1
    assert missing_changes(engine, named(parse(FLOWERS), parse(SLICE))) == []


def test_a_run_says_so_too(postgres, empty):
    """Where all columns are the same, only the policy differs."""
    counted = SUM.replace("sum:", "slice:")
    write(postgres, empty, counted, 5)
    assert "ops_petals has changed: it is a sum" in refused(require_contracts, postgres, SUM)
