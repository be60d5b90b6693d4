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
from flowmart.transform.contract import Index
from tests.migrate.contracts import (
    FLOWERS,
    IN_USE,
    PETALS,
    added,
    parse,
    with_columns,
    without_column,
)
from tests.migrate.warehouse import catalog
from tests.servers import MIGRATIONS

NOW = datetime(2099, 1, 31, 12, 30, 5, tzinfo=UTC)
PROJECTS = "ops_issue_projects"


@pytest.fixture
def folder(tmp_path):
    """A copy of the migrations in use."""
    return shutil.copytree(MIGRATIONS, tmp_path / "migrations")


def write(engine, folder, contracts):
    return write_migration([engine], folder, contracts, "follow_contracts", NOW)


def with_indexes(name, **indexes):
    return IN_USE[name].model_copy(update={"indexes": indexes})


def test_the_migrations_in_use_make_what_the_contracts_say(engine, folder):
    assert write(engine, folder, IN_USE) == []


NOTED = with_columns(
    PROJECTS, {"name": "note", "nullable": True}, {"name": "rank", "type": "bigint"}
)
OTHER_NULLS = with_columns(
    "fct_issues", {"name": "title", "nullable": True}, {"name": "author_key"}
)
# An index that is gone, one with another column, and three that are new.
OTHER_INDEXES = (
    with_indexes("fct_issue_status_times"),
    with_indexes(
        "fct_issue_column_intervals",
        fct_issue_column_intervals__issue=Index(columns=("issue_key", "sequence")),
        fct_issue_column_intervals__column=Index(columns=("column_key",)),
        fct_issue_column_intervals__board=Index(
            columns=("board_key",), where="left_at is null and team <> 'a B'"
        ),
    ),
    parse(PETALS),
)


def test_what_is_written_can_be_applied_undone_and_applied_again(engine, folder):
    contracts = added(parse(FLOWERS), NOTED, OTHER_NULLS, *OTHER_INDEXES)
    [path] = write(engine, folder, contracts)
    assert path == folder / engine.name / "20990131123005_follow_contracts.sql"
    before = catalog(engine)
    repeat(engine, path.parent, "up")
    assert runner.up(engine, path.parent) == [path.name]
    after = catalog(engine)
    assert missing_changes(engine, contracts) == []
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


def test_clickhouse_has_no_indexes_and_a_view_in_place_of_stored_sums(engine, folder):
    if engine.name == "postgres":
        pytest.skip("PostgreSQL has both")
    assert write(engine, folder, added(*OTHER_INDEXES)) == []


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
drop table if exists {{ published('fct_flowers') }}{{ on_cluster }} sync;
""",
}
NEW_COLUMNS = {
    "postgres": """-- migrate:up
-- Existing rows get the default of the type: check that it is what they should have.
alter table {{ ops }}.ops_issue_projects
    add column note text,
    add column rank bigint not null default 0;

-- migrate:down
alter table {{ ops }}.ops_issue_projects
    drop column rank,
    drop column note;
""",
    "clickhouse": """-- migrate:up
-- Existing rows get the default of the type: check that it is what they should have.
alter table {{ published('ops_issue_projects') }}{{ on_cluster }}
    add column if not exists note Nullable(String),
    add column if not exists rank Int64;

-- migrate:down
alter table {{ published('ops_issue_projects') }}{{ on_cluster }}
    drop column if exists rank,
    drop column if exists note;
""",
}
SUMS = """-- migrate:up
create table {{ ops }}.ops_petals (
    instance text not null,
    colour text,
    fact_rows bigint not null,
    petals bigint not null,
    price numeric(38,9) not null
);
create index ops_petals__colour on {{ ops }}.ops_petals (colour);
create unique index ops_petals__key on {{ ops }}.ops_petals (instance, colour) nulls not distinct;

