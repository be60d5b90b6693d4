"""The port wished for, or the next one."""

from __future__ import annotations

import socket

from local.ports import HOST, free_port, is_free


def test_a_taken_port_gives_way_to_a_later_one() -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        assert not is_free(taken)
        assert free_port(taken) > taken


def test_a_free_port_is_taken_as_it_is() -> None:
    port = free_port()
    assert is_free(port)
    assert free_port(port) == port
