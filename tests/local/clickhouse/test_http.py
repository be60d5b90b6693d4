"""The HTTP interface, with plain requests."""

from __future__ import annotations

import gzip
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.local.clickhouse.conftest import RunningServer


class Http:
    """ClickHouse's HTTP interface."""

    def __init__(self, server: RunningServer) -> None:
        self.url = f"http://127.0.0.1:{server.http_port}/"
        self._session = requests.Session()

    def __call__(self, sql: str = "", body: Any = None, **params: Any) -> requests.Response:
        """Post a statement in the URL and a body."""
        named = {"query": sql} if sql else {}
        return self._session.post(self.url, params={**named, **params}, data=body, timeout=30)

    def text(self, sql: str, **params: Any) -> str:
        """The result of a query that must not fail."""
        answer = self(sql, **params)
        assert answer.ok, answer.text
        return answer.text


@pytest.fixture
def http(server: RunningServer) -> Http:
    talk = Http(server)
    talk.text("CREATE OR REPLACE TABLE t (n Int64, s String) ENGINE = MergeTree ORDER BY n")
    return talk


def test_ping(http: Http) -> None:
    assert requests.get(http.url + "ping", timeout=5).text == "Ok.\n"
    assert requests.get(http.url, timeout=5).text == "Ok.\n"


def test_a_query_in_the_url_and_in_the_body(http: Http) -> None:
    assert http.text("SELECT 1, 'a'") == "1\ta\n"
    assert http(body="SELECT 1 FORMAT CSV").text == "1\n"
    assert requests.get(http.url, params={"query": "SELECT 2"}, timeout=5).text == "2\n"
    assert http("SELECT number", "FROM numbers(2)").text == "0\n1\n"


def test_formats(http: Http) -> None:
    assert http.text("SELECT 1 AS a", default_format="JSONEachRow") == '{"a":1}\n'
    one_answer = http("SELECT number AS a FROM numbers(300000) FORMAT JSONCompact").json()
    assert one_answer["rows"] == len(one_answer["data"]) == 300_000
    assert http.text("SELECT 1 AS a FORMAT CSVWithNames") == '"a"\n1\n'


def test_parameters_and_settings(http: Http) -> None:
    assert http.text("SELECT {x:String}, {n:Int8}", param_x="a b", param_n="3") == "a b\t3\n"
    assert http.text("SELECT getSetting('max_threads')", max_threads=7) == "7\n"
    assert http.text("SELECT currentDatabase()", database="system") == "system\n"
    form = requests.post(
        http.url, files={"query": (None, "SELECT {n:Int8}"), "param_n": (None, "5")}, timeout=5
    )
    assert form.text == "5\n"


def test_a_large_result_streams(http: Http) -> None:
    """The first rows come while the engine would count for hours."""
    sql = {"query": "SELECT number FROM numbers(1000000000000)"}
    with requests.get(http.url, params=sql, stream=True, timeout=10) as answer:
        assert next(answer.iter_lines()) == b"0"
    others = "SELECT count() FROM system.processes WHERE query LIKE '%numbers(%'"
    deadline = time.monotonic() + 5
    while http.text(others) != "1\n":  # itself
        assert time.monotonic() < deadline, "the query goes on without its client"
        time.sleep(0.05)


def test_a_result_is_compressed_for_those_who_ask(http: Http) -> None:
    sql = "SELECT number FROM numbers(200000)"
    plain = http(sql)
    packed = http(sql, enable_http_compression=1)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.text == plain.text


@pytest.mark.parametrize(
    ("sql", "status", "code"),
    [
        ("SELECT * FROM nowhere", 404, "60"),
        ("SELEC", 400, "62"),
        ("SELECT throwIf(1)", 500, "395"),
        ("INSERT INTO t (zzz) FORMAT CSV", 500, "16"),
    ],
)
def test_errors_have_status_and_code(http: Http, sql: str, status: int, code: str) -> None:
    answer = http(sql)
    assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (status, code)
    assert answer.text.startswith(f"Code: {code}. DB::Exception: ")
    assert http.text("SELECT 1") == "1\n"


def test_an_error_behind_the_first_rows_breaks_the_result_off(http: Http) -> None:
    sql = "SELECT throwIf(number = 400000) FROM numbers(1000000) SETTINGS max_block_size = 1000"
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        http(sql)
    assert http(sql, wait_end_of_query=1).status_code == 500


def test_inserts(http: Http) -> None:
    http.text("INSERT INTO t VALUES (1, 'a')")
    assert http("INSERT INTO t FORMAT JSONEachRow", '{"n": 2, "s": "b"}').ok
    assert http(body='INSERT INTO t FORMAT CSV\n3,"c"\n4,"d"\n').ok
    assert http("INSERT INTO t VALUES", "(5, 'e'), (2 * 3, upper('f'))").ok
    assert http("INSERT INTO t (s, n) FORMAT TSV", gzip.compress(b"g\t7\n")).status_code != 200
    packed = requests.post(
        http.url,
        params={"query": "INSERT INTO t (s, n) FORMAT TSV"},
        data=gzip.compress(b"g\t7\n"),
        headers={"Content-Encoding": "gzip"},
        timeout=5,
    )
    assert json.loads(packed.headers["X-ClickHouse-Summary"])["written_rows"] == "1"
    rows = http.text("SELECT n, s FROM t ORDER BY n").splitlines()
    assert rows == ["1\ta", "2\tb", "3\tc", "4\td", "5\te", "6\tF", "7\tg"]


def test_a_body_in_chunks_streams_into_the_table(http: Http) -> None:
    def lines() -> Iterator[bytes]:
        for start in range(0, 100_000, 1000):
            yield b"".join(b"%d\tx\n" % n for n in range(start, start + 1000))

    answer = http("INSERT INTO t FORMAT TSV", lines())
    assert answer.ok, answer.text
    assert http.text("SELECT count(), sum(n) FROM t") == f"100000\t{sum(range(100_000))}\n"


def test_a_session_keeps_settings_and_temporary_tables(http: Http) -> None:
    http.text("SET max_threads = 5", session_id="mine")
    http.text("CREATE TEMPORARY TABLE x AS SELECT 1 AS n", session_id="mine")
    assert http.text("SELECT n, getSetting('max_threads') FROM x", session_id="mine") == "1\t5\n"
    assert http("SELECT * FROM x").status_code == 404
    assert http("SELECT 1", session_id="other", session_check=1).status_code == 404


def test_a_session_serves_one_request_at_a_time(http: Http, server: RunningServer) -> None:
    slow = threading.Thread(
        target=Http(server), args=("SELECT sleep(1)",), kwargs={"session_id": "s"}
    )
    slow.start()
    time.sleep(0.3)
    answer = http("SELECT 1", session_id="s")
    assert answer.headers["X-ClickHouse-Exception-Code"] == "373"
    slow.join()
    assert http.text("SELECT 1", session_id="s") == "1\n"


def test_one_query_id_is_for_one_query_at_a_time(http: Http, server: RunningServer) -> None:
    slow = threading.Thread(
        target=Http(server), args=("SELECT sleep(1)",), kwargs={"query_id": "q"}
    )
    slow.start()
    time.sleep(0.3)
    assert http("SELECT 1", query_id="q").headers["X-ClickHouse-Exception-Code"] == "216"
    slow.join()
