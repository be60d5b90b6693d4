"""Compiles the products' ``.proto`` files: ``python -m collector.compile``, as `make` does."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

PRODUCTS = Path(__file__).parents[1] / "plugins" / "flowmart" / "sources" / "telemetry" / "products"
SUFFIX = ".binpb"


def compile_stale(products: Path = PRODUCTS) -> list[Path]:
    """
    Write the descriptors that are missing or older than their ``.proto``, beside it.

    :returns: the files that were written.
    """
    stale = [proto for proto in sorted(products.glob("*/*.proto")) if _is_stale(proto)]
    for proto in stale:
        _compile(proto)
    return [proto.with_suffix(SUFFIX) for proto in stale]


def _is_stale(proto: Path) -> bool:
    compiled = proto.with_suffix(SUFFIX)
    return not compiled.exists() or compiled.stat().st_mtime < proto.stat().st_mtime


def _compile(proto: Path) -> None:
    # Whoever runs compiled descriptors needs no compiler.
    from grpc_tools import protoc

    # Several test processes may be at it at once.
    handle, draft = tempfile.mkstemp(suffix=SUFFIX, dir=proto.parent)
    os.close(handle)
    code = protoc.main(["protoc", f"-I{proto.parent}", f"--descriptor_set_out={draft}", str(proto)])
    if code:
        Path(draft).unlink()
        raise SystemExit(f"{proto} does not compile: correct what protoc says above.")
    Path(draft).chmod(0o644)
    Path(draft).replace(proto.with_suffix(SUFFIX))


if __name__ == "__main__":
    for written in compile_stale(*map(Path, sys.argv[1:])):
        print(f"Compiled {written.name}.")
