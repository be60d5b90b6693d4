"""Every known fault has a test that bears its number, until then it is listed as open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FAULTS = TESTS.parents[1] / "shared" / "reference" / "faults.md"

# Lines that have no test yet; the set can only shrink.
OPEN = {"N12", "N13", "N17"}


def listed() -> set[str]:
    """The numbers of the faults, from the tables' first column."""
    if not FAULTS.is_file():
        pytest.skip("there is no ../shared/reference/faults.md beside the project")
    return set(re.findall(r"(?m)^\| ([A-Z]\d+) \|", FAULTS.read_text(encoding="utf-8")))


def covered() -> set[str]:
    """The numbers in names such as `test_c1_…`, or `test_c1_c2_…` for several."""
    names = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    numbers = re.findall(r"(?m)^\s*(?:async )?def test((?:_[a-z]\d+)+)_", names)
    return {number.upper() for found in numbers for number in found.split("_") if number}


def test_every_fault_has_a_test_or_is_open():
    faults = listed()
    assert len(faults) > 50, "the tables of faults.md have another form"
    assert sorted(faults - covered() - OPEN) == []


def test_what_has_a_test_is_not_open():
    assert sorted(OPEN & covered()) == []


def test_what_is_open_is_a_fault():
    assert sorted(OPEN - listed()) == []
