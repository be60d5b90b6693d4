from __future__ import annotations

import gzip
import hashlib
import multiprocessing
import os
import signal
from datetime import timedelta

import pytest

from flowmart.core.errors import FatalError
from flowmart.core.window import Window
from flowmart.landing.manifest import LandedFile
from flowmart.landing.reader import find_manifests, fresh_snapshot, read_manifest, read_records
from flowmart.landing.writer import write_stream
from flowmart.sources.base import Page, Record
from tests.landing.conftest import make_batch, make_record

INSTANCE = "phabricator__acme"


def land(root, stream="tasks", days=(1, 2), numbers=(1, 2, 3)):
    page = Page([make_record(number) for number in numbers])
    return write_stream(root, make_batch(*days), stream, [page], lambda: 0)


@pytest.fixture
def landed(tmp_path):
    return land(tmp_path)


def part_of(manifest):
    return manifest.path / "part-00000.jsonl.gz"


def rewrite(manifest, lines: bytes) -> None:
    part_of(manifest).write_bytes(gzip.compress(lines))


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        (lambda m: part_of(m).unlink(), "missing"),
        (lambda m: part_of(m).write_bytes(part_of(m).read_bytes()[:-20]), "end-of-stream"),
        (lambda m: part_of(m).write_bytes(b"\0" * 100), "gzip"),
        (lambda m: rewrite(m, b'{"record_id": "x"}\n'), "missing required field `parent_id`"),
        (lambda m: rewrite(m, b"{\n"), "truncated"),
        (lambda m: rewrite(m, b""), "checksum"),
        (lambda m: part_of(m).write_bytes(part_of(m).read_bytes() * 2), "checksum"),
    ],
)
def test_a_damaged_part_is_an_error_that_names_the_file(landed, damage, text):
    damage(landed)
    with pytest.raises(FatalError, match=text) as caught:
        list(read_records(landed))
    assert caught.value.where == str(part_of(landed))
    assert "run its window again" in caught.value.next_step


def test_a_changed_byte_of_the_header_is_found(landed):
    content = bytearray(part_of(landed).read_bytes())
    content[4] ^= 1  # the header's time, which unpacking ignores
    part_of(landed).write_bytes(content)
    with pytest.raises(FatalError, match="checksum"):
        list(read_records(landed))


def test_a_wrong_row_count_is_found(landed):
    wrong = landed.model_copy(
        update={"files": (landed.files[0].model_copy(update={"rows": 4}),)},
    )
    with pytest.raises(FatalError, match="3 rows instead of 4"):
        list(read_records(wrong))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"instance": 1}'])
def test_a_damaged_manifest_is_an_error_that_names_the_file(landed, text):
    (landed.path / "manifest.json").write_text(text)
    with pytest.raises(FatalError, match="not a manifest") as caught:
        read_manifest(landed.path)
    assert caught.value.where == str(landed.path / "manifest.json")


def test_an_attempt_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FatalError, match="missing"):
        read_manifest(tmp_path)


def extract_and_hang(root, first_page_taken) -> None:
    def pages():
        yield Page([make_record(1)])
        first_page_taken.set()
        signal.pause()

    write_stream(root, make_batch(), "tasks", pages(), lambda: 0)


def test_a_killed_attempt_is_ignored(tmp_path):
    context = multiprocessing.get_context("fork")
    first_page_taken = context.Event()
    process = context.Process(target=extract_and_hang, args=(tmp_path, first_page_taken))
    process.start()
    assert first_page_taken.wait(30)
    os.kill(process.pid, signal.SIGKILL)
    process.join()

    assert list(tmp_path.glob("*/*/*/*/part-00000.jsonl.gz"))
    assert find_manifests(tmp_path, INSTANCE, None) == []
    assert land(tmp_path).rows == 3
    assert [m.rows for m in find_manifests(tmp_path, INSTANCE, None)] == [3]


def test_all_attempts_are_found_in_the_order_in_which_they_began(tmp_path):
    landed = [
        land(tmp_path, days=(3, 4)),
        land(tmp_path, days=(1, 2)),
        land(tmp_path, stream="users"),
        land(tmp_path, days=(3, 4)),
    ]
    assert find_manifests(tmp_path, INSTANCE, None) == landed


def test_attempts_of_overlapping_windows_are_found(tmp_path):
    first, wide, second = (land(tmp_path, days=d) for d in ((1, 2), (1, 5), (2, 3)))
    window = Window.parse("2026-11-02T00:00Z", "2026-11-03T00:00Z")
    assert find_manifests(tmp_path, INSTANCE, window) == [wide, second]
    assert first not in find_manifests(tmp_path, INSTANCE, window)


def test_attempts_of_other_instances_are_not_found(landed, tmp_path):
    assert find_manifests(tmp_path, "phabricator", None) == []
    assert find_manifests(tmp_path / "nowhere", INSTANCE, None) == []


def test_a_snapshot_is_fresh_until_it_reaches_its_age(tmp_path):
    users = land(tmp_path, stream="users")
    age = timedelta(hours=24)
    just_in_time = users.extracted_at + age
    assert fresh_snapshot(tmp_path, INSTANCE, "users", just_in_time, age) == users
    too_late = just_in_time + timedelta(microseconds=1)
    assert fresh_snapshot(tmp_path, INSTANCE, "users", too_late, age) is None
    assert fresh_snapshot(tmp_path, INSTANCE, "projects", just_in_time, age) is None


def test_the_newest_complete_snapshot_counts_whatever_window_it_was_fetched_for(tmp_path):
    land(tmp_path, stream="users", days=(5, 6))
    newest = land(tmp_path, stream="users", days=(1, 2))
    killed = land(tmp_path, stream="users", days=(3, 4))
    (killed.path / "manifest.json").unlink()
    now = killed.extracted_at
    assert fresh_snapshot(tmp_path, INSTANCE, "users", now, timedelta(hours=1)) == newest


def test_lines_of_earlier_versions_can_be_read(landed):
    """They wrote payloads anew: without spaces, and numbers as Python writes them."""
    lines = (
        '{"record_id":"A","parent_id":"B","version":7,"payload":{"a":"Жук \\n","b":1e+25}}\n'
        '{"record_id":"C","parent_id":null,"version":0,"payload":{}}\n'
    )
    rewrite(landed, lines.encode())
    content = part_of(landed).read_bytes()
    file = LandedFile(
        name="part-00000.jsonl.gz", rows=2, sha256=hashlib.sha256(content).hexdigest()
    )
    assert list(read_records(landed.model_copy(update={"files": (file,)}))) == [
        Record("A", "B", 7, '{"a":"Жук \\n","b":1e+25}'.encode()),
        Record("C", None, 0, b"{}"),
    ]
