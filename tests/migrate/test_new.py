"""Migrations are written from contracts, and make what the contracts say."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from flowmart.core.errors import MigrationError
from flowmart.migrate import runner
from flowmart.migrate.compare import missing_changes
from flowmart.migrate.files import read_migrations
from flowmart.migrate.new import write_migration
from flowmart.settings import SQL_FOLDER
from flowmart.transform.contract import Index
from flowmart.transform.folders import all_contracts
from tests.migrate.contracts import (
    FLOWERS,
    PETALS,
    PETALS_SCENT,
    PETALS_TABLE,
    named,
    parse,
    with_columns,
    without_column,
)
from tests.migrate.warehouse import catalog, forget
from tests.servers import MIGRATIONS

NOW = datetime(2099, 1, 31, 12, 30, 5, tzinfo=UTC)
IN_USE = parse(FLOWERS)

NEW_TABLE = {
    "postgres": """-- migrate:up
create table {{ mart }}.fct_flowers (
    flower_key text not null,
    instance text not null,
    colour text,
    scent text not null,
    petals bigint not null,
    price numeric(38,9) not null,
    height double precision,
    is_wild boolean not null,
    planted_on date not null,
    picked_at timestamp with time zone,
    primary key (flower_key)
);
create index fct_flowers__colour on {{ mart }}.fct_flowers (instance, colour);
create index fct_flowers__picked on {{ mart }}.fct_flowers (picked_at) where picked_at is not null;
create index fct_flowers__scented on {{ mart }}.fct_flowers (flower_key) where scent = 'rose';

-- migrate:down
drop table {{ mart }}.fct_flowers;
""",
    "clickhouse": """-- migrate:up
create table if not exists {{ published('fct_flowers') }}{{ on_cluster }} (
    flower_key String,
    instance LowCardinality(String),
    colour LowCardinality(Nullable(String)),
    scent String,
    petals Int64,
    price Decimal(38, 9),
    height Nullable(Float64),
    is_wild Bool,
    planted_on Date,
    picked_at Nullable(DateTime64(6, 'UTC'))
) engine = {{ merge_tree() }} order by (instance, flower_key);

-- migrate:down
drop view if exists {{ mart }}.fct_flowers{{ on_cluster }};
drop table if exists {{ published('fct_flowers') }}{{ on_cluster }} sync;
""",
}


@pytest.fixture
def folder(engine, empty):
    """The same, with one published table."""
    (empty / engine.name / "20981231000000_flowers.sql").write_text(NEW_TABLE[engine.name])
    return empty


def write(engine, folder, *contracts):
    return write_migration([engine], folder, named(*contracts), "follow_contracts", NOW)


def test_the_migrations_in_use_make_what_the_contracts_in_use_say(engine, tmp_path):
    folder = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    assert write(engine, folder, *all_contracts(SQL_FOLDER).values()) == []


def test_a_new_table_is_written_as_a_person_would_write_it(engine, empty):
    [path] = write(engine, empty, IN_USE)
    assert path == empty / engine.name / "20990131123005_follow_contracts.sql"
    assert path.read_text() == NEW_TABLE[engine.name]


def test_nothing_is_written_where_nothing_differs(engine, folder):
    assert write(engine, folder, IN_USE) == []


NEW_COLUMNS = {
    "postgres": """-- migrate:up
-- Existing rows get the default of the type: check that it is right for them.
alter table {{ mart }}.fct_flowers
    add column note text,
    add column rank bigint not null default 0;

-- migrate:down
alter table {{ mart }}.fct_flowers
    drop column rank,
    drop column note;
""",
    "clickhouse": """-- migrate:up
-- Existing rows get the default of the type: check that it is right for them.
alter table {{ published('fct_flowers') }}{{ on_cluster }}
    add column if not exists note Nullable(String),
    add column if not exists rank Int64;

-- migrate:down
alter table {{ published('fct_flowers') }}{{ on_cluster }}
    drop column if exists rank,
    drop column if exists note;
