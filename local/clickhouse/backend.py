"""What all conversations of one server share."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.clickhouse.engine import is_tagged
from local.clickhouse.errors import AUTHENTICATION_FAILED, ServerError
from local.clickhouse.statements import killed_query

if TYPE_CHECKING:
    from local.clickhouse.engine import Engine
    from local.clickhouse.http_sessions import HttpSessions
    from local.clickhouse.running import RunningQueries

USER = "default"


@dataclass(frozen=True)
class Backend:
    """
    What all conversations of one server share.

    :param sessions: those that HTTP clients have named.
    :param password: of the one user there is; None lets everybody in.
    """

    engine: Engine
    running: RunningQueries
    sessions: HttpSessions
    password: str | None

    def admit(self, user: str, password: str) -> None:
        """
        Let a client in.

        :raise ServerError: user or password is wrong.
        """
        if self.password is None:
            return
        known = hmac.compare_digest(user.encode(), USER.encode())
        right = hmac.compare_digest(password.encode(), self.password.encode())
        if not (known and right):
            raise ServerError(
                AUTHENTICATION_FAILED,
                f"{user}: Authentication failed: password is incorrect, "
                "or there is no user with such name.",
            )

    def with_engine_ids(self, sql: str) -> str:
        """A KILL QUERY by the client's id of a query, as the engine knows that query."""
        parts = killed_query(sql)
        if parts is None or (tag := self.running.tag(parts[1])) is None:
            return sql
        return parts[0] + is_tagged(tag) + parts[2]
