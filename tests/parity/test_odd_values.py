"""Odd texts and documents through every macro that reads them: engines and rule agree."""

from __future__ import annotations

import json
import os
import random

import pytest

from flowmart.http.storable import storable
from tests.oracle import values as rule
from tests.parity.asking import Asking
from tests.parity.odd import odd_values

_VALUES = 250  # those that are listed, and some random ones

TEXT_MACROS = {
    "text_to_bigint('given')": rule.bigint,
    "text_to_bigint('given', 16)": lambda text: rule.bigint(text, 16),
    "text_to_double('given')": rule.double,
    "text_to_decimal('given')": rule.decimal,
    "text_to_boolean('given')": rule.boolean,
    "text_to_date('given')": rule.day_of,
    "text_to_timestamp('given')": rule.timestamp,
    "iso_to_timestamp('given')": rule.iso_time,
    "epoch_ms_to_timestamp(text_to_bigint('given'))": lambda text: rule.from_milliseconds(
        rule.bigint(text)
    ),
    "epoch_to_timestamp(text_to_bigint('given'))": lambda text: rule.from_milliseconds(
        None if rule.bigint(text) is None else 1000 * rule.bigint(text)
    ),
}


@pytest.fixture(scope="module")
def ask(warehouse):
    with warehouse.engine.session() as session:
        session.create_table("stage.odd", {"n": "bigint", "given": "text"})
        yield Asking(warehouse.engine.name, session)


def fill(ask, texts):
    ask.session.execute("truncate table stage.odd")
    ask.session.copy_rows("stage.odd", ("n", "given"), list(enumerate(texts)))


def number_of_values():
    return int(os.environ.get("SOAK") or 0) or _VALUES


@pytest.fixture(scope="module")
def seed():
    """SEED in the environment repeats a case."""
    return int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))


@pytest.mark.soak
def test_d2_every_text_is_read_by_the_rule_or_null(ask, seed):
    texts = [
        rule.text_of(rule.read_document(value)) for value in odd_values(seed, number_of_values())
    ]
    texts = [str(text) for text in texts if isinstance(text, str)]
    fill(ask, texts)
    for macro, read in TEXT_MACROS.items():
        rows = ask.session.query(ask.rendered(f"select n, {{{{ {macro} }}}} as v from stage.odd"))
        for row in rows:
            text = texts[row["n"]]
            assert row["v"] == read(text), f"SEED={seed} {macro} {text!r}"


def document(value):
    """An object that holds a value in all the places that macros look at."""
    text = '{"a":@,"in":{"b":@},"list":[@,@],"x.n":@,"m":{"k":@}}'
    return text.replace("@", value)


def is_document(value):
    return isinstance(value, dict | list)


def plain(value):
    """A value of the oracle as what JSON says: numbers by their digits."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return ("number", float(value)) if isinstance(value, rule.Number) else value


def said(text):
    """A document that an engine wrote."""
    return (
        None
        if text is None
        else plain(json.loads(text, parse_int=rule.Number, parse_float=rule.Number))
    )


def agrees(found, value):
    """Whether a text that an engine read is that of a value."""
    if is_document(value):
        return said(found) == plain(value)
    return found == rule.text_of(value)


@pytest.mark.soak
def test_d1_every_member_is_read_by_the_rule(ask, seed):
    given = [document(value) for value in odd_values(seed, number_of_values())]
    documents = [storable(text.encode()).decode() for text in given]
    values = [rule.read_document(text)["a"] for text in given]
    fill(ask, documents)
    sql = """
        select
            n,
            {{ json_text('given', ['a']) }} as a_text,
            {{ json_text('given', ['in', 'b']) }} as b_text,
            {{ json_text(json_part('given', ['a']), []) }} as whole_text,
            {{ json_part('given', ['a']) }} as a_part,
            {{ json_bigint('given', ['a']) }} as a_bigint,
            {{ json_boolean('given', ['a']) }} as a_boolean,
            {{ json_array_has('given', ['a'], 'bot') }} as has_bot,
            {{ json_members_with_prefix('given', [], 'x.') }} as members,
            {{ json_texts('given', {'one': ['a'], 'two': ['in', 'b'], 'three': ['m', 'k']}) }}
        from stage.odd
    """
    for row in ask.session.query(ask.rendered(sql)):
        value = values[row["n"]]
        text = None if is_document(value) else rule.text_of(value)
        checks = {
            "a_text": agrees(row["a_text"], value),
            "b_text": agrees(row["b_text"], value),
            "whole_text": agrees(row["whole_text"], value),
            "a_part": said(row["a_part"]) == plain(value),
            "a_bigint": row["a_bigint"] == rule.bigint(text),
            "a_boolean": row["a_boolean"] == rule.boolean(text),
            "has_bot": row["has_bot"] == (isinstance(value, list) and "bot" in value),
            "members": said(row["members"]) == (None if value is None else {"n": plain(value)}),
            "one": agrees(row["one"], value),
            "two": agrees(row["two"], value),
            "three": agrees(row["three"], value),
        }
        failed = [name for name, is_right in checks.items() if not is_right]
        assert not failed, f"SEED={seed} {given[row['n']][:300]} {[row[name] for name in failed]}"


JOINS = {
    "join_json_items('odd.given', ['list'], 'item')": lambda value: [value, value],
    "join_json_items('odd.given', ['a'], 'item')": lambda value: (
        value if isinstance(value, list) else []
    ),
    "join_json_texts('odd.given', ['list'], 'item')": lambda value: [value, value],
    "join_json_texts('odd.given', ['a'], 'item')": lambda value: (
        value if isinstance(value, list) else []
    ),
    "join_json_members('odd.given', ['a'], 'name', 'item')": lambda value: (
        list(value.values()) if isinstance(value, dict) else []
    ),
    f"join_json_texts_or_keys({'part'!r}, 'item')": lambda value: (
        list(value) if isinstance(value, list | dict) else []
    ),
}


@pytest.mark.soak
@pytest.mark.parametrize("join", JOINS)
def test_d1_every_item_is_read_by_the_rule(ask, seed, join):
    given = [document(value) for value in odd_values(seed, number_of_values())]
    values = [rule.read_document(text)["a"] for text in given]
    fill(ask, [storable(text.encode()).decode() for text in given])
    item = "item" if "texts" in join else "{{ json_text('item', []) }}"
    part = "{{ json_part('given', ['a']) }}"
    odd = f"(select n, given, {part} as part from stage.odd) as odd"
    sql = f"select n, {item} as v from {odd} {{{{ {join} }}}}"
    found = {n: [] for n in range(len(values))}
    for row in ask.session.query(ask.rendered(sql)):
        found[row["n"]].append(row["v"])
    for n, value in enumerate(values):
        expected = [comparable(item) for item in JOINS[join](value)]
        got = [comparable(text) for text in found[n]]
        assert sorted(got) == sorted(expected), f"SEED={seed} {join} {given[n][:300]}"


def comparable(value):
    """A value as one text. A document that an engine wrote is compared as what it says."""
    text = rule.text_of(value)
    if isinstance(text, str) and text[:1] in ("{", "["):
        try:
            text = json.loads(text, parse_int=rule.Number, parse_float=rule.Number)
        except ValueError:
            return text
    return json.dumps(plain(text) if is_document(text) else text, sort_keys=True)
