"""Words that are no names of columns: the servers' own lists."""

from __future__ import annotations

import psycopg
import pytest
from pydantic import TypeAdapter, ValidationError

from flowmart.core.identifiers import ColumnName

NAMES: TypeAdapter[str] = TypeAdapter(ColumnName)


def is_refused(word: str) -> bool:
    try:
        NAMES.validate_python(word)
    except ValidationError:
        return True
    return False


def test_words_that_postgresql_reserves_are_refused(postgres_dsn: str) -> None:
    with psycopg.connect(postgres_dsn) as connection:
        keywords = "select word, catcode in ('R', 'T') from pg_get_keywords()"
        words = connection.execute(keywords).fetchall()
    assert [word for word, is_reserved in words if is_reserved and not is_refused(word)] == []
    assert {w for w, is_reserved in words if not is_reserved and is_refused(w)} <= {
        *("cube", "rollup"),  # of ClickHouse
        "system_user",  # reserved from version 16 on
    }


@pytest.mark.parametrize("word", ["Name", "2nd", "x-y", "", "a" * 64, "order"])
def test_what_needs_quotes_or_is_cut_off_is_refused(word: str) -> None:
    assert is_refused(word)


@pytest.mark.parametrize("word", ["name", "value", "position", "a" * 63, "order_name"])
def test_plain_names_are_taken(word: str) -> None:
    assert not is_refused(word)
