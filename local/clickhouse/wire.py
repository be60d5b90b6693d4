"""The smallest parts of ClickHouse's wire formats: varints, strings, and a window on a stream."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_CONTINUES = 0x80
_LONGEST_VARINT = 10


def varint(number: int) -> bytes:
    """A whole number, seven bits to a byte, the lowest first (LEB128)."""
    out = bytearray()
    while number >= _CONTINUES:
        out.append(number & 0x7F | _CONTINUES)
        number >>= 7
    out.append(number)
    return bytes(out)


def string(text: str | bytes) -> bytes:
    """A string behind its length in bytes."""
    raw = text.encode() if isinstance(text, str) else text
    return varint(len(raw)) + raw


class Window:
    """
    Bytes that are read from front to back and that grow on demand.

    :param more: gives at least one further byte, and about as many as it is asked for;
        without it the window holds only `data`.
    :param data: what the window starts with.
    """

    def __init__(self, more: Callable[[int], bytes] | None = None, data: bytes = b"") -> None:
        self._more = more
        self._bytes = bytearray(data)
        self.position = 0

    def __len__(self) -> int:
        """How many bytes are here already and not yet read."""
        return len(self._bytes) - self.position

    def need(self, count: int) -> None:
        """
        Wait until so many unread bytes are here.

        :raise EOFError: the stream ended before.
        """
        while (missing := self.position + count - len(self._bytes)) > 0:
            if self._more is None:
                raise EOFError("the data end in the middle of a value")
            self._bytes += self._more(missing)

    def take(self, count: int) -> bytes:
        """The next bytes."""
        self.need(count)
        start = self.position
        self.position += count
        return bytes(self._bytes[start : self.position])

    def skip(self, count: int) -> None:
        """Pass over the next bytes."""
        self.need(count)
        self.position += count

    def since(self, start: int) -> bytes:
        """What was read since an earlier `position`."""
        return bytes(self._bytes[start : self.position])

    def forget(self) -> None:
        """Free what was read; earlier positions mean nothing afterwards."""
        del self._bytes[: self.position]
        self.position = 0

    def byte(self) -> int:
        """The next byte as a number."""
        self.need(1)
        self.position += 1
        return self._bytes[self.position - 1]

    def varint(self) -> int:
        """The next varint."""
        result = shift = 0
        while True:
            byte = self.byte()
            result |= (byte & 0x7F) << shift
            if byte < _CONTINUES:
                return result
            shift += 7

    def string(self) -> bytes:
        """The next string, as bytes: ClickHouse's strings need not be text."""
        return self.take(self.varint())

    def text(self) -> str:
        """The next string, decoded."""
        return self.string().decode("utf-8", "surrogateescape")

    def uint64(self) -> int:
        """The next eight bytes as a number."""
        (number,) = struct.unpack("<Q", self.take(8))
        return int(number)

    def skip_strings(self, count: int) -> None:
        """
        Pass over many strings.

        :param count: how many.  A column of a million strings passes here, so the loop keeps the
            window in local variables and asks for more bytes only near the end of what is here.
        """
        data = self._bytes
        while count:
            position, end = self.position, len(data) - _LONGEST_VARINT
            while count and position < end:
                length = data[position]
                position += 1
                if length >= _CONTINUES:
                    length &= 0x7F
                    shift = 7
                    while True:
                        byte = data[position]
                        position += 1
                        length |= (byte & 0x7F) << shift
                        if byte < _CONTINUES:
                            break
                        shift += 7
                position += length
                count -= 1
            self.position = position
            self.need(0)
            if count and self.position >= len(data) - _LONGEST_VARINT:
                self.skip(self.varint())
                count -= 1
