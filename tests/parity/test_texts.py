"""What texts mean as dates, times and booleans: the same on both engines, and never an error."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.parity.asking import Asking


@pytest.fixture(scope="module")
def ask(warehouse):
    with warehouse.engine.session() as session:
        session.create_table("stage.texts", {"given": "text"})
        yield Asking(warehouse.engine.name, session)


def read(ask, macro, text):
    """What a macro makes of a text."""
    ask.session.execute("truncate table stage.texts")
    ask.session.copy_rows("stage.texts", ("given",), [(text,)])
    return ask.value(f"select {{{{ {macro}('given') }}}} as v from stage.texts")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02-28", date(2026, 2, 28)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2026-02-28T23:30:00.000+0300", date(2026, 2, 28)),
        ("1769860800000", date(2026, 1, 31)),  # noon
        ("0", date(1970, 1, 1)),
        ("1970-01-01", date(1970, 1, 1)),
        ("2147-12-31", date(2147, 12, 31)),
        ("2026-02-29", None),
        ("2026-04-31", None),
        ("2026-13-01", None),
        ("2026-01-32", None),
        ("2026-00-10", None),
        ("1969-12-31", None),
        ("2148-01-01", None),
        ("9999999999999", None),
        ("26-01-01", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_date(ask, text, day):
    assert read(ask, "text_to_date", text) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00.250+0300", datetime(2026, 1, 31, 9, 0, 0, 250_000, tzinfo=UTC)),
        ("1769860800250", datetime(2026, 1, 31, 12, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-02-30T12:00:00Z", None),
        ("2026-01-31T24:00:00Z", None),
        ("2026-01-31T12:00:00", None),
        ("2026-01-31", None),
        ("17698608002500", None),
        ("-1", None),
        ("tomorrow", None),
        (None, None),
    ],
)
def test_timestamp(ask, text, moment):
    assert read(ask, "text_to_timestamp", text) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("576000000000000", None),
        ("999999999999999999", None),
        ("5617123199999", datetime(2147, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)),
        ("5617123200000", None),
        ("2026-01-31T12:00:00.1234567Z", datetime(2026, 1, 31, 12, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-01-31T12:00:00.999999999Z", datetime(2026, 1, 31, 12, 0, 0, 999_999, tzinfo=UTC)),
        ("2026-01-01T00:00:00+16:00", None),
        ("2026-01-01T00:00:00+14:00", datetime(2025, 12, 31, 10, tzinfo=UTC)),
    ],
)
def test_d3_times_far_away_and_of_many_digits(ask, text, moment):
    assert read(ask, "text_to_timestamp", text) == moment


@pytest.mark.parametrize(
    ("text", "truth"),
    [("true", True), ("false", False), ("1", None), ("yes", None), ("", None), (None, None)],
)
def test_boolean(ask, text, truth):
    assert read(ask, "text_to_boolean", text) is truth


@pytest.mark.parametrize(("text", "lowered"), [("Summary", "summary"), ("ÉTAT Ж", "État Ж")])
def test_only_ascii_letters_are_lowered(ask, text, lowered):
    assert read(ask, "lower_ascii", text) == lowered


@pytest.mark.parametrize(
    ("number", "spelled"),
    [
        ("0", "0"),
        ("3", "3"),
        ("-2.50", "-2.5"),
        ("0.1", "0.1"),
        ("0.000001", "0.000001"),
        ("1e-7", "1e-7"),
        ("1.5e-300", "1.5e-300"),
        ("100000000000000000000", "100000000000000000000"),
        ("9.223372036854775807e18", "9223372036854776000"),
        ("-1e21", "-1e21"),
        ("1.25e300", "1.25e300"),
        (None, None),
    ],
)
def test_double_as_a_text(ask, number, spelled):
    """As JavaScript writes numbers, but for the plus sign of an exponent."""
    ask.session.execute("truncate table stage.texts")
    ask.session.copy_rows("stage.texts", ("given",), [(number,)])
    double = "{{ double_to_text(text_to_double('given')) }}"
    assert ask.value(f"select {double} as v from stage.texts") == spelled


@pytest.mark.parametrize(
    ("text", "cut"), [("abcd", "abc"), ("éЖ😀x", "éЖ😀"), ("ab", "ab"), ("", ""), (None, None)]
)
def test_first_characters(ask, text, cut):
    ask.session.execute("truncate table stage.texts")
    ask.session.copy_rows("stage.texts", ("given",), [(text,)])
    assert ask.value("select {{ first_characters('given', 3) }} as v from stage.texts") == cut