-- migrate:down
drop table {{ ops }}.ops_petals;
"""


def test_a_table_is_written_as_a_person_would_write_it(engine, folder):
    [path] = write(engine, folder, added(parse(FLOWERS)))
    assert path.read_text() == NEW_TABLE[engine.name]


def test_columns_are_written_with_a_word_about_the_rows_that_are_there(engine, folder):
    [path] = write(engine, folder, added(NOTED))
    assert path.read_text() == NEW_COLUMNS[engine.name]


def test_sums_are_unique_over_their_groups_nulls_included(postgres, folder):
    [path] = write(postgres, folder, added(parse(PETALS)))
    assert path.read_text() == SUMS


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


def test_rows_that_are_there_get_the_same_defaults_on_each_engine(engine, folder):
    columns = [{"name": f"new_{type_}", "type": type_} for type_ in DEFAULTS]
    [path] = write(engine, folder, added(with_columns(PROJECTS, *columns)))
    publish_one_row(engine)
    runner.up(engine, path.parent)
    assert new_columns(engine) == list(DEFAULTS.values())


def test_nulls_get_the_same_defaults_where_a_column_may_no_longer_be_null(engine, folder):
    columns = [{"name": f"new_{type_}", "type": type_} for type_ in DEFAULTS]
    may_be_null = [column | {"nullable": True} for column in columns]
    [path] = write(engine, folder, added(with_columns(PROJECTS, *may_be_null)))
    runner.up(engine, path.parent)
    publish_one_row(engine)
    changes = missing_changes(engine, added(with_columns(PROJECTS, *columns)))
    text = "\n".join(["-- migrate:up", *(change.up for change in changes), "-- migrate:down\n"])
    (path.parent / "20990201000000_not_null.sql").write_text(text)
    assert new_columns(engine) == [None] * len(columns)
    runner.up(engine, path.parent)
    assert new_columns(engine) == list(DEFAULTS.values())


def publish_one_row(engine):
    with engine.publication("toy") as publication:
        publication.execute(
            f"insert into {publication.table(PROJECTS)} (issue_key, instance, project_key) "
            "values ('T1', 'toy', 'P')"
        )


def new_columns(engine):
    published = engine.migration_values()["published"](PROJECTS)
    names = ", ".join(f"new_{type_}" for type_ in DEFAULTS)
    [row] = engine.query(f"select {names} from {published}")
    return list(row.values())


def test_another_sort_key_is_left_to_a_person(clickhouse, folder):
    contract = IN_USE["fct_issue_changes"].model_copy(update={"sort_by": ("instance",)})
    [path] = write(clickhouse, folder, added(contract))
    up = path.read_text().partition("-- migrate:down")[0]
    assert "sorted by (issue_key, change_key), its contract says instance" in up
    assert {line[:2] for line in up.splitlines() if line} == {"--"}
    assert runner.up(clickhouse, path.parent) == [path.name]


UNDECIDED = {
    "fct_issues.title is not in its contract": without_column("fct_issues", "title"),
    "fct_issues.title is (text|String), its contract says (bigint|Int64)": with_columns(
        "fct_issues", {"name": "title", "type": "bigint"}
    ),
}


@pytest.mark.parametrize("problem", UNDECIDED)
def test_what_would_lose_rows_is_named_and_nothing_is_written(engine, folder, problem):
    files = sorted(folder.rglob("*.sql"))
    with pytest.raises(MigrationError, match=problem) as caught:
        write(engine, folder, added(UNDECIDED[problem], parse(FLOWERS)))
    assert "by hand" in caught.value.next_step
    assert sorted(folder.rglob("*.sql")) == files


def test_a_table_that_no_contract_has_any_more_is_named(engine, folder):
    contracts = {name: contract for name, contract in IN_USE.items() if name != "fct_issues"}
    with pytest.raises(MigrationError, match="table fct_issues has no contract"):
        write(engine, folder, contracts)


def test_another_key_is_named(postgres, folder):
    contract = IN_USE[PROJECTS].model_copy(update={"key": ("issue_key",)})
    with pytest.raises(MigrationError, match=r"\(issue_key, project_key\), its contract says"):
        write(postgres, folder, added(contract))


@pytest.mark.parametrize("name", ["", "Add-Sprints", "1st", "../../x"])
def test_a_name_that_no_file_can_have_is_named(engine, folder, name):
    with pytest.raises(MigrationError, match="does not name a migration"):
        write_migration([engine], folder, IN_USE, name, NOW)
