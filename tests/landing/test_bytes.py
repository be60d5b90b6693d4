"""Payloads from an answer to both raw tables: the bytes that came, and the values they mean."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flowmart.http.storable import MOST_LEVELS, storable
from flowmart.landing.load import load_batch
from flowmart.landing.writer import write_stream
from flowmart.sources.base import Page, Record
from flowmart.sources.rows import Row, read_rows
from tests.clearing import clear
from tests.landing.conftest import make_batch
from tests.landing.test_load import SPEC
from tests.servers import warehouse_without_marts

BATCH = make_batch()

whole = st.integers(min_value=-(10**30), max_value=10**30).map(str)
decimal = st.from_regex(r"-?(0|[1-9][0-9]{0,20})\.[0-9]{1,20}", fullmatch=True)
power = st.from_regex(r"-?[1-9](\.[0-9]{1,5})?[eE][+-]?0?[0-9]{1,2}", fullmatch=True)
numbers = whole | decimal | power | st.sampled_from(["-0", "-0.0", "1.0", "1e5", "0.1000", "0e0"])
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
strings = st.builds(
    lambda text, escaped: json.dumps(text, ensure_ascii=escaped),
    st.text(characters, max_size=20),
    st.booleans(),
) | st.sampled_from([r'"\/"', r'"\u00E9"', r'"\\u0000"', r'"\uD83D\ude80"', '"[{]}"'])
spaces = st.sampled_from(["", "", " ", "\n", "\r\n\t"])


def lists(items):
    return st.builds(
        lambda found, space: f"[{space}{f',{space}'.join(found)}{space}]",
        st.lists(items, max_size=4),
        spaces,
    )


def objects(items):
    members = st.builds(lambda name, value, space: f"{name}{space}:{value}", strings, items, spaces)
    return st.builds(
        lambda found, space: f"{{{f'{space},'.join(found)}{space}}}",
        st.lists(members, max_size=4),
        spaces,
    )


texts = st.recursive(
    numbers | strings | st.sampled_from(["null", "true", "false"]),
    lambda items: lists(items) | objects(items),
    max_leaves=12,
)


class Thing(Row, kw_only=True):
    id: str


@pytest.fixture(scope="module")
def engine(warehouse_dsn, tmp_path_factory):
    folder = tmp_path_factory.mktemp("migrations") / "migrations" / "ops"
    folder.mkdir(parents=True)
    return warehouse_without_marts(warehouse_dsn, folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("landing")


def carry(engine, folder, values):
    """Land and load an answer of objects; their texts in it, in the landed lines, in the table."""
    sent = [f'{{"id":"{number}", "value" :{value}}}' for number, value in enumerate(values)]
    body = "[\n" + ",\n".join(sent) + "]"
    rows = read_rows(storable(body.encode()), Thing)
    records = [Record(row.id, None, 1, row.payload) for row in rows]
    manifest = write_stream(folder, BATCH, "tasks", [Page(records)], lambda: 0)
    lines = gzip.decompress((manifest.path / manifest.files[0].name).read_bytes()).splitlines()
    clear(engine)
    engine.execute("drop table if exists raw.toy__tasks")
    load_batch(engine, SPEC, BATCH, [manifest])
    text = "payload::text" if engine.name == "postgres" else "payload"
    stored = engine.query(f"select record_id, {text} as payload from raw.toy__tasks")
    stored.sort(key=lambda row: int(row["record_id"]))
    return sent, lines, [row["payload"] for row in stored]


def meaning(text, is_number=lambda _: True):
    """A document with each number as its digits, and some of them as texts."""

    def digits(number):
        exact = Decimal(number)
        return f"number {exact.normalize() if exact else 0:f}" if is_number(number) else number

    return json.loads(text, parse_float=digits, parse_int=digits)


def is_held(number):
    """Whether a number is within 64 bits, and is whole or has all its digits in a double."""
    exact = Decimal(number)
    is_whole = number.lstrip("-").isdigit()
    return -(2**63) <= exact < 2**64 and (is_whole or Decimal(str(float(number))) == exact)


def stays_as_it_is(text):
    """Whether a document has no such number, and no object with two members of one name."""
    seen = []
    json.loads(
        text,
        parse_int=lambda number: seen.append(is_held(number)),
        parse_float=lambda number: seen.append(is_held(number)),
        object_pairs_hook=lambda pairs: seen.append(len(pairs) == len({name for name, _ in pairs})),
    )
    return all(seen)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values=st.lists(texts, min_size=1, max_size=8))
@example(values=["1.0", "1e5", str(10**25), "0.1000", "-0", r'"\u00e9\/"', '{"a":1,"a":2}'])
@example(values=["1.7976931348623157e308", "0." + "0" * 16382 + "1", "9" * 4300])
def test_a_payload_arrives_as_it_was_sent(engine, folder, values):
    sent, lines, stored = carry(engine, folder, values)
    unchanged = all(stays_as_it_is(value) for value in values)
    for number, (text, line, payload) in enumerate(zip(sent, lines, stored, strict=True)):
        on_one_line = text.replace("\n", " ").replace("\r", " ")
        envelope = (
            f'{{"record_id":"{number}","parent_id":null,"version":1,"payload":{on_one_line}}}'
        )
        if unchanged:
            assert line.decode() == envelope
        if engine.name == "clickhouse":
            assert line.decode().endswith(f'"payload":{payload}}}')
        assert meaning(payload) == meaning(text, is_held)


@pytest.mark.parametrize(
    "value",
    [
        "1.7976931348623157e308",
        "1e-16383",
        "9" * 4300,
        # The list around the objects and the object are two levels.
        "[" * (MOST_LEVELS - 2) + "]" * (MOST_LEVELS - 2),
    ],
    ids=["largest", "smallest", "longest", "deepest"],
)
def test_the_most_that_is_let_through_can_be_read_in_the_warehouse(engine, folder, value):
    carry(engine, folder, [value])
    member = "payload->>'id'" if engine.name == "postgres" else "JSONExtractString(payload, 'id')"
    assert engine.query(f"select {member} as id from raw.toy__tasks") == [{"id": "0"}]


BEYOND = {
    "postgres": [
        *("NaN", "1e131072", "1e-16384", r'"\u0000"', r'"\ud800"'),
        "[" * 100_000 + "]" * 100_000,
    ],
    "clickhouse": ["NaN", "1e309", "[" * 1024 + "]" * 1024],
}


def test_why_it_is_not_more(engine):
    """PostgreSQL refuses the row; ClickHouse stores it and reads nothing of it, without a word."""
    for value in BEYOND[engine.name]:
        document = {"document": f'{{"id":"0","value":{value}}}'}
        if engine.name == "postgres":
            with pytest.raises(Exception, match=r"json|numeric|stack depth|Unicode"):
                engine.query("select cast(%(document)s as jsonb) as stored", document)
        else:
            found = engine.query("select JSONExtractString(%(document)s, 'id') as id", document)
            assert found == [{"id": ""}], value
