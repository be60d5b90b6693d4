"""What the collector answers to good and bad requests, and what it keeps of them."""

from __future__ import annotations

import base64
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.collector.running import analytics, stored, systems, unknown

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

    from tests.collector.running import RunningCollector

LIMIT = 64 * 1024
SYSTEM = "3dce855a-c044-5d49-9334-533c24678c5a"


def sent_until_closed(
    connection: socket.socket, part: bytes, most: int, pause: float = 0.002
) -> int:
    """How many times something could be sent before the other end closed the connection."""
    for sent in range(most):
        try:
            connection.sendall(part)
        except OSError:
            return sent
        time.sleep(pause)
    return most


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def collector(root: Path, starting: Callable[..., RunningCollector]) -> RunningCollector:
    return starting(root, body_seconds=2, head_seconds=2, connections=20)


def test_a_report_is_kept_with_what_was_posted_and_what_it_says(
    collector: RunningCollector, root: Path
) -> None:
    # By hand: field 1 is the id, field 3 the workers with 4 processes (1), hosts (2) absent.
    body = b"\x0a\x24" + SYSTEM.encode() + b"\x1a\x02\x08\x04"
    before = datetime.now(UTC)
    sent = collector.post(body)
    assert (sent.status, sent.text) == (200, "")
    line = stored(root)[-1]
    assert base64.b64decode(line["body"]) == body
    assert line["report"] == {"system_id": SYSTEM, "online_workers": {"processes": 4}}
    assert line["product"] == "pulp"
    assert uuid.UUID(hex=line["report_id"]).hex == line["report_id"]
    received = datetime.fromisoformat(line["received_at"])
    assert before <= received <= datetime.now(UTC)
    assert received.utcoffset() == timedelta(0)
    segment = next(root.rglob("*.jsonl"))
    assert segment.parent == root / f"{received:%Y-%m-%d}" / f"{received:%H}"


def test_recorded_bodies_are_taken(
    collector: RunningCollector, root: Path, bodies: dict[str, bytes]
) -> None:
    assert bodies
    for body in bodies.values():
        assert collector.post(body).status == 200
        assert base64.b64decode(stored(root)[-1]["body"]) == body
    collector.post(bodies["analytics_full"])
    # Zero roles are 0; what is absent is absent.
    assert stored(root)[-1]["report"]["rbac_stats"]["custom_access_policies"] == 0
    collector.post(bodies["analytics_minimal"])
    assert stored(root)[-1]["report"].keys() == {"system_id"}


def test_a_version_without_a_dot_is_as_good_as_any(collector: RunningCollector, root: Path) -> None:
    assert collector.post(analytics(components=[("core", "dev")])).status == 200
    assert stored(root)[-1]["report"]["components"] == [{"name": "core", "version": "dev"}]


def test_the_longest_texts_and_the_most_components_are_taken(
    collector: RunningCollector, root: Path
) -> None:
    components = [("\u00e9" * 200, "x" * 200)] * 30 + [("a", "1")] * 470
    assert collector.post(analytics(components=components)).status == 200
    assert len(stored(root)[-1]["report"]["components"]) == 500


def test_fields_of_a_newer_message_are_kept_in_the_body(
    collector: RunningCollector, root: Path
) -> None:
    body = analytics(SYSTEM) + b"\x98\x06\x07"  # field 99 = 7
    assert collector.post(body).status == 200
    line = stored(root)[-1]
    assert line["report"] == {"system_id": SYSTEM}
    assert base64.b64decode(line["body"]) == body


@pytest.mark.parametrize(
    "written", [SYSTEM, SYSTEM.upper(), SYSTEM.replace("-", "")], ids=["usual", "upper", "plain"]
)
def test_a_system_has_one_id_however_it_is_written(
    collector: RunningCollector, root: Path, written: str
) -> None:
    assert collector.post(analytics(written)).status == 200
    assert systems(root)[-1] == SYSTEM


def test_a_report_that_is_repeated_is_kept_again_and_counted(
    collector: RunningCollector, root: Path
) -> None:
    body = analytics()
    before = collector.metric("duplicates_total", product="pulp")
    kept = len(stored(root))
    assert [collector.post(body).status for _ in range(3)] == [200, 200, 200]
    assert len({line["report_id"] for line in stored(root)[kept:]}) == 3
    assert collector.metric("duplicates_total", product="pulp") == before + 2


