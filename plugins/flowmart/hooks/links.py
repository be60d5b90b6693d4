"""Where people find an issue: its page in the tracker."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from flowmart.core.instance import source_of
from flowmart.hooks.connection import get_connection, has_connection
from flowmart.hooks.source import base_url
from flowmart.settings import load_settings
from flowmart.sources.registry import get_spec


def issue_page(instance: str) -> str:
    """
    The address of an issue's page, with ``{readable_id}``; empty if it is not known.

    It is below ``url`` of the instance's settings, else below the connection's host, without what a
    connection may hold beside the address.
    """
    spec = get_spec(source_of(instance))
    url = load_settings().instance(instance).url or _connected(instance, spec.page_hosts)
    if not url or spec.issue_page is None:
        return ""
    return spec.issue_page.replace("{url}", url)


def _connected(instance: str, page_hosts: dict[str, str]) -> str:
    name = f"flowmart_{instance}"
    connection = get_connection(name) if has_connection(name) else None
    if connection is None or not connection.host:
        return ""
    parts = urlsplit(base_url(connection))
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, page_hosts.get(host, host), parts.path.rstrip("/"), "", ""))
