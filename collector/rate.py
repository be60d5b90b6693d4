"""How often one client may come."""

from __future__ import annotations

import math
import time
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from collector.errors import Refused
from collector.refusing import refusal

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from collector.settings import Settings

# Clients that are remembered, at most.
_CLIENTS = 50_000
# How often all of them are looked at, at most: a flood from many addresses must not make it costly.
_SWEEP_SECONDS = 1
# What one subscriber is given of IPv6's addresses.
_IPV6_BITS = 64


class Buckets:
    """
    A bucket of tokens for each client, kept as the instant at which it is full again.

    :param rate: tokens that come back per second, 0 for no limit.
    :param burst: tokens of a full bucket.
    """

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._full_at: dict[str, float] = {}
        self._swept_at = 0.0

    def take(self, client: str, now: float) -> int:
        """
        Take a token.

        :param now: seconds of any clock that never goes back.
        :returns: 0, or after how many seconds there is one.
        """
        if not self._rate:
            return 0
        full_at = max(self._full_at.get(client, now), now) + 1 / self._rate
        wait = full_at - now - self._burst / self._rate
        if wait > 1e-9:
            return math.ceil(wait)
        if client not in self._full_at and len(self._full_at) >= _CLIENTS:
            self._forget(now)
        self._full_at[client] = full_at
        return 0

    def _forget(self, now: float) -> None:
        """Forget full buckets, which are as new ones, or else the oldest."""
        if now - self._swept_at > _SWEEP_SECONDS:
            self._swept_at = now
            self._full_at = {one: at for one, at in self._full_at.items() if at > now}
        if len(self._full_at) >= _CLIENTS:
            del self._full_at[next(iter(self._full_at))]


class Limited:
    """
    An application whose clients' requests take from their buckets, whatever they ask for.

    :param app: the application.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._posts = Buckets(settings.client_rate, settings.client_burst)
        # Of their own, so that a flood of posts through one proxy does not end checks of health.
        self._others = Buckets(settings.client_rate, settings.client_burst)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        buckets = self._posts if scope["method"] == "POST" else self._others
        if wait := buckets.take(self._client(scope), time.monotonic()):
            refused = Refused(429, "rate", "too many requests from this address", wait)
            await refusal(refused)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _client(self, scope: Scope) -> str:
        peer = scope["client"][0] if scope["client"] else None
        settings = self._settings
        return client_of(peer, Headers(scope=scope), settings.client_header, settings.proxies)


def client_of(peer: str | None, headers: Headers, header: str, proxies: int) -> str:
    """
    Whose bucket a request takes from.

    :param peer: address of the other end of the connection.
    :param header: the header to which each proxy appends the address that it was called from.
    :param proxies: how many of its last entries were written by proxies of our own.
    """
    address = peer or "local"
    if proxies:
        entries = ",".join(headers.getlist(header)).split(",")
        # Fewer than there should be: it came past the proxies, or they are set up wrongly.
        if len(entries) >= proxies:
            address = entries[-proxies].strip() or address
    return network_of(address)


@lru_cache(1000)
def network_of(address: str) -> str:
    """
    What stands for all addresses of one client.

    :param address: as a socket or a proxy has it.
    """
    # Some proxies add the port, which is another one for each connection.
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        parsed = ip_address(address)
    except ValueError:
        # Not from a proxy of ours, or a socket without addresses; as long as it may be, but one.
        return address[:64]
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return f"{int(parsed) >> (128 - _IPV6_BITS):x}::"
    return address