@pytest.mark.parametrize(
    "kind",
    ["application/octet-stream", "application/protobuf", "application/x-protobuf; charset=utf-8"],
)
def test_types_of_bytes_and_protobuf_are_taken(collector: RunningCollector, kind: str) -> None:
    assert collector.post(analytics(), content_type=kind).status == 200


def test_no_type_is_taken(collector: RunningCollector) -> None:
    assert collector.request("POST", "/pulp", analytics()).status == 200


BAD = {
    "garbage": (b"\xff" * 100, "not a protobuf message Analytics"),
    "text": (b"hello, world", "not a protobuf message Analytics"),
    "truncated": (analytics(SYSTEM)[:20], "not a protobuf message Analytics"),
    "cut in a component": (
        analytics(SYSTEM, components=[("core", "3.49.1")])[:-1],
        "not a protobuf message Analytics",
    ),
    "nothing": (b"", "required but missing: system_id"),
    "no version": (analytics(SYSTEM) + b"\x22\x03\x0a\x01a", "missing: components[0].version"),
    "no UUID": (analytics("not-a-uuid"), "system_id is not a UUID"),
    "a UUID too short": (analytics(SYSTEM[:-1]), "system_id is not a UUID"),
    "other digits": (analytics("\u0663" + SYSTEM[1:]), "system_id is not a UUID"),
    "no UTF-8": (
        analytics(SYSTEM) + b"\x22\x06\x0a\x01\xff\x12\x011",
        "components.name is not UTF-8",
    ),
    "a long name": (
        analytics(SYSTEM, components=[("x" * 201, "1")]),
        "components.name is longer than 200 characters",
    ),
    "many components": (
        analytics(SYSTEM, components=[("a", "1")] * 501),
        "components has more than 500 values",
    ),
    "NUL": (
        analytics(SYSTEM, components=[("core", "1\0")]),
        "components.version has a NUL character",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_body_is_refused_with_what_is_wrong(
    collector: RunningCollector, root: Path, case: str
) -> None:
    body, complaint = BAD[case]
    kept = len(stored(root))
    sent = collector.post(body)
    assert sent.status == 400
    assert complaint in sent.text
    assert len(stored(root)) == kept


def test_the_longest_body_is_taken_and_a_longer_one_refused(
    collector: RunningCollector, root: Path
) -> None:
    def of_length(length: int) -> bytes:
        # The id takes 38 bytes, a field's number and length 5.
        return analytics(SYSTEM) + unknown(length - 38 - 5)

    longest = of_length(LIMIT)
    assert len(longest) == LIMIT
    assert collector.post(longest).status == 200
    kept = len(stored(root))
    assert collector.post(of_length(LIMIT + 1)).status == 413
    assert collector.post(of_length(LIMIT * 10)).status == 413
    assert len(stored(root)) == kept


def test_an_endless_body_is_refused_while_it_comes(collector: RunningCollector, root: Path) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    kept = len(stored(root))
    chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    with collector.raw(head) as connection:
        sent = sent_until_closed(connection, chunk, most=200)
    assert sent < 100
    declared = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {10**12}\r\n\r\n".encode()
    with collector.raw(declared) as connection:
        assert connection.recv(12) == b"HTTP/1.1 413"
    assert len(stored(root)) == kept


@pytest.mark.parametrize("kind", ["application/json", "text/html", "multipart/form-data"])
def test_other_types_are_refused(collector: RunningCollector, root: Path, kind: str) -> None:
    kept = len(stored(root))
    sent = collector.post(analytics(), content_type=kind)
    assert sent.status == 415
    assert "application/octet-stream" in sent.text
    assert collector.post(analytics(), content_encoding="gzip").status == 415
    assert len(stored(root)) == kept


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_refused(collector: RunningCollector, method: str) -> None:
    sent = collector.request(method, "/pulp", analytics())
    assert (sent.status, sent.headers["allow"]) == (405, "POST")
    assert collector.request("POST", "/health").headers["allow"] == "GET"


def test_another_path_is_told_the_right_ones(collector: RunningCollector) -> None:
    sent = collector.post(analytics(), "/katello")
    assert (sent.status, sent.text) == (404, "reports are posted to one of: /, /pulp\n")
    assert collector.post(analytics(), "/pulp/").status == 404


def test_what_asks_for_another_protocol_is_answered_in_this_one_and_not_logged(
    collector: RunningCollector,
) -> None:
    before = collector.log.read_text()
    asking = {"Connection": "Upgrade", "Upgrade": "websocket"}
    assert collector.request("GET", "/health", headers=asking).status == 200
    assert collector.log.read_text() == before


def test_a_slow_body_is_given_up(collector: RunningCollector, root: Path) -> None:
    kept = len(stored(root))
    body = analytics()
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with collector.raw(head + body[:-1]) as connection:
        assert connection.recv(12) == b"HTTP/1.1 408"
    assert len(stored(root)) == kept


def test_a_body_that_never_ends_because_its_sender_is_gone_is_not_kept(
    collector: RunningCollector, root: Path
) -> None:
    kept = len(stored(root))
    before = collector.metric("refused_total", reason="disconnected")
    body = analytics()
    # Also what is a whole message already, but shorter than was declared.
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body) + 5}\r\n\r\n".encode()
    collector.raw(head + body).close()
    deadline = time.monotonic() + 10
    while collector.metric("refused_total", reason="disconnected") == before:
        assert time.monotonic() < deadline
    assert len(stored(root)) == kept


