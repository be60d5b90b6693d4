"""What the server sees in SQL."""

import pytest

from local.clickhouse.errors import ServerError
from local.clickhouse.statements import (
    can_stream,
    first_word,
    killed_query,
    parse_insert,
    single,
    split_format,
)


@pytest.mark.parametrize(
    ("sql", "target", "columns", "fmt"),
    [
        ("INSERT INTO t VALUES", "t", "", "Values"),
        ("insert into t values ;", "t", "", "Values"),
        ("-- a comment\ninsert into db.t (a, b) values", "db.t", "a, b", "Values"),
        ("/* values */ INSERT INTO t FORMAT Native", "t", "", "Native"),
        ("insert into t (a) settings x=1, y='values' values", "t", "a", "Values"),
        ("insert into t settings x = 1 format Native", "t", "", "Native"),
        ("INSERT INTO TABLE `my db`.`the ``table` (`x y`) VALUES", "`my db`.`the ``table`",
         "`x y`", "Values"),
        ("insert into values values", "values", "", "Values"),
        ("INSERT INTO FUNCTION file('a.csv', 'CSV') VALUES", "FUNCTION file('a.csv', 'CSV')",
         "", "Values"),
        ("INSERT INTO t", "t", "", ""),
    ],
)  # fmt: skip
def test_an_insert_that_waits_for_rows(sql: str, target: str, columns: str, fmt: str) -> None:
    insert = parse_insert(sql)
    assert insert
    assert (insert.target, insert.columns, insert.format) == (target, columns, fmt)
    assert not insert.data


@pytest.mark.parametrize("sql", ["insert into t values (1, 'a')", "INSERT INTO t FORMAT CSV 1,a"])
def test_an_insert_that_brings_its_rows(sql: str) -> None:
    insert = parse_insert(sql)
    assert insert
    assert insert.data


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "INSERT INTO t SELECT 1",
        "insert into t (a) with x as (select 1) select * from x",
        "insert into t (a) (select 1)",
        "INSERT INTO t FROM INFILE 'a.csv' FORMAT CSV",
        "explain insert into t values",
    ],
)
def test_what_is_no_insert_of_rows(sql: str) -> None:
    assert parse_insert(sql) is None


@pytest.mark.parametrize(
    ("sql", "rest", "fmt"),
    [
        ("SELECT 1 FORMAT JSON", "SELECT 1 ", "JSON"),
        ("select 1 format CSV settings a=1", "select 1  settings a=1", "CSV"),
        ("select format from t", "select format from t", ""),
        ("select a from t order by format desc", "select a from t order by format desc", ""),
        ("select 'x FORMAT JSON'", "select 'x FORMAT JSON'", ""),
        ("select 1 -- FORMAT JSON", "select 1 -- FORMAT JSON", ""),
    ],
)
def test_the_format_of_a_query(sql: str, rest: str, fmt: str) -> None:
    assert split_format(sql) == (rest, fmt)


def test_a_semicolon_ends_one_statement_and_begins_no_other() -> None:
    assert single("select ';' ; -- done") == "select ';' "
    with pytest.raises(ServerError, match="Multi-statements"):
        single("select 1; select 2")


def test_only_queries_stream() -> None:
    assert can_stream("/* x */ (select 1) union all (select 2)")
    assert can_stream("WITH 1 AS x SELECT x")
    assert not can_stream("SHOW TABLES")
    assert first_word("-- a\n set a = 1") == "SET"


def test_the_query_that_is_to_be_killed() -> None:
    killed = killed_query("KILL QUERY WHERE query_id = 'it\\'s' ASYNC")
    assert killed == ("KILL QUERY WHERE ", "it's", " ASYNC")
    assert killed_query("KILL MUTATION WHERE 1") is None
