"""Small migrations, and a look at what they made, for each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowmart.engines.base import Engine

FIRST = {
    "postgres": """-- migrate:up
create schema if not exists {{ mart }};
create table {{ mart }}.flowers (id bigint primary key);
-- migrate:down
drop table {{ mart }}.flowers;
""",
    "clickhouse": """-- migrate:up
create database if not exists {{ mart }};
create table if not exists {{ mart }}.flowers (id Int64) engine = {{ merge_tree() }} order by id;
-- migrate:down
drop table if exists {{ mart }}.flowers sync;
""",
}
SECOND = {
    "postgres": """-- migrate:up
alter table {{ mart }}.flowers add column colour text;
create index flowers_colour on {{ mart }}.flowers (colour);
-- migrate:down
alter table {{ mart }}.flowers drop column colour;
""",
    "clickhouse": """-- migrate:up
alter table {{ mart }}.flowers add column if not exists colour Nullable(String);
-- migrate:down
alter table {{ mart }}.flowers drop column if exists colour;
""",
}
# Its last statement fails.
BROKEN = {
    "postgres": """-- migrate:up
create table {{ mart }}.weeds (id bigint);
select 1 / 0;
-- migrate:down
""",
    "clickhouse": """-- migrate:up
create table if not exists {{ mart }}.weeds (id Int64) engine = {{ merge_tree() }} order by id;
select intDiv(1, 0);
-- migrate:down
""",
}
SLEEP = {"postgres": "select pg_sleep(0.5);", "clickhouse": "select sleep(0.5);"}
NEW_COLUMN = {
    "postgres": """-- migrate:up
alter table {{ published('ops_issue_projects') }} add column scent text;
-- migrate:down
alter table {{ published('ops_issue_projects') }} drop column scent;
""",
    "clickhouse": """-- migrate:up
alter table {{ published('ops_issue_projects') }} add column if not exists scent Nullable(String);
-- migrate:down
""",
}
_LAST_COLUMN = "references: [dim_projects, dim_sprints], description: the project or sprint}\n"
# What to replace in the contracts, and by what.
NEW_COLUMN_CONTRACT = (
    _LAST_COLUMN,
    f"{_LAST_COLUMN}      - {{name: scent, type: text, nullable: true, description: its scent}}\n",
)
NEW_TABLE = {
    "postgres": """-- migrate:up
create table {{ published('fct_flowers') }} (id text primary key, instance text not null);
-- migrate:down
""",
    "clickhouse": """-- migrate:up
create table if not exists {{ published('fct_flowers') }} (
    id String, instance LowCardinality(String)
)
engine = {{ merge_tree() }} order by id;
-- migrate:down
""",
}
NEW_CONTRACT = """
  - name: fct_flowers
    description: Flowers.
    grain: a flower
    layer: mart
    key: [id]
    publish: upsert
    columns:
      - {name: id, type: text, description: its name}
      - {name: instance, type: label, description: source instance}
"""

_POSTGRES_CATALOG = """
select table_schema || '.' || table_name || '.' || column_name as thing,
    concat_ws(' ', data_type, is_nullable, column_default) as detail
from information_schema.columns where table_schema like 't\\_%'
union all
select schemaname || '.' || indexname, indexdef from pg_indexes
where schemaname like 't\\_%'
union all
select schemaname || '.' || sequencename, '' from pg_sequences
where schemaname like 't\\_%'
order by thing
"""
_CLICKHOUSE_CATALOG = """
select concat(database, '.', table, '.', name) as thing,
    concat(type, ' ', default_kind, ' ', default_expression, ' ', compression_codec) as detail
from system.columns
where startsWith(database, 't_') and not startsWith(table, 'lease__')
union all
select concat(database, '.', name) as thing, concat(engine_full, ' ', as_select) as detail
from system.tables
where startsWith(database, 't_') and not startsWith(name, 'lease__')
order by thing
"""


def catalog(engine: Engine) -> list[dict[str, Any]]:
    """Every table, column, default, index, sequence and sorting key, in a stable order."""
    return engine.query(_POSTGRES_CATALOG if engine.name == "postgres" else _CLICKHOUSE_CATALOG)


def forget(engine: Engine) -> None:
    """Drop everything that migrations make."""
    schemas = ("t_ops", "t_mart", "t_stage", "t_store", "t_raw")
    if engine.name == "postgres":
        engine.execute(f"drop schema if exists {', '.join(schemas)} cascade")
    else:
        engine.execute("; ".join(f"drop database if exists {schema} sync" for schema in schemas))
