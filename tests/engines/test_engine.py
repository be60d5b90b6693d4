"""What every engine promises of statements, sessions, CSV, locks and its address."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import sqlalchemy

from flowmart.core.errors import WarehouseUnavailableError
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine

MORNING = datetime(2026, 11, 1, 6, tzinfo=UTC)


def count(executor, table):
    return executor.query(f"select count(*) as rows from {table}")[0]["rows"]


def test_rows_come_as_dictionaries_and_parameters_by_name(engine):
    rows = engine.query("select %(n)s + 1 as n, %(t)s as t, %(n)s as again", {"n": 41, "t": "x"})
    assert rows == [{"n": 42, "t": "x", "again": 41}]


@pytest.mark.parametrize(
    "value",
    [
        7,
        -(2**40),
        0.1,
        True,
        False,
        None,
        "",
        "it's 50 %, %s and %(n)s",
        'double "quotes" and `others`',
        "back\\slash, \\n, \\N and \\' too",
        "tab\there, line\nthere, return\rtoo",
        "Жук, 虫, 🐞",
        "; drop table numbers; -- /* */",
        MORNING.replace(microsecond=123456),
        date(2026, 11, 1),
        [1, 2],
        [MORNING.replace(microsecond=1)],
    ],
    ids=repr,
)
def test_a_parameter_arrives_as_it_was_given(engine, value):
    [row] = engine.query("select %(value)s as value", {"value": value})
    assert row["value"] == value
    assert type(row["value"]) is type(value)


def test_a_list_of_texts_arrives_as_it_was_given(engine):
    texts = {"postgres": "cast(%(list)s as text[])", "clickhouse": "%(list)s"}[engine.name]
    given = {"list": ["it's", "back\\slash, {comma}", "", "50 %"]}
    assert engine.query(f"select {texts} as list", given) == [given]


def test_a_moment_of_another_zone_is_the_same_moment(engine):
    moscow = timezone(timedelta(hours=3))
    [row] = engine.query(
        "select %(at)s as at", {"at": datetime(2026, 11, 1, 9, 0, 0, 5, tzinfo=moscow)}
    )
    assert row["at"] == MORNING.replace(microsecond=5)
    assert row["at"].utcoffset() == timedelta(0)


def test_a_per_cent_sign_needs_no_care_without_parameters(engine, numbers):
    rows = engine.query("select 7 % 4 as rest, 'a' like '%' as found")
    assert rows == [{"rest": 3, "found": True}]
    engine.execute(f"insert into {numbers} values (7 % 4, '50 %')")
    assert engine.query(f"select * from {numbers}") == [{"n": 3, "label": "50 %"}]


def test_a_per_cent_sign_is_doubled_beside_parameters(engine, numbers):
    engine.execute(f"insert into {numbers} values (%(n)s, '50 %%')", {"n": 1})
    assert engine.query(f"select label from {numbers} where label like '50 %%'", {}) == [
        {"label": "50 %"}
    ]


def test_several_statements_run_at_once_and_return_nothing(engine, numbers):
    done = engine.execute(
        f"insert into {numbers} values (1, 'one; or two'); -- a comment;\n"
        f"insert into {numbers} values (2, 'it''s');"
    )
    assert done is None
    assert engine.query(f"select label from {numbers} order by n") == [
        {"label": "one; or two"},
        {"label": "it's"},
    ]


def test_a_session_sees_what_it_wrote(engine, numbers):
    with engine.session() as session:
        session.execute(f"insert into {numbers} values (1, 'one')")
        assert count(session, numbers) == 1
        assert session.schemas == engine.schemas
    assert count(engine, numbers) == 1


COLUMNS = {
    "n": "bigint",
    "label": "text",
    "x": "double",
    "is_it": "boolean",
    "day": "date",
    "at": "timestamp",
}
CSV = [
    ((1, 'a,"b"', 0.1, True, date(2026, 11, 1), MORNING),
     '1,"a,""b""",0.1,t,2026-11-01,2026-11-01 06:00:00+00'),
    ((2, "", 1.0, False, None, MORNING.replace(microsecond=120_000)),
     '2,"",1,f,,2026-11-01 06:00:00.12+00'),
    ((3, None, None, None, None, None), "3,,,,,"),
    ((4, "line\nbreak", -2.5e-07, None, None, MORNING.replace(microsecond=1)),
     '4,"line\nbreak",-2.5e-07,,,2026-11-01 06:00:00.000001+00'),
    ((5, "return\rhere", 1e15, None, None, None), '5,"return\rhere",1e+15,,,'),
    ((6, " space, ", 123456789012345.0, None, None, None), '6," space, ",123456789012345,,,'),
    ((7, "Жук 🐞", 0.0001, None, None, None), "7,Жук 🐞,0.0001,,,"),
    ((8, "\\N", 1.25e-05, None, None, None), "8,\\N,1.25e-05,,,"),
    ((9, "t", float("inf"), None, None, None), "9,t,Infinity,,,"),
    ((10, "null", float("nan"), None, None, None), "10,null,NaN,,,"),
    ((-11, "a b", -0.0, None, None, None), "-11,a b,-0,,,"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "line"), CSV, ids=[line for _, line in CSV])
