"""How to reach the trackers that the sandbox plays."""

from __future__ import annotations

from typing import NamedTuple


class Access(NamedTuple):
    """
    What a connection to a played tracker says.

    :param path: where it is, below the sandbox's address.
    :param token: the only API token that it takes.
    :param extra: what the connection's extra has to say.
    """

    path: str
    token: str
    extra: dict[str, str]


ORG_ID = "bpfsandbox0000000001"
ACCESS = {
    "phabricator": Access("", "api-sandbox-00000000000000000000", {}),
    "yandex_tracker": Access("/tracker", "y0_sandbox-0000000000000000000000", {"org_id": ORG_ID}),
    "youtrack": Access(
        "/youtrack", "perm:ZXRsYm90.U2FuZGJveA==.000000000000000000000000000000", {}
    ),
    "github": Access("/github", "ghp_sandbox00000000000000000000000000000", {}),
}
