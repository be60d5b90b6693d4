"""What bodies say, and products besides Pulp."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.json_format import MessageToDict

from collector.compile import PRODUCTS, compile_stale
from collector.errors import CollectorError, Refused
from collector.products import Product, load_products
from collector.records import LONGEST_LINE
from collector.settings import Settings, load_settings
from flowmart.sources.telemetry import segments
from tests.collector.running import PROJECT, RunningCollector, analytics, stored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SYSTEM = "3dce855a-c044-5d49-9334-533c24678c5a"
ANOTHER = """
syntax = "proto2";
message Analytics {
  required string system_id = 1;
  optional bytes key = 2;
  optional int64 requests = 3;
  map<string, int32> sizes = 4;
  optional double load = 5;
  repeated int32 days = 6;
  map<string, string> tags = 7;
  repeated Host hosts = 8;
  message Host { repeated Flags flags = 1; }
  message Flags { optional bool %s = 1; }
}
""" % ("x" * 120)


@pytest.fixture(scope="module")
def products(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Pulp and another product, whose message has the same name."""
    folder = tmp_path_factory.mktemp("products")
    for name, text in (
        ("another", ANOTHER),
        ("pulp", (PRODUCTS / "pulp" / "analytics.proto").read_text()),
    ):
        (folder / name).mkdir()
        (folder / name / "report.proto").write_text(text)
    assert len(compile_stale(folder)) == 2
    assert compile_stale(folder) == []
    return folder


@pytest.fixture(scope="module")
def another(products: Path) -> Product:
    return load_products(products)["another"]


def test_a_report_is_what_protobuf_itself_makes_of_it() -> None:
    pulp = load_products(PRODUCTS)["pulp"]
    message: Any = pulp.message(system_id=SYSTEM, postgresql_version=150004)
    message.online_workers.processes = 0
    message.online_content_apps.SetInParent()
    message.components.add(name="core", version="dev")
    message.components.add(name="rpm \u2028 \u00e9", version="")
    message.rbac_stats.users = 2**32 - 1
    assert pulp.decode(message.SerializeToString()) == MessageToDict(
        message, preserving_proto_field_name=True
    )


def test_other_kinds_of_fields(another: Product) -> None:
    message: Any = another.message(system_id=SYSTEM, key=b"\xff\0", requests=2**60, load=0.5)
    message.sizes["a"] = 7
    message.days.extend([1, 2])
    assert another.decode(message.SerializeToString()) == {
        "system_id": SYSTEM,
        "key": "/wA=",
        "requests": 2**60,
        "load": 0.5,
        "sizes": {"a": 7},
        "days": [1, 2],
    }


@pytest.mark.parametrize("load", [float("nan"), float("inf")])
def test_what_json_has_no_number_for_is_refused(another: Product, load: float) -> None:
    message: Any = another.message(system_id=SYSTEM, load=load)
    with pytest.raises(Refused, match="load is not a finite number"):
        another.decode(message.SerializeToString())


TAG = b"\x3a\x06\x0a\x01%b\x12\x01%b"


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        (b"\0", b"a", "a key of tags has a NUL character"),
        (b"\xff", b"a", "a key of tags is not UTF-8"),
        (b"a", b"\0", "tags has a NUL character"),
        (b"a", b"\xff", "tags is not UTF-8"),
    ],
)
def test_keys_of_maps_are_texts_as_others(
    another: Product, key: bytes, value: bytes, complaint: str
) -> None:
    body = analytics(SYSTEM)
    assert another.decode(body + TAG % (b"a", b"b"))["tags"] == {"a": "b"}
    with pytest.raises(Refused, match=f"^{complaint}$"):
        another.decode(body + TAG % (key, value))


def test_a_map_has_as_many_values_as_a_list(another: Product) -> None:
    message: Any = another.message(system_id=SYSTEM)
    message.sizes.update({str(number): number for number in range(500)})
    assert len(another.decode(message.SerializeToString())["sizes"]) == 500
    message.sizes["500"] = 500
    with pytest.raises(Refused, match="sizes has more than 500 values"):
        another.decode(message.SerializeToString())


def test_a_report_whose_line_no_reader_would_take_is_refused(
    another: Product, products: Path, starting: Callable[..., RunningCollector], tmp_path: Path
) -> None:
    assert LONGEST_LINE == segments.LONGEST_LINE
    collector = starting(tmp_path, products=products)
    # 120 characters of a name for 4 bytes.
    for flags, status in ((10, 200), (30, 413)):
        message: Any = another.message(system_id=SYSTEM)
        for _ in range(500):
            host = message.hosts.add()
            for _ in range(flags):
                setattr(host.flags.add(), "x" * 120, True)
        sent = collector.post(message.SerializeToString(), "/another")
        assert sent.status == status
    assert sent.text == "what the body says is longer than 1000000 bytes\n"
    assert len(stored(tmp_path)) == 1


def test_another_product_has_an_address_of_its_own(
    products: Path, starting: Callable[..., RunningCollector], tmp_path: Path
) -> None:
    collector = starting(tmp_path, products=products, default_product="another")
    assert collector.post(analytics(SYSTEM), "/pulp").status == 200
    assert collector.post(analytics(SYSTEM), "/").status == 200
    assert [line["product"] for line in stored(tmp_path)] == ["pulp", "another"]
    assert "/, /another, /pulp" in collector.post(b"", "/third").text


def test_a_product_without_a_system_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "bad.proto").write_text('syntax = "proto2"; message Report {}')
    compile_stale(tmp_path)
    with pytest.raises(CollectorError, match="its first message, Report, has no field system_id"):
        load_products(tmp_path)


@pytest.mark.parametrize("kind", ["repeated string", "optional bytes", "required int32"])
def test_a_system_that_is_no_single_text_is_refused(tmp_path: Path, kind: str) -> None:
    (tmp_path / "bad").mkdir()
    text = f'syntax = "proto2"; message Report {{ {kind} system_id = 1; }}'
    (tmp_path / "bad" / "bad.proto").write_text(text)
    compile_stale(tmp_path)
    with pytest.raises(CollectorError, match="system_id of its first message, Report, is no"):
        load_products(tmp_path)


def test_nothing_compiled_is_told_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(CollectorError, match=r"run `python -m collector.compile`"):
        load_products(tmp_path)


def test_wrong_settings_are_named_without_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWMART_COLLECTOR_PORT", "secret-word")
    monkeypatch.setenv("FLOWMART_COLLECTOR_CLIENT_BURST", "0")
    monkeypatch.delenv("FLOWMART_COLLECTOR_STORE", raising=False)
    load_settings.cache_clear()
    with pytest.raises(CollectorError) as caught:
        load_settings()
    for name in ("PORT", "CLIENT_BURST", "STORE"):
        assert f"FLOWMART_COLLECTOR_{name}: " in str(caught.value)
    assert "secret-word" not in str(caught.value)


def test_a_store_s_password_is_not_shown() -> None:
    settings = Settings(store="postgresql://user:secret-word@db.example/telemetry")
    assert "secret-word" not in repr(settings)


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_product_that_is_not_there_is_told_at_the_start(tmp_path: Path, processes: str) -> None:
    given = {"STORE": str(tmp_path), "DEFAULT_PRODUCT": "katello", "PROCESSES": processes}
    ended = subprocess.run(
        [sys.executable, "-m", "collector"],
        env=os.environ | {f"FLOWMART_COLLECTOR_{name}": value for name, value in given.items()},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "collector: FLOWMART_COLLECTOR_DEFAULT_PRODUCT is 'katello'" in ended.stderr
    assert ended.stderr.endswith(" has: pulp.\n")
