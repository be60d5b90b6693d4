"""The collector's segments, read by windows of receipt."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from flowmart.core.errors import ConfigError, SourceUnavailableError
from flowmart.core.window import Window
from flowmart.sources.telemetry.segments import LONGEST_LINE, ROWS_PER_PAGE
from tests.records import payload_of
from tests.sources.telemetry.reports import read, report, source, system, write

DAY = Window.parse("2026-11-02T00:00Z", "2026-11-03T00:00Z")
ONE, TWO = system("one"), system("two")


@pytest.fixture
def segments(tmp_path):
    folder = tmp_path / "segments"
    folder.mkdir()
    return folder


def systems(records):
    return [payload_of(record)["report"]["system_id"] for record in records]


def test_a_window_is_half_open_and_reaches_back_by_the_overlap(segments):
    times = [
        "2026-11-01T23:49:59.999999", "2026-11-01T23:50:00.000000", "2026-11-02T00:00:00.000000",
        "2026-11-02T23:59:59.999999", "2026-11-03T00:00:00.000000",
    ]  # fmt: skip
    write(segments, *(report(ONE, at) for at in times))
    found = read(source(segments), DAY)
    assert [payload_of(record)["received_at"][:26] for record in found] == times[1:4]
    assert [r.version % 1_000_000 for r in found] == [0, 0, 999_999]
    start = datetime(2026, 11, 2, tzinfo=UTC).timestamp()
    assert found[1].version == int(start) * 1_000_000


def test_a_report_in_the_file_of_the_hour_before_is_read(segments):
    folder = segments / "2026-11-01" / "23"
    folder.mkdir(parents=True)
    line = json.dumps(report(TWO, "2026-11-02T00:00:01.000000"))
    (folder / "host.jsonl").write_text(f"{line}\n")
    assert systems(read(source(segments), DAY)) == [TWO]


def test_an_unfinished_last_line_was_never_acknowledged(segments):
    line = report(ONE, "2026-11-02T10:00:00.000000")
    write(segments, line, json.dumps(report(TWO, "2026-11-02T10:00:01.000000"))[:-7])
    assert systems(read(source(segments), DAY)) == [ONE]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"report_id": "x"', "it is no JSON"),
        ("[]", "it is no report"),
        ('{"report_id": "a", "received_at": "2026-11-02", "product": "pulp", "report": {}}',
         "received_at"),
        (json.dumps(report("42", "2026-11-02T10:00:00.000000")), "'42', which is no UUID"),
        ("x" * (3 * LONGEST_LINE), "longer than"),
    ],
)  # fmt: skip
def test_a_bad_line_blocks_nothing_and_is_told_with_file_and_line(segments, line, problem):
    good = [report(name, "2026-11-02T10:00:00.000000") for name in (ONE, TWO)]
    write(segments, good[0], f"{line}\n", good[1])
    first, bad, last = read(source(segments), DAY)
    assert systems([first, last]) == [ONE, TWO]
    found = payload_of(bad)
    assert bad.record_id == "2026-11-02/10/host-1-a-00000.jsonl:2"
    assert found["problem"].startswith("2026-11-02/10/host-1-a-00000.jsonl, line 2: ")
    assert problem in found["problem"]
    assert found["received_at"] == "2026-11-02T10:00:00+00:00"


def test_characters_that_no_warehouse_stores_are_replaced(segments):
    write(segments, report(ONE, "2026-11-02T10:00:00.000000", components=[{"name": "a\0b"}]))
    [found] = read(source(segments), DAY)
    assert payload_of(found)["report"]["components"] == [{"name": "a\ufffdb"}]


def test_a_page_is_bounded_whatever_the_window_holds(segments):
    lines = [report(ONE, f"2026-11-02T10:00:00.{n:06}") for n in range(2 * ROWS_PER_PAGE + 1)]
    write(segments, *lines)
    pages = list(source(segments).read("reports", DAY, []))
    assert [len(page.records) for page in pages] == [ROWS_PER_PAGE, ROWS_PER_PAGE, 1]


def test_reports_of_another_product_are_left_to_another_instance(segments):
    other = report(TWO, "2026-11-02T10:00:00.000000") | {"product": "other"}
    write(segments, report(ONE, "2026-11-02T10:00:00.000000"), other)
    assert systems(read(source(segments), DAY)) == [ONE]


def test_a_folder_without_reports_is_an_empty_window(segments):
    assert read(source(segments), DAY) == []


def test_a_folder_that_is_gone_is_told_and_tried_again(tmp_path):
    with pytest.raises(SourceUnavailableError, match="There is no folder of segments") as caught:
        read(source(tmp_path / "gone"), DAY)
    assert str(tmp_path / "gone") in caught.value.where
    assert "flowmart_telemetry" in caught.value.next_step


def test_the_connection_needs_a_folder():
    with pytest.raises(ConfigError, match="has no folder"):
        source()


def test_an_unknown_product_is_refused(segments):
    with pytest.raises(ConfigError, match="There is no product 'galaxy'") as caught:
        source(segments, product="galaxy")
    assert "pulp" in caught.value.next_step
