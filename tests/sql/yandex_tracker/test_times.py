"""Times as Tracker writes them, on both engines and in whatever zone the session is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flowmart.transform import template
from tests.sql.warehouse import INCLUDE


@pytest.fixture(scope="module")
def read(warehouse):
    """Reads a text out of a table, as models do."""
    jinja = template.environment(INCLUDE / "sql", warehouse.engine.name)
    sql = jinja.from_string("select {{ iso_to_timestamp('at') }} as at from stage.times").render()

    def read_text(text):
        with warehouse.engine.session() as session:
            session.create_table("stage.times", {"at": "text"})
            session.copy_rows("stage.times", ("at",), [(text,)])
            if warehouse.engine.name == "postgres":
                session.execute("set local time zone 'Asia/Vladivostok'")
            (row,) = session.query(sql)
            return row["at"]

    return read_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-06-11T05:16:01.339+0000", (2017, 6, 11, 5, 16, 1, 339_000)),
        ("2017-06-11T05:16:01.339+0300", (2017, 6, 11, 2, 16, 1, 339_000)),
        ("2017-06-11T23:16:01.339-0330", (2017, 6, 12, 2, 46, 1, 339_000)),
        ("2017-06-11T05:16:01.339+03:00", (2017, 6, 11, 2, 16, 1, 339_000)),
        ("2017-06-11T05:16:01Z", (2017, 6, 11, 5, 16, 1)),
        ("2024-02-29T00:00:00.000001Z", (2024, 2, 29, 0, 0, 0, 1)),
    ],
)
def test_a_time_with_its_offset(read, text, expected):
    assert read(text) == datetime(*expected, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "2017-06-11",
        "2017-06-11T05:16:01.339",
        "2017-06-11 05:16:01+0000",
        "2017-13-11T05:16:01.339+0000",
        "2017-06-11T25:16:01.339+0000",
        "yesterday",
        "1497158161",
    ],
)
def test_what_is_no_time_with_an_offset_is_null(read, text):
    assert read(text) is None
