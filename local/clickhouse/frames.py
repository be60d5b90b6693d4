"""
Compressed frames of the native protocol.

A frame is a CityHash128 checksum of what follows, a byte for the method, the sizes of the frame
(without checksum) and of the data, and the data: `CompressedReadBufferBase` in ClickHouse's
sources.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import lz4.block
from clickhouse_cityhash.cityhash import CityHash128

from local.clickhouse.errors import CHECKSUM_DOES_NOT_MATCH, UNSUPPORTED, ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.clickhouse.wire import Window

_NONE, _LZ4, _ZSTD = 0x02, 0x82, 0x90
_SIZES = struct.Struct("<BII")
_CHECKSUM_BYTES = 16
_LARGEST_FRAME = 1 << 20


def compress(data: bytes) -> Iterator[bytes]:
    """Frames of LZ4 for these data."""
    view = memoryview(data)
    for start in range(0, len(view), _LARGEST_FRAME):
        part = view[start : start + _LARGEST_FRAME]
        packed = lz4.block.compress(part, store_size=False)
        frame = _SIZES.pack(_LZ4, _SIZES.size + len(packed), len(part)) + packed
        yield _checksum(frame)
        yield frame


def decompress(window: Window) -> bytes:
    """
    The data of the next frame.

    :raise ServerError: the frame is damaged or its method is unknown.
    """
    checksum = window.take(_CHECKSUM_BYTES)
    head = window.take(_SIZES.size)
    method, size, data_size = _SIZES.unpack(head)
    packed = window.take(size - _SIZES.size)
    if _checksum(head + packed) != checksum:
        raise ServerError(CHECKSUM_DOES_NOT_MATCH, "Checksum of a compressed frame does not match")
    if method == _LZ4:
        return bytes(lz4.block.decompress(packed, uncompressed_size=data_size))
    if method == _ZSTD:
        return _decompress_zstd(packed, data_size)
    if method == _NONE:
        return packed
    raise ServerError(UNSUPPORTED, f"Compression method 0x{method:02x} is unknown; use lz4")


def _checksum(frame: bytes) -> bytes:
    """ClickHouse writes the two halves of the number the other way round."""
    number = CityHash128(frame)
    return struct.pack("<QQ", number >> 64, number & (1 << 64) - 1)


def _decompress_zstd(packed: bytes, data_size: int) -> bytes:
    # chDB brings pyarrow, and so a zstd, along; its import takes long.
    import pyarrow as pa

    return bytes(pa.Codec("zstd").decompress(packed, decompressed_size=data_size))
