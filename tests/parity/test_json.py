"""What the macros read out of JSON documents is the same on both engines."""

from __future__ import annotations

import json

import pytest

from tests.parity.asking import Asking
from tests.parity.normal import normal

DOCUMENT = {
    "text": 'Жук "7" \\ \t🐞',
    "empty": "",
    "number": 12,
    "negative": -3,
    "decimal": 2.5,
    "big": 9007199254740993,
    "as_text": "42",
    "nothing": None,
    "yes": True,
    "no": False,
    "object": {"inner": {"deep": "x"}, "a b": 1},
    "list": ["bot", "admin", "a,b"],
    "none": [],
    "custom.severity": "high",
    "custom.points": 3,
    "custom.tags": ["x", "y"],
    "custom.unset": None,
    "customer": "not a custom field",
}


@pytest.fixture(scope="module")
def ask(warehouse):
    with warehouse.engine.session() as session:
        session.create_table("stage.documents", {"payload": "text"})
        session.copy_rows("stage.documents", ("payload",), [(json.dumps(DOCUMENT),), (None,)])
        yield Asking(warehouse.engine.name, session)


def read(ask, macro, path):
    """What a macro reads out of the document, and out of no document."""
    sql = f"select {{{{ {macro}('payload', path) }}}} as v from stage.documents"
    known = ask.rows(f"{sql} where payload is not null", path=path)
    unknown = ask.rows(f"{sql} where payload is null", path=path)
    assert unknown == [(None,)]
    return known[0][0]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (["text"], 'Жук "7" \\ \t🐞'),
        (["empty"], ""),
        (["number"], "12"),
        (["decimal"], "2.5"),
        (["big"], "9007199254740993"),
        (["as_text"], "42"),
        (["nothing"], None),
        (["missing"], None),
        (["yes"], "true"),
        (["object", "inner", "deep"], "x"),
        (["object", "a b"], "1"),
        (["text", "inner"], None),
        (["missing", "inner"], None),
    ],
)
def test_a_text(ask, path, text):
    assert read(ask, "json_text", path) == text


@pytest.mark.parametrize("path", [["object"], ["list"], ["none"], []])
def test_a_document_as_text_says_the_same(ask, path):
    expected = DOCUMENT[path[0]] if path else DOCUMENT
    for macro in ("json_text", "json_part"):
        assert json.loads(read(ask, macro, path)) == expected


def test_a_part_tells_json_null_from_nothing(ask):
    assert read(ask, "json_part", ["nothing"]) == "null"
    assert read(ask, "json_part", ["missing"]) is None
    assert json.loads(read(ask, "json_part", ["text"])) == DOCUMENT["text"]


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("number", 12),
        ("negative", -3),
        ("big", 9007199254740993),
        ("as_text", 42),
        ("decimal", None),
        ("text", None),
        ("empty", None),
        ("yes", None),
        ("nothing", None),
        ("missing", None),
        ("list", None),
    ],
)
def test_a_whole_number(ask, path, number):
    assert read(ask, "json_bigint", [path]) == number


@pytest.mark.parametrize(
    ("path", "number"),
    [("number", 12), ("decimal", 2.5), ("as_text", 42), ("text", None), ("nothing", None)],
)
def test_a_number(ask, path, number):
    sql = "select {{ text_to_double(json_text('payload', [path])) }} as v from stage.documents"
    assert ask.rows(f"{sql} where payload is not null", path=path) == [(number,)]
    assert ask.rows(f"{sql} where payload is null", path=path) == [(None,)]


def test_several_texts_in_one_go(ask):
    paths = {
        "name": ["text"],
        "inner_text": ["object", "inner", "deep"],
        "spaced": ["object", "a b"],
        "below_a_text": ["empty", "inner"],
        "below_an_empty_list": ["none", "inner"],
        "below_a_list": ["list", "inner"],
        "deep_below_a_list": ["list", "deep", "x"],
        "below_nothing": ["nothing", "inner"],
        "missing_below": ["missing", "inner"],
        "missing": ["absent"],
        "unset": ["custom.unset"],
        "decimal": ["decimal"],
    }
    sql = "select {{ json_texts('payload', paths) }} from stage.documents"
    found = ask.rows(f"{sql} where payload is not null", paths=paths)
    assert found == [(DOCUMENT["text"], "x", "1", *[None] * 8, "2.5")]
    assert ask.rows(f"{sql} where payload is null", paths=paths) == [(None,) * len(paths)]