def test_csv_is_the_same_text_on_every_engine(engine, row, line):
    """As PostgreSQL's COPY writes it: nothing for null, two quotes for an empty text."""
    with engine.session() as session:
        session.create_table("t_stage.values", COLUMNS)
        session.copy_rows("t_stage.values", list(COLUMNS), [row])
    out = io.StringIO()
    engine.query_csv("select n, label, x, is_it, day, at from t_stage.values;\n", out)
    assert out.getvalue() == f"n,label,x,is_it,day,at\n{line}\n"


def test_csv_without_rows_is_a_header(engine, numbers):
    out = io.StringIO()
    engine.query_csv(f"select n, label from {numbers}", out)
    assert out.getvalue() == "n,label\n"


def test_csv_of_a_query_that_ends_in_a_comment(engine):
    out = io.StringIO()
    engine.query_csv("select null as nothing -- and why not", out)
    assert out.getvalue() == "nothing\n\n"


def test_csv_of_many_rows_has_them_all_in_order(engine, numbers):
    with engine.session() as session:
        session.copy_rows(numbers, ("n", "label"), ((n, f"l{n}") for n in range(25_000)))
    out = io.StringIO()
    engine.query_csv(f"select n from {numbers} order by n", out)
    assert out.getvalue().split() == ["n", *map(str, range(25_000))]


def test_a_lock_keeps_others_out_until_it_is_released(engine):
    with engine.lock("flowmart.mart", 5):
        with engine.lock("flowmart.another", 5):
            pass
        with (
            pytest.raises(WarehouseUnavailableError, match="lock"),
            engine.lock("flowmart.mart", 0.1),
        ):
            pass
    with engine.lock("flowmart.mart", 5):
        pass


def test_a_lock_ends_with_a_holder_that_fails(engine):
    with pytest.raises(ZeroDivisionError), engine.lock("flowmart.mart", 5):
        raise ZeroDivisionError
    with engine.lock("flowmart.mart", 5):
        pass


def test_the_sqlalchemy_url_leads_to_the_same_database(engine, numbers):
    engine.execute(f"insert into {numbers} values (1, 'here')")
    url = sqlalchemy.create_engine(engine.sqlalchemy_url())
    with url.connect() as connection:
        read = connection.execute(sqlalchemy.text(f"select label from {numbers}")).scalar_one()
    url.dispose()
    assert read == "here"


@pytest.mark.parametrize("scheme", ["postgresql", "clickhouse"])
def test_neither_place_nor_repr_shows_the_password(scheme):
    engine = open_engine(f"{scheme}://u:hunter2@db:5433/w", Schemas.with_prefix(""))
    assert engine.where == "db:5433/w"
    assert "hunter2" not in repr(engine)
    assert "hunter2" in engine.sqlalchemy_url()
