"""Which port each part of the stack is served on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.ports import free_port
from local.stack.collector import COLLECTOR
from local.stack.sandbox import SANDBOX

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.stack.settings import LocalSettings

API_SERVER = "api-server"


def choose_ports(settings: LocalSettings, tell: Callable[[str], None]) -> dict[str, int]:
    """
    Free ports, by the names of the parts; 0 where the part chooses itself.

    :param tell: called with a line for the person who waits.
    """
    wished = settings.port
    page = free_port(wished)
    if wished and page != wished:
        tell(f"Port {wished} is in use: the page takes {page}.")
    sandbox = free_port(page + 1 if wished else 0)
    return {
        API_SERVER: page,
        SANDBOX: sandbox,
        "postgres": sandbox + 1 if wished else 0,
        "warehouse": sandbox + 2 if wished else 0,
        COLLECTOR: free_port(settings.collector_port if wished else 0),
    }
