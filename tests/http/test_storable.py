"""What of an answer is kept as it came, what is replaced, and what no warehouse could store."""

from __future__ import annotations

import json
import random
import re

import pytest

from flowmart.http.storable import MOST_LEVELS, UnstorableError, storable


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1.0,"b":1e5,"c":0.1000,"d":-0,"e":18446744073709551615,"f":1e19}',
        b'["10000000000000000000000000", "123456789012345678901: 2"]',
        b"[ 1 ,\t{ } ]",
        rb'["\u00e9\/\n\\u0000\"", "\ud83d\ude80"]',
        '["Жук 🐞", "\u2028", "\x7f"]'.encode(),
        b'["NaN", "1e999", "[[[", "]}"]',
        b'"' + b"[" * 2000 + b'"',
    ],
)
def test_what_can_be_stored_stays_byte_for_byte(text):
    assert storable(text) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb'["x\u0000y"]', rb'["x\ufffdy"]'),
        (rb'{"a\u0000":1}', rb'{"a\ufffd":1}'),
        (rb'["\ud800", "\uDC00x"]', rb'["\ufffd", "\ufffdx"]'),
        (rb'["\ud83d\ud83d\ude80"]', rb'["\ufffd\ud83d\ude80"]'),
        (rb'["\\\u0000", "\\\\u0000"]', rb'["\\\ufffd", "\\\\u0000"]'),
        # The same as UTF-8, which no encoder should write: a half, and a pair.
        (b'["\xed\xa0\x80x"]', '["\ufffdx"]'.encode()),
        (b'["\xed\xa0\xbd\xed\xba\x80"]', '["🚀"]'.encode()),
    ],
)
def test_e3_characters_that_no_text_can_hold_are_replaced(body, text):
    assert storable(body) == text


def test_z_escapes_of_every_kind_say_what_json_says():
    """Pairs, halves and backslashes in any order, against Python's own reading of them."""
    dice = random.Random(26)
    pieces = (rb"\u0000", rb"\ud83d", rb"\uDC4d", rb"\ud83d\udc4d", rb"\\", rb"\n", b"u", b"dc4d")
    for _ in range(5_000):
        body = b'["' + b"".join(dice.choices(pieces, k=dice.randint(1, 6))) + b'"]'
        [said] = json.loads(body)
        expected = re.sub("[\0\ud800-\udfff]", "\ufffd", said)
        assert json.loads(storable(body)) == [expected], body


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"a":10000000000000000000000000}', b'{"a":"10000000000000000000000000"}'),
        (b"[18446744073709551616,-9223372036854775809]", None),
        (
            b"[9007199254740993.0,0.1234567890123456789,1e-400,123456789012345678901e5,1e25,-1e19]",
            None,
        ),
    ],
)
def test_d1_a_number_beyond_64_bits_or_the_digits_of_a_double_is_a_text(body, text):
    quoted = b'["' + body[1:-1].replace(b",", b'","') + b'"]'
    assert storable(body) == (text or quoted)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"a":1,"b":2,"a":3}', b'{"a": 3, "b": 2}'),
        ('[{"я":{"x":[1],"x":"y"}}]'.encode(), '[{"я": {"x": "y"}}]'.encode()),
        (b'{"a:":1,"b":":"}', b'{"a:":1,"b":":"}'),
    ],
)
def test_d4_of_members_with_one_name_the_last_stays(body, text):
    assert storable(body) == text


def test_a_pretty_printed_answer_comes_on_one_line():
    assert storable(b'[\r\n  {"a": "x\\ny"}\n]\n') == b'[    {"a": "x\\ny"} ] '


def test_a_byte_order_mark_is_no_part_of_the_text():
    assert storable(b'\xef\xbb\xbf{"a":1}') == b'{"a":1}'


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'[{"spent": NaN}]', 'the number NaN in "spent"'),
        (b'{"NaN": {"a": [1, -Infinity]}}', 'the number -Infinity in "a"'),
        (b'{"a":"1e999","b":1e999}', 'the number 1e999 in "b"'),
        (b'{"b":-1.8E+308}', 'the number -1.8E+308 in "b"'),
        (b'{"b":1e-16384}', 'the number 1e-16384 in "b"'),
        (b'{"b":0e99999999999999999999}', 'the number 0e99999999999999999999 in "b"'),
        (b"[" + b"9" * 4301 + b"]", f"the number {'9' * 40}"),
    ],
)
def test_e3_a_number_that_no_warehouse_stores_is_named_with_its_member(body, value):
    with pytest.raises(UnstorableError) as caught:
        storable(body)
    assert caught.value.value == value


@pytest.mark.parametrize("levels", [MOST_LEVELS + 1, 1000, 100_000])
@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        (b"[", b"]"),
        (b'{"a":', b"}"),
        (b'["]",', b',"["]'),  # brackets that are text count for nothing
        (rb'["\"]",', rb',"\\"]'),
    ],
)
def test_e3_deep_nesting_is_an_error(levels, opening, closing):
    with pytest.raises(UnstorableError, match="more than 500 levels"):
        storable(opening * levels + b"1" + closing * levels)
    shallow = opening * MOST_LEVELS + b"1" + closing * MOST_LEVELS
    assert storable(shallow) == shallow


@pytest.mark.parametrize(
    "body", [b"", b"<p>", b'{"a":', b"[1,]", b'["\n"]', b'["\x00"]', b'["\xff"]', b"01", b"{'a':1}"]
)
def test_what_is_not_json_is_an_error(body):
    with pytest.raises(ValueError):  # noqa: PT011
        storable(body)


@pytest.mark.parametrize("body", [rb'{"text":"\u043e\u0442 01', b'{"a":"\\', b'{"a":1e', b'{"a":-'])
def test_an_answer_that_was_cut_off_is_no_number(body):
    """It is asked for again."""
    with pytest.raises(ValueError):  # noqa: PT011
        storable(body)
