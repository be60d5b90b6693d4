"""Names that both engines take unquoted, and that PostgreSQL does not cut off."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

LONGEST = 63
"""Bytes of a name that PostgreSQL keeps (NAMEDATALEN)."""

PLAIN = r"^[a-z][a-z0-9_]*$"

# PostgreSQL's words of the categories R and T in pg_get_keywords(); then what only ClickHouse takes
# for something else.
_WORDS = """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check
    collate collation column concurrently constraint create cross current_catalog current_date
    current_role current_schema current_time current_timestamp current_user default deferrable desc
    distinct do else end except false fetch for foreign freeze from full grant group having ilike in
    initially inner intersect into is isnull join lateral leading left like limit localtime
    localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
    references returning right select session_user similar some symmetric system_user table
    tablesample then to trailing true union unique user using variadic verbose when where window
    with
    cube rollup top
"""
RESERVED = frozenset(_WORDS.split())
"""Words of SQL that no column is called by."""


def _not_reserved(name: str) -> str:
    if name in RESERVED:
        raise ValueError(f"{name!r} is a word of SQL: add another one, such as {name}_name")
    return name


TableName = Annotated[str, Field(pattern=PLAIN, max_length=LONGEST)]
ColumnName = Annotated[TableName, AfterValidator(_not_reserved)]
