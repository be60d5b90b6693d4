"""Small contracts, and changes of them that migrations have to follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from flowmart.transform.contract import Column, Contract

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOWERS = """
name: fct_flowers
description: "Flowers; that's 100 % of them."
grain: flower
layer: mart
key: [flower_key]
publish: {by: flower_key}
sort_by: [instance, flower_key]
indexes:
  fct_flowers__colour: {columns: [instance, colour]}
  fct_flowers__picked: {columns: [picked_at], where: picked_at is not null}
  fct_flowers__scented: {columns: [flower_key], where: scent = 'rose'}
columns:
  - {name: flower_key, type: text, description: key}
  - {name: instance, type: label, description: source instance}
  - {name: colour, type: label, nullable: true, description: "such as red; a florist's word"}
  - {name: scent, type: text, description: what it smells of}
  - {name: petals, type: bigint, description: how many petals it has}
  - {name: price, type: decimal, description: price in euros}
  - {name: height, type: double, nullable: true, description: in metres}
  - {name: is_wild, type: boolean, description: whether nobody planted it}
  - {name: planted_on, type: date, description: day}
  - {name: picked_at, type: timestamp, nullable: true, description: end of it}
"""
PETALS = """
name: ops_petals
description: Petals that were counted.
grain: colour
layer: ops
key: [instance, colour]
publish: {sum: {of: fct_flowers, by: [instance, colour]}}
indexes:
  ops_petals__colour: {columns: [colour]}
columns:
  - {name: instance, type: label, description: source instance}
  - {name: colour, type: label, nullable: true, description: such as red}
  - {name: fact_rows, type: bigint, description: flowers}
  - {name: petals, type: bigint, description: their petals}
  - {name: price, type: decimal, description: their price}
"""
PETALS_SCENT = "  - {name: scent, type: text, description: what they smell of}\n"
# What `make migration` writes for PETALS on PostgreSQL.
PETALS_TABLE = """-- migrate:up
create table {{ ops }}.ops_petals (
    instance text not null,
    colour text,
    fact_rows bigint not null,
    petals bigint not null,
    price numeric(38,9) not null
);
create index ops_petals__colour on {{ ops }}.ops_petals (colour);
create unique index ops_petals__key on {{ ops }}.ops_petals (instance, colour) nulls not distinct;
insert into {{ ops }}.ops_petals (instance, colour, fact_rows, petals, price)
select instance as instance, colour as colour, count(*) as fact_rows, sum(petals) as petals, \
sum(price) as price from {{ mart }}.fct_flowers where 1 = 1 group by instance, colour;

-- migrate:down
drop table {{ ops }}.ops_petals;
"""


def parse(text: str, **changes: Any) -> Contract:
    """A contract written as YAML, with some of its keys changed."""
    return Contract.model_validate(yaml.safe_load(text) | changes)


def named(*contracts: Contract) -> dict[str, Contract]:
    """Contracts by their names; a later one counts."""
    return {contract.name: contract for contract in contracts}


def with_columns(contract: Contract, *columns: Mapping[str, Any]) -> Contract:
    """A contract with more columns, or with others in place of those of their names."""
    known = {column.name: column for column in contract.columns}
    for column in columns:
        known[column["name"]] = Column(**{"type": "text", "description": "new", **column})
    return contract.model_copy(update={"columns": tuple(known.values())})


def without_column(contract: Contract, name: str) -> Contract:
    """A contract without one of its columns."""
    columns = tuple(column for column in contract.columns if column.name != name)
    return contract.model_copy(update={"columns": columns})
