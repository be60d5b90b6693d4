"""YAML files: everything that YAML allows but a key given twice, and values that JSON has not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import yaml

from flowmart.core.yaml import load_yaml

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 1, 2)
MERGED = """
a: &common {colour: red, size: 1}
b:
  <<: *common
  size: 2
"""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("a: [1, {b: 2}]", {"a": [1, {"b": 2}]}),
        ("a: &x [2026-01-02]\nb: [*x, *x]", {"a": [DAY], "b": [[DAY], [DAY]]}),
        (MERGED, {"a": {"colour": "red", "size": 1}, "b": {"colour": "red", "size": 2}}),
    ],
)
def test_a_file_is_read(tmp_path: Path, text: str, value: object) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(text)
    assert load_yaml(path) == value


@pytest.mark.parametrize(
    "text",
    [
        b"a: \xff",
        b"a: 2026-13-45",
        b"a: !!int foo",
        b"a: !!bool abc",
        b"[" * 3000,
        b"a: [",
        b"a: !x",
    ],
)
def test_what_is_no_yaml_is_an_error_of_yaml(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(text)
    with pytest.raises(yaml.YAMLError):
        load_yaml(path)


@pytest.mark.parametrize("text", ["a: 1\na: 2", "x: [{a: 1, 'a': 2}]", "&x {a: 1, b: *x, a: 2}"])
def test_a_key_given_twice_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(text)
    with pytest.raises(yaml.YAMLError, match=r"the key 'a' is given twice"):
        load_yaml(path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: !!binary aGVsbG//", "!!binary is not taken here"),
        ("{!!binary aGVsbG//: 1}", "!!binary is not taken here"),
        ("a: !!set {b, c}", "!!set is not taken here"),
        ("a: !!python/name:os.system", "!!python/name:os.system is not taken here"),
        ("a: !mine b", "!mine is not taken here"),
        ("a: &x [1, [*x]]", "a value contains itself"),
        ("a: &x {b: {c: *x}}", "a value contains itself"),
        (f"a: {'[' * 100}{']' * 100}", "nested more than 100 levels deep"),
        (f"a: &x {'[' * 60}{']' * 60}\nb: {'[' * 60}*x{']' * 60}", "nested more than 100 levels"),
    ],
)
def test_a_value_that_json_cannot_say_is_an_error_with_its_line(
    tmp_path: Path, text: str, problem: str
) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(text)
    with pytest.raises(yaml.YAMLError, match=problem) as caught:
        load_yaml(path)
    assert "line" in str(caught.value)
