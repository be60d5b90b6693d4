"""Varints, strings and the window, without a server."""

import pytest

from local.clickhouse.wire import Window, string, varint


@pytest.mark.parametrize("number", [0, 1, 127, 128, 300, 2**32, 2**63])
def test_a_varint_reads_back(number: int) -> None:
    assert Window(data=varint(number)).varint() == number


def test_a_window_asks_for_more_only_when_it_has_to() -> None:
    pieces = iter([b"ab", b"cd", b"ef"])
    window = Window(lambda _missing: next(pieces))
    assert window.take(3) == b"abc"
    assert len(window) == 1
    assert list(pieces) == [b"ef"]


def test_a_window_without_a_source_ends() -> None:
    with pytest.raises(EOFError):
        Window(data=b"abc").take(4)


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_strings_are_passed_over_wherever_the_stream_is_cut(step: int) -> None:
    """Lengths of one, two and three bytes, the last string at the very end of the stream."""
    lengths = [0, 5, 127, 128, 20_000, 3, 0, 300, 1]
    stream = b"".join(string(b"x" * length) for length in lengths)
    pieces = iter([stream[start : start + step] for start in range(0, len(stream), step)])
    window = Window(lambda _missing: next(pieces))
    window.skip_strings(len(lengths))
    assert window.position == len(stream)


def test_forgotten_bytes_are_gone_and_the_rest_stays() -> None:
    window = Window(data=b"abcdef")
    window.skip(2)
    window.forget()
    assert window.take(4) == b"cdef"