def test_a_list_has_no_named_texts(ask):
    """Although ClickHouse reads its items as those of a tuple."""
    joined = ask.rendered("{{ join_json_items('payload', ['lists'], 'item') }}")
    sql = "select {{ json_texts('item', {'a': ['a'], 'b': ['b', 'c']}) }}"
    document = json.dumps({"lists": [["bot"], ["bot", ["x"]], {"a": "y", "b": ["x"]}, []]})
    found = ask.rows(f"{sql} from (select '{document}' as payload) as documents {joined}")
    assert sorted(found, key=str) == [("y", None), (None, None), (None, None), (None, None)]


@pytest.mark.parametrize(
    ("path", "truth"), [("yes", True), ("no", False), ("nothing", None), ("missing", None)]
)
def test_a_boolean(ask, path, truth):
    assert read(ask, "json_boolean", [path]) == truth


@pytest.mark.parametrize(
    ("path", "text", "is_there"),
    [("list", "bot", True), ("list", "bo", False), ("none", "bot", False), ("missing", "x", False)],
)
def test_a_text_in_a_list(ask, path, text, is_there):
    sql = "select {{ json_array_has('payload', [path], text) }} as v from stage.documents"
    found = ask.rows(f"{sql} where payload is not null", path=path, text=text)
    assert [bool(v) for (v,) in found] == [is_there]
    assert not ask.value(f"{sql} where payload is null", path=path, text=text)


def test_members_with_a_prefix_leave_out_what_is_not_set(ask):
    sql = (
        "select {{ json_members_with_prefix('payload', [], 'custom.') }} as v from stage.documents"
    )
    [(found,), (unknown,)] = sorted(ask.rows(sql), key=lambda row: row[0] is None)
    assert json.loads(found) == {"severity": "high", "points": 3, "tags": ["x", "y"]}
    assert unknown is None
    sql = sql.replace("custom.", "nobody.")
    assert ask.rows(sql) == [(None,), (None,)]


@pytest.mark.parametrize(
    ("path", "items"),
    [
        (["list"], ['"a,b"', '"admin"', '"bot"']),
        (["none"], []),
        (["missing"], []),
        (["object"], []),
        (["text"], []),
    ],
)
def test_a_row_per_item_of_a_list(ask, path, items):
    sql = "select cast(item as {{ type_text() }}) as v from stage.documents {{ join_items }}"
    joined = ask.rendered("{{ join_json_items('payload', path, 'item') }}", path=path)
    assert [v for (v,) in ask.rows(sql, join_items=joined)] == items


@pytest.mark.parametrize(("path", "texts"), [(["list"], ["a,b", "admin", "bot"]), (["none"], [])])
def test_a_row_per_text_of_a_list(ask, path, texts):
    joined = ask.rendered("{{ join_json_texts('payload', path, 'item') }}", path=path)
    assert [v for (v,) in ask.rows(f"select item as v from stage.documents {joined}")] == texts


def test_a_row_per_member_of_an_object(ask):
    joined = ask.rendered("{{ join_json_members('payload', ['object'], 'k', 'm') }}")
    sql = f"select k, cast(m as {{{{ type_text() }}}}) as m from stage.documents {joined}"
    rows = [dict(zip(("k", "m"), row, strict=True)) for row in ask.rows(sql)]
    assert normal(rows) == normal([{"k": "a b", "m": "1"}, {"k": "inner", "m": '{"deep": "x"}'}])


@pytest.mark.parametrize(
    ("path", "names"),
    [("list", ["a,b", "admin", "bot"]), ("object", ["a b", "inner"]), ("none", []), ("text", [])],
)
def test_a_row_per_text_of_a_list_or_key_of_an_object(ask, path, names):
    """An edge's ends are one or the other, as PHP makes no difference between the two."""
    part = ask.rendered("(select {{ json_part('payload', [path]) }} as part from stage.documents)",
                        path=path)  # fmt: skip
    joined = ask.rendered("{{ join_json_texts_or_keys('parts.part', 'name') }}")
    assert [v for (v,) in ask.rows(f"select name as v from {part} as parts {joined}")] == names
