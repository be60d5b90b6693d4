"""Sections of a document, and which tables they name."""

from __future__ import annotations

import pytest

from local.catalogue.definitions import Section, read_sections


def test_a_document_is_split_at_its_headings():
    text = "# Title\nintro\n\n## One, two\nfirst\n### Deeper\nstill first\n\n## Three\nlast\n"
    assert read_sections(text) == [
        Section("One, two", "first\n### Deeper\nstill first"),
        Section("Three", "last"),
    ]


def test_anchors_are_those_of_github():
    assert Section("Waiting time, flow efficiency", "").anchor == "waiting-time-flow-efficiency"
    assert Section("WIP & `ageing`", "").anchor == "wip--ageing"


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("counts `fct_issues` of", True),
        ("(`fct_issues.is_deleted`; more", True),
        ("on `mart.fct_issues`", True),
        ("`fct_issues_more`", False),
        ("`my_fct_issues`", False),
        ("fct_issues without being code", False),
    ],
)
def test_a_table_is_named_as_code(text, is_named):
    assert Section("x", text).names("fct_issues") is is_named
