"""
A client's session: the current database and settings, over one connection of the engine.

A real server keeps settings that come with a query apart from those of the session.  chDB knows
only the session's, so they are set before a query and taken back before the next one that does
not want them: a client that sends the same dozen with every query costs nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from local.clickhouse.engine import changed_settings, literal, quoted
from local.clickhouse.statements import first_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.clickhouse.engine import Engine, Result

# Once set, these forbid to set anything, also themselves.
_LOCKING = {"readonly": "0", "allow_ddl": "1"}
# The engine's own mark on the session's queries.
_RESERVED = ("log_comment",)


class Session:
    """
    One client's session.

    :param engine: where it runs.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.connection = engine.connect()
        self.database = ""
        self._own = dict(engine.starting_settings)
        self._with_query: dict[str, str] = {}

    def use(self, database: str) -> None:
        """Change the current database."""
        self.connection.run(f"USE {quoted(database)}")
        self.database = database

    @contextmanager
    def with_settings(self, settings: Mapping[str, str]) -> Iterator[Session]:
        """
        The session in which a query with these settings runs.

        :param settings: those that came with the query.
        :return: this session, or one like it that lives for the query only, if a setting could not
            be taken back here.
        """
        wanted = {name: value for name, value in settings.items() if name not in _RESERVED}
        if any(wanted.get(name, free) != free for name, free in _LOCKING.items()):
            with self.twin() as twin:
                twin._apply(wanted)
                yield twin
        else:
            self._apply(wanted)
            yield self

    @contextmanager
    def twin(self) -> Iterator[Session]:
        """Another session with the same database and settings; it lacks the temporary tables."""
        twin = Session(self._engine)
        try:
            if self.database:
                twin.use(self.database)
            starting = self._engine.starting_settings
            own = {k: v for k, v in self._own.items() if starting.get(k) != v}
            if own:
                twin.connection.run(
                    "SET " + ", ".join(f"{k} = {literal(v)}" for k, v in own.items())
                )
                twin._own = dict(self._own)
            twin._apply(self._with_query)
            yield twin
        finally:
            twin.close()

    def run(self, sql: str, fmt: str = "Native", params: Mapping[str, str] | None = None) -> Result:
        """Run a statement; SET and USE change the session."""
        word = first_word(sql)
        if word == "SET":
            self._apply({})
        result = self.connection.run(sql, fmt, params)
        if word == "SET":
            self._own = changed_settings(self.connection)
        elif word == "USE":
            self.database = self.connection.rows("SELECT currentDatabase()")[0][0]
        return result

    def close(self) -> None:
        """End it."""
        self.connection.close()

    def _apply(self, wanted: Mapping[str, str]) -> None:
        """Have exactly these settings besides the session's own, in one statement."""
        changes = [
            f"{name} = {literal(value)}"
            for name, value in wanted.items()
            if self._with_query.get(name) != value
        ]
        for name in self._with_query.keys() - wanted.keys():
            own = self._own.get(name)
            changes.append(f"{name} = " + ("DEFAULT" if own is None else literal(own)))
        if changes:
            self.connection.run("SET " + ", ".join(changes))
            self._with_query = dict(wanted)
