"""Contracts that differ from those in use, for tests that let migrations follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from flowmart.settings import SQL_FOLDER
from flowmart.transform.contract import Column, Contract, read_all_contracts

if TYPE_CHECKING:
    from collections.abc import Mapping

IN_USE = read_all_contracts(SQL_FOLDER)

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


def parse(text: str, **changes: Any) -> Contract:
    """A contract written as YAML, with some of its keys changed."""
    return Contract.model_validate(yaml.safe_load(text) | changes)


def added(*contracts: Contract) -> dict[str, Contract]:
    """The contracts in use and more of them, or others of their names."""
    return {**IN_USE, **{contract.name: contract for contract in contracts}}


def with_columns(name: str, *columns: Mapping[str, Any]) -> Contract:
    """A contract in use with more columns, or with others in place of those of their names."""
    known = {column.name: column for column in IN_USE[name].columns}
    for column in columns:
        known[column["name"]] = Column(**{"type": "text", "description": "new", **column})
    return IN_USE[name].model_copy(update={"columns": tuple(known.values())})


def without_column(name: str, column: str) -> Contract:
    """A contract in use without one of its columns."""
    columns = tuple(known for known in IN_USE[name].columns if known.name != column)
    return IN_USE[name].model_copy(update={"columns": columns})
