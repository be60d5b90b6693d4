from __future__ import annotations

import gzip
import hashlib
import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from upath import UPath

from flowmart.core.errors import ConfigError, RetryableError, SourceUnavailableError
from flowmart.landing import record_counter
from flowmart.landing.reader import find_manifests, read_manifest, read_records
from flowmart.landing.writer import write_stream
from flowmart.sources.base import Page
from tests.landing.conftest import make_batch, make_record

FOUR = [make_record(n) for n in (1, 2, 3, 4)]


def no_requests() -> int:
    return 0


def test_records_come_back_as_they_were_landed(tmp_path):
    records = [
        make_record(1, payload={"text": 'Привет 🚀\n\u2028 "quoted"', "none": None, "pi": 3.5}),
        make_record(2, parent_id="PHID-TASK-1", payload={"nested": {"list": [1, [2, {}]]}}),
    ]
    manifest = write_stream(tmp_path, make_batch(), "tasks", [Page(records)], no_requests)
    assert list(read_records(manifest)) == records
    assert read_manifest(manifest.path) == manifest


def test_the_folder_says_instance_stream_window_and_moment(tmp_path):
    before = datetime.now(UTC)
    manifest = write_stream(tmp_path, make_batch(), "tasks", [Page(FOUR)], no_requests)
    window, attempt = manifest.path.relative_to(tmp_path).parts[-2:]
    assert manifest.path.parts[-4:-2] == ("phabricator__acme", "tasks")
    assert window == "20261101T000000Z--20261102T000000Z"
    assert attempt == f"{manifest.extracted_at:%Y%m%dT%H%M%S.%fZ}"
    assert before <= manifest.extracted_at <= datetime.now(UTC)
    assert {p.name for p in manifest.path.iterdir()} == {"part-00000.jsonl.gz", "manifest.json"}


def test_the_manifest_counts_what_passed(tmp_path):
    pages = [
        Page([make_record(1, version=50), make_record(2, version=7)], source_total=3),
        Page([]),
        Page([make_record(2, version=7), make_record(3, version=60), make_record(1, version=51)]),
    ]
    sent = iter([10, 14])
    manifest = write_stream(tmp_path, make_batch(), "tasks", pages, lambda: next(sent))
    assert (manifest.rows, manifest.distinct_records, manifest.duplicates) == (5, 3, 2)
    assert (manifest.min_version, manifest.max_version) == (7, 60)
    assert manifest.source_total == 3
    assert manifest.requests == 4


def test_a_stream_without_records_lands_as_an_empty_attempt(tmp_path):
    manifest = write_stream(tmp_path, make_batch(), "tasks", [Page([])], no_requests)
    assert (manifest.rows, manifest.files, manifest.min_version) == (0, (), None)
    assert list(read_records(manifest)) == []
    assert find_manifests(tmp_path, "phabricator__acme", None) == [manifest]


def test_part_files_roll_over(tmp_path):
    pages = [Page(FOUR[:1]), Page(FOUR[1:3]), Page(FOUR[3:])]
    manifest = write_stream(tmp_path, make_batch(), "tasks", pages, no_requests, rows_per_part=2)
    assert [(f.name, f.rows) for f in manifest.files] == [
        ("part-00000.jsonl.gz", 3),
        ("part-00001.jsonl.gz", 1),
    ]
    assert list(read_records(manifest)) == FOUR


def test_a_line_holds_a_record_and_the_same_rows_make_the_same_file(tmp_path):
    one, two = (
        write_stream(tmp_path, make_batch(), "tasks", [Page(FOUR)], no_requests) for _ in range(2)
    )
    assert one.path != two.path
    assert one.files == two.files
    content = (one.path / "part-00000.jsonl.gz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == one.files[0].sha256
    assert content[4:8] == bytes(4)  # no time in gzip's header
    assert json.loads(gzip.decompress(content).splitlines()[0]) == {
        "record_id": "PHID-TASK-1",
        "parent_id": None,
        "version": 1001,
        "payload": {"id": 1},
    }


def test_pages_are_written_as_they_come(tmp_path):
    written: list[bool] = []

    def pages():
        yield Page(FOUR[:2])
        written.append(any(tmp_path.rglob("part-00000.jsonl.gz")))
        yield Page(FOUR[2:])

    write_stream(tmp_path, make_batch(), "tasks", pages(), no_requests)
    assert written == [True]


def test_an_extract_that_fails_leaves_no_manifest(tmp_path):
    def pages():
        yield Page(FOUR)
        raise SourceUnavailableError("gone", where="acme", next_step="wait")

    with pytest.raises(SourceUnavailableError):
        write_stream(tmp_path, make_batch(), "tasks", pages(), no_requests)
    assert list(tmp_path.rglob("part-*.gz"))
    assert not list(tmp_path.rglob("manifest.json*"))


def test_a_full_disk_names_the_folder_and_leaves_no_manifest(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")

    def pages():
        # The part file is opened after the first page, so it can be put onto a full device.
        (attempt,) = tmp_path.glob("*/*/*/*")
        (attempt / "part-00000.jsonl.gz").symlink_to("/dev/full")
        yield Page(FOUR)

    with pytest.raises(RetryableError, match="no space left") as caught:
        write_stream(tmp_path, make_batch(), "tasks", pages(), no_requests)
    assert caught.value.where.startswith(str(tmp_path / "phabricator__acme" / "tasks"))
    assert "free space" in caught.value.next_step
    assert not list(tmp_path.rglob("manifest.json*"))


def test_a_root_that_is_a_file_is_a_config_error(tmp_path):
    (tmp_path / "landing").write_text("")
    with pytest.raises(ConfigError, match="landing_root"):
        write_stream(tmp_path / "landing", make_batch(), "tasks", [Page(FOUR)], no_requests)


def test_object_stores_serve_as_well(tmp_path):
    root = UPath("memory://landing-test")
    manifest = write_stream(root, make_batch(), "tasks", [Page(FOUR)], no_requests)
    (found,) = find_manifests(root, "phabricator__acme", None)
    assert found == manifest
    assert list(read_records(found)) == FOUR
    assert not (manifest.path / "manifest.json.unfinished").exists()


def test_progress_is_logged_with_counts_and_rate(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(record_counter, "ROWS_PER_LOG_LINE", 3)
    caplog.set_level(logging.INFO)
    write_stream(tmp_path, make_batch(), "tasks", [Page(FOUR)], no_requests)
    first, last = caplog.messages
    assert first.startswith("phabricator__acme tasks: 3 rows in ")
    assert first.endswith("rows/s")
    assert last.startswith("phabricator__acme tasks: 4 rows in ")
    assert last.endswith(", 0 requests")