""",
}

NOTED = with_columns(IN_USE, {"name": "note", "nullable": True}, {"name": "rank", "type": "bigint"})


def test_new_columns_are_written_with_a_word_about_existing_rows(engine, folder):
    [path] = write(engine, folder, NOTED)
    assert path.read_text() == NEW_COLUMNS[engine.name]


def test_sums_are_unique_over_their_groups_nulls_included(postgres, folder):
    [path] = write(postgres, folder, IN_USE, parse(PETALS))
    assert path.read_text() == PETALS_TABLE


def test_new_sums_start_with_the_rows_that_the_fact_has(postgres, folder):
    runner.up(postgres, folder / "postgres")
    for key, petals in (("a", 5), ("b", 8)):
        postgres.execute(
            "insert into t_mart.fct_flowers values "
            f"('{key}', 'toy', 'red', '', {petals}, 0.5, null, true, '2098-12-31', null)"
        )
    write(postgres, folder, parse(PETALS), IN_USE)  # whichever contract comes first
    runner.up(postgres, folder / "postgres")
    [row] = postgres.query("select colour, fact_rows, petals, price from t_ops.ops_petals")
    assert row == {"colour": "red", "fact_rows": 2, "petals": 13, "price": 1}


def test_other_sums_or_groups_are_left_to_a_person(postgres, folder):
    write(postgres, folder, IN_USE, parse(PETALS))
    taller = with_columns(parse(PETALS), {"name": "height", "type": "decimal"})
    shaded = parse(PETALS.replace("[instance, colour]", "[instance, colour, scent]") + PETALS_SCENT)
    for changed in (taller, shaded):
        with pytest.raises(MigrationError, match="the sums of ops_petals have other columns"):
            write(postgres, folder, IN_USE, changed)


# Of three indexes one is dropped, one gets another column and one another condition.
REINDEXED = {
    "fct_flowers__colour": Index(columns=("colour",)),
    "fct_flowers__picked": Index(columns=("picked_at",), where="is_wild and scent <> 'a B'"),
}


def test_clickhouse_has_no_indexes_and_a_view_in_place_of_stored_sums(clickhouse, folder):
    reindexed = IN_USE.model_copy(update={"indexes": REINDEXED})
    assert write(clickhouse, folder, reindexed, parse(PETALS)) == []


def test_what_is_written_can_be_applied_undone_and_applied_again(engine, folder):
    other_nulls = {"name": "scent", "nullable": True}, {"name": "colour", "type": "label"}
    changed = with_columns(NOTED, *other_nulls).model_copy(update={"indexes": REINDEXED})
    trees = parse(FLOWERS, name="fct_trees", indexes={}, sort_by=["flower_key"])
    contracts = changed, trees, parse(PETALS)
    [path] = write(engine, folder, *contracts)
    before = catalog(engine)
    repeat(engine, path.parent, "up")
    assert runner.up(engine, path.parent) == [path.name]
    after = catalog(engine)
    assert missing_changes(engine, named(*contracts)) == []
    repeat(engine, path.parent, "down")
    assert runner.down(engine, path.parent) == [path.name]
    assert catalog(engine) == before != after
    assert runner.up(engine, path.parent) == [path.name]
    assert catalog(engine) == after


def repeat(engine, folder, part):
    """Run the latest file beforehand, as if a process had been killed at its very end."""
    if not engine.has_transactions:
        latest = list(read_migrations(folder).values())[-1]
        engine.execute(latest.render(part, engine))


DEFAULTS = {
    "text": "",
    "label": "",
    "bigint": 0,
    "decimal": Decimal(0),
    "double": 0.0,
    "boolean": False,
    "date": date(1970, 1, 1),
    "timestamp": datetime(1970, 1, 1, tzinfo=UTC),
}
NEW = [{"name": f"new_{type_}", "type": type_} for type_ in DEFAULTS]


def test_existing_rows_get_the_same_defaults_on_each_engine(engine, folder):
    [path] = write(engine, folder, with_columns(IN_USE, *NEW))
    publish_one_row(engine)
    runner.up(engine, path.parent)
    assert new_values(engine) == list(DEFAULTS.values())


def test_nulls_get_the_same_defaults_where_they_are_no_longer_allowed(engine, folder):
    may_be_null = [column | {"nullable": True} for column in NEW]
    [path] = write(engine, folder, with_columns(IN_USE, *may_be_null))
    runner.up(engine, path.parent)
    publish_one_row(engine)
    assert new_values(engine) == [None] * len(NEW)
    changes = missing_changes(engine, named(with_columns(IN_USE, *NEW)))
    text = "\n".join(["-- migrate:up", *(change.up for change in changes), "-- migrate:down\n"])
    (path.parent / "20990201000000_not_null.sql").write_text(text)
    runner.up(engine, path.parent)
    assert new_values(engine) == list(DEFAULTS.values())


def publish_one_row(engine):
    row = {"flower_key": "'f'", "instance": "'toy'", "scent": "''", "petals": "5", "price": "1"}
    row |= {"is_wild": "true", "planted_on": "'2026-03-01'"}
    with engine.publication("toy") as publication:
        publication.execute(
            f"insert into {publication.table('fct_flowers')} ({', '.join(row)}) "
            f"values ({', '.join(row.values())})"
        )


def new_values(engine):
    table = engine.migration_values()["published"]("fct_flowers")
    [row] = engine.query(f"select {', '.join(c['name'] for c in NEW)} from {table}")
    return list(row.values())


UNDECIDED = {
    r"fct_flowers\.scent is not in its contract": without_column(
        parse(FLOWERS, indexes={}), "scent"
    ),
    r"fct_flowers\.scent is (text|String), its contract says (bigint|Int64)": with_columns(
        parse(FLOWERS, indexes={}), {"name": "scent", "type": "bigint"}
    ),
    "table fct_flowers has no contract": parse(FLOWERS, name="fct_blossoms"),
}


@pytest.mark.parametrize("problem", UNDECIDED)
def test_what_may_cost_rows_is_named_and_nothing_is_written(engine, folder, problem):
    files = sorted(folder.rglob("*.sql"))
    new = parse(FLOWERS, name="fct_trees", indexes={})
    with pytest.raises(MigrationError, match=problem) as caught:
        write(engine, folder, UNDECIDED[problem], new)
    assert "by hand" in caught.value.next_step
    assert sorted(folder.rglob("*.sql")) == files


def test_another_key_is_named(postgres, folder):
    problem = (
        r"the key of fct_flowers is \(flower_key\), its contract says \(instance, flower_key\)"
    )
    with pytest.raises(MigrationError, match=problem):
        write(postgres, folder, parse(FLOWERS, key=["instance", "flower_key"]))


def test_another_sort_key_is_named_every_time_until_a_person_has_changed_it(clickhouse, folder):
    by_scent = parse(FLOWERS, sort_by=["scent"])
    problem = r"sorted by \(instance, flower_key\), its contract says \(scent\): fill a new table"
    for _ in range(2):
        with pytest.raises(MigrationError, match=problem):
            write(clickhouse, folder, by_scent)
    file = folder / "clickhouse" / "20981231000000_flowers.sql"
    file.write_text(file.read_text().replace("(instance, flower_key)", "scent"))
    forget(clickhouse)
    assert write(clickhouse, folder, by_scent) == []