@pytest.mark.parametrize("beginning", [b"", b"POST / HT", b"\r\n", b"POST / HTTP/1.1\r\nHost: "])
def test_a_connection_that_does_not_get_to_a_request_is_closed(
    collector: RunningCollector, beginning: bytes
) -> None:
    with collector.raw(beginning) as connection:
        assert connection.recv(12) == b"HTTP/1.1 408"


def test_a_head_that_drips_is_closed(collector: RunningCollector) -> None:
    with collector.raw(b"POST / HTTP/1.1\r\n") as connection:
        assert sent_until_closed(connection, b"X-Slow: 1\r\n", most=200, pause=0.05) < 100


@pytest.mark.parametrize("long", ["X-Long: %s", "X-Short: 1"], ids=["header", "path"])
def test_a_long_head_is_refused_and_its_body_not_kept(
    collector: RunningCollector, root: Path, long: str
) -> None:
    kept = len(stored(root))
    body = analytics()
    path = "x" * 20_000 if "%s" not in long else ""
    header = long.replace("%s", "x" * 20_000)
    head = f"POST /{path} HTTP/1.1\r\n{header}\r\nContent-Length: {len(body)}\r\n\r\n"
    with collector.raw(head.encode() + body) as connection:
        assert connection.recv(12) == b"HTTP/1.1 431"
    assert len(stored(root)) == kept


def test_a_head_without_end_is_refused(collector: RunningCollector) -> None:
    with collector.raw(b"POST / HTTP/1.1\r\nX-Endless: " + b"x" * 20_000) as connection:
        assert connection.recv(12) == b"HTTP/1.1 431"


def test_what_is_not_http_is_refused(collector: RunningCollector) -> None:
    with collector.raw(b"\x16\x03\x01 TLS, or so\r\n\r\n") as connection:
        assert connection.recv(12) == b"HTTP/1.1 400"


def test_connections_beyond_the_limit_are_turned_away(collector: RunningCollector) -> None:
    held = [collector.raw() for _ in range(20)]
    with collector.raw() as connection:
        assert b"503 Service Unavailable\r\nRetry-After: 5\r\n" in connection.recv(100)
    for connection in held:
        connection.close()
    deadline = time.monotonic() + 10
    while collector.get("/health").status != 200:
        assert time.monotonic() < deadline


def test_two_posts_on_one_connection_are_both_kept(collector: RunningCollector, root: Path) -> None:
    both = [str(uuid.uuid4()), str(uuid.uuid4())]
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 38\r\n\r\n"
    # The second is sent before the first is answered.
    with collector.raw(b"".join(head + analytics(system) for system in both)) as connection:
        received = b""
        while received.count(b"HTTP/1.1 200") < 2:
            received += connection.recv(1000)
    assert systems(root)[-2:] == both


def test_it_is_up_ready_and_counts(collector: RunningCollector, root: Path) -> None:
    assert collector.get("/health").status == 200
    assert collector.get("/ready").status == 200
    assert collector.metric("reports_total", product="pulp") == len(stored(root))
    assert collector.metric("commit_seconds_count") > 0
    for reason in ("malformed", "incomplete", "system_id", "text", "size", "type", "slow"):
        assert collector.metric("refused_total", reason=reason) > 0, reason


def test_neither_logs_nor_metrics_tell_who_posted_what(collector: RunningCollector) -> None:
    told = collector.log.read_text() + collector.get("/metrics").text
    assert SYSTEM not in told
    assert "3.49.1" not in told
    assert "Traceback" not in told
