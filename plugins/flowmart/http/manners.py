"""What an API asks of its clients beside HTTP's own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager


class Manners(Protocol):
    """How requests of one client are sent, and what answers mean; thread-safe."""

    @property
    def turn(self) -> AbstractContextManager[object]:
        """Held during every request; a lock where the API wants one at a time."""

    def before(self, url: str) -> Mapping[str, str]:
        """
        Further headers of the next request, such as a token that expires.

        :param url: what is asked.
        :raises TransientError: if it has to wait.
        """

    def judge(self, url: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """
        Look at an answer before it is read as HTTP means it.

        :param url: what was asked.
        :param headers: name -> value; names are case-insensitive.
        :raises TransientError: if it says, in whatever form, that the client has to wait.
        """
