"""What was written and applied is not written again, and what has changed is."""

from __future__ import annotations

import pytest

from flowmart.core.errors import MigrationError
from flowmart.migrate import runner
from flowmart.transform.contract import Index
from tests.migrate.contracts import FLOWERS, PETALS, parse, with_columns
from tests.migrate.test_new import IN_USE, NEW, write
from tests.migrate.test_new import folder as folder
from tests.migrate.warehouse import catalog

CONDITIONS = [
    "scent in ('rose', 'a  B', 'it''s', '(c)', '::text')",
    "colour not in ('red')",
    "petals between 1 and 10 and planted_on not between '2026-01-01' and '2026-12-31'",
    "height between 1 and 2.5e3",
    "petals != 5 and price <> 0.50",
    "scent like 'a%' or scent not like '_B%' or colour ilike '%s'",
    "scent ~ '^[a-z]{2,}$'",
    "not (is_wild or (petals > 1 and height is null)) is true",
    "(((is_wild)))",
    "is_wild = true",
    "NOT Is_Wild",
    "picked_at >= '2026-01-01T00:00:00+02:00'",
    "picked_at at time zone 'UTC' > timestamp '2026-01-01' - interval '1 day'",
    "planted_on = date '2026-03-01'",
    "scent is distinct from colour",
    "coalesce(colour, '') = ''",
    "case when is_wild then petals else -petals end > +1",
    "price::text = cast(1.5 as text)",
    "lower(scent) || 'x' = any (array['roseX', 'X'])",
    "price % 2 = 0 and petals * -1 < 0",
    "substring(scent from 1 for 2) = 'ro'",
    "extract(year from planted_on) = 2026",
    "(instance, scent) = ('toy', 'rose')",
    "scent = '{{ mart }}' or scent = '{%' or scent = '{# x #}' or scent = '{{{'",
    "scent = E'a\\nb'\nand colour = 'c'",
    'values = "values"',
    "1 = 1",
]
# Words that PostgreSQL or ClickHouse writes in quotes, though neither needs them.
WORDS = [{"name": word} for word in ("values", "position", "timestamp", "row", "between", "null_")]


def indexes(conditions):
    by_condition = {
        f"fct_flowers__{number}": Index(columns=("flower_key",), where=where)
        for number, where in enumerate(conditions)
    }
    return by_condition | {
        f"fct_flowers__{'x' * 50}": Index(columns=("values", "position", "timestamp")),
        f"fct_flowers__{'x' * 49}y": Index(columns=("row", "colour", "colour")),
    }


ODD = with_columns(IN_USE, *NEW, *WORDS).model_copy(
    update={
        "indexes": indexes(CONDITIONS),
        "key": ("values", "position"),
        "sort_by": ("values", "instance", "between"),
    }
)
OPEN = [column | {"name": f"open_{column['name']}", "nullable": True} for column in NEW]
SUMS = parse(PETALS, name=f"ops_{'p' * 47}")


@pytest.mark.parametrize("contract", [ODD, with_columns(ODD, *OPEN)])
def test_what_is_applied_is_not_written_again(engine, empty, contract):
    contracts = contract, SUMS
    [path] = write(engine, empty, *contracts)
    runner.up(engine, path.parent)
    before = catalog(engine)
    assert write(engine, empty, *contracts) == []
    assert catalog(engine) == before


