"""Where columns end; test_native checks the same against blocks that chDB itself writes."""

import pytest

from local.clickhouse.columns import column, parse_type
from local.clickhouse.errors import ServerError
from local.clickhouse.wire import Window


@pytest.mark.parametrize(
    ("type_name", "parts"),
    [
        ("String", ("String", [])),
        ("DateTime64(6, 'UTC')", ("DateTime64", ["6", "'UTC'"])),
        ("Map(String, Array(Int8))", ("Map", ["String", "Array(Int8)"])),
        ("Enum8('a,b' = 1, 'c)' = 2)", ("Enum8", ["'a,b' = 1", "'c)' = 2"])),
        ("Tuple(`x, y` Int8, z String)", ("Tuple", ["`x, y` Int8", "z String"])),
    ],
)
def test_types_fall_into_name_and_arguments(type_name: str, parts: tuple[str, list[str]]) -> None:
    assert parse_type(type_name) == parts


@pytest.mark.parametrize(
    ("type_name", "size"),
    [
        ("Decimal(9, 2)", 4),
        ("Decimal(18, 2)", 8),
        ("Decimal128(3)", 16),
        ("FixedString(3)", 3),
        ("IntervalDay", 8),
        ("Nullable(Int64)", 9),
        ("Point", 16),
        ("Tuple(a Int8, b Tuple(c Int16))", 3),
    ],
)
def test_a_row_has_the_size_of_its_type(type_name: str, size: int) -> None:
    window = Window(data=bytes(size))
    column(type_name).body(window, 1)
    assert window.position == size


@pytest.mark.parametrize("type_name", ["Variant(Int8, String)", "AggregateFunction(sum, Int8)"])
def test_an_unknown_layout_is_refused_with_the_way_out(type_name: str) -> None:
    with pytest.raises(ServerError, match="toString") as caught:
        column(type_name)
    assert caught.value.code == 48
    assert type_name in caught.value.text