def test_what_is_added_to_a_table_is_not_written_again(engine, folder):
    """Columns, indexes and nullability come to a table that was there before."""
    contracts = ODD.model_copy(update={"key": IN_USE.key, "sort_by": IN_USE.sort_by}), SUMS
    [path] = write(engine, folder, *contracts)
    runner.up(engine, path.parent)
    assert write(engine, folder, *contracts) == []
    open_columns = [column | {"nullable": True} for column in [*NEW, *WORDS]]
    changed = with_columns(contracts[0], *open_columns), SUMS
    for nullable in (changed, contracts):
        [path] = write(engine, folder, *nullable)
        runner.up(engine, path.parent)
        assert write(engine, folder, *nullable) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("scent = 'a b'", "scent = 'ab'"),
        ("scent = 'A'", "scent = 'a'"),
        ("scent = '(a)'", "scent = 'a'"),
        ("scent = 'a::text'", "scent = 'a'"),
        (
            "(is_wild or petals > 1) and height is null",
            "is_wild or (petals > 1 and height is null)",
        ),
        ("petals in (1, 2)", "petals in (1, 3)"),
        ("height::bigint = 1", "height = 1"),
        ("is_wild", ""),
    ],
)
def test_another_condition_is_written_once_and_can_be_undone(postgres, folder, old, new):
    before, after = (
        IN_USE.model_copy(update={"indexes": {"fct_flowers__x": index(where)}})
        for where in (old, new)
    )
    [path] = write(postgres, folder, before)
    runner.up(postgres, path.parent)
    made = catalog(postgres)
    [path] = write(postgres, folder, after)
    assert path.read_text().count("drop index {{ mart }}.fct_flowers__x;") == 2
    runner.up(postgres, path.parent)
    assert write(postgres, folder, after) == []
    runner.down(postgres, path.parent)
    assert catalog(postgres) == made


def index(where):
    return Index(columns=("flower_key",), where=where)


BY_HAND = [
    "create unique index fct_flowers__x on t_mart.fct_flowers (flower_key)",
    "create index fct_flowers__x on t_mart.fct_flowers (flower_key desc)",
    "create index fct_flowers__x on t_mart.fct_flowers using hash (flower_key)",
    "create index fct_flowers__x on t_mart.fct_flowers (flower_key) include (petals)",
    "create index fct_flowers__x on t_mart.fct_flowers (lower(flower_key) text_pattern_ops)",
    "create index fct_flowers__x on t_mart.fct_flowers (flower_key) where scent = '{{ x }}'",
]


@pytest.mark.parametrize("statement", BY_HAND)
def test_an_index_of_another_kind_is_brought_back_and_undone(postgres, folder, statement):
    file = folder / "postgres" / "20981231000001_by_hand.sql"
    text = statement.replace("t_mart", "{{ mart }}").replace("'{{ x }}'", "'{{ '{' }}{ x }}'")
    file.write_text(f"-- migrate:up\n{text};\n-- migrate:down\n")
    indexes = IN_USE.indexes | {"fct_flowers__x": index("")}
    contract = IN_USE.model_copy(update={"indexes": indexes})
    [path] = write(postgres, folder, contract)
    made = catalog(postgres)
    runner.up(postgres, path.parent)
    assert write(postgres, folder, contract) == []
    runner.down(postgres, path.parent)
    assert catalog(postgres) == made


REFUSED = {
    "index fct_flowers__x of fct_flowers: .*operator does not exist": {
        "fct_flowers__x": {"columns": ["flower_key"], "where": "colour + 1 > 2"}
    },
    "index fct_flowers__x of fct_flowers: .*must be marked IMMUTABLE": {
        "fct_flowers__x": {"columns": ["flower_key"], "where": "picked_at < now()"}
    },
    'index fct_flowers of fct_flowers: .*"fct_flowers" already exists': {
        "fct_flowers": {"columns": ["flower_key"]}
    },
}


@pytest.mark.parametrize("problem", REFUSED)
def test_an_index_that_postgres_does_not_take_is_named_before_anything_is_written(
    postgres, folder, problem
):
    files = sorted(folder.rglob("*.sql"))
    with pytest.raises(MigrationError, match=problem) as caught:
        write(postgres, folder, parse(FLOWERS, indexes=REFUSED[problem]))
    assert "correct the contract" in caught.value.next_step
    assert sorted(folder.rglob("*.sql")) == files
    assert postgres.query("select 1 from pg_namespace where nspname like 'contracts%'") == []
