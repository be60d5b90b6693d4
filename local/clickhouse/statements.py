"""
The little that the server itself has to know of a statement's SQL.

The engine parses SQL; here only the first words count: does the client send rows after it, does it
change the session, can its result be streamed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.clickhouse.errors import SYNTAX_ERROR, ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|\#[!\ ][^\n]*|/\*.*?\*/)
      | (?P<name>[^\W\d]\w*|`(?:[^`\\]|\\.|``)*`|"(?:[^"\\]|\\.|"")*")
      | (?P<text>'(?:[^'\\]|\\.|'')*')
      | (?P<number>\d\w*)
      | (?P<mark>.)""",
    re.DOTALL | re.VERBOSE,
)
_STREAMED = {"SELECT", "WITH", "FROM"}
# Words before which FORMAT is a column's name, and words after which it is.
_NO_FORMAT_AFTER = {",", "SELECT", "BY", "AS", ".", "(", "AND", "OR", "WHERE", "DISTINCT"}
_NO_FORMAT_BEFORE = {"ASC", "DESC", "NULLS", "FROM", "AS", "LIMIT", "SETTINGS", "UNION", "WITH"}
_KILL = re.compile(r"(\s*KILL\s+QUERY\s+WHERE\s+)query_id\s*=\s*'((?:[^'\\]|\\.)*)'", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """
    A word, a quoted text or a mark of SQL.

    :param word: in upper case; a quoted name stands with its quotes.
    :param start: where it begins.
    :param end: where it ends.
    """

    word: str
    start: int
    end: int


@dataclass(frozen=True)
class Insert:
    """
    An INSERT whose rows do not come from a query of its own.

    :param head: the statement up to its settings or to VALUES or FORMAT.
    :param target: the table, or a table function with the word FUNCTION before it.
    :param columns: the text of its list of columns, empty if it names none.
    :param settings: its SETTINGS clause, empty if it has none.
    :param format: the format it names; Values if it says VALUES, empty if it says nothing.
    :param data: rows that stand in the statement itself.
    """

    head: str
    target: str
    columns: str
    settings: str
    format: str
    data: str


def tokens(sql: str, start: int = 0) -> Iterator[Token]:
    """What a statement consists of, without spaces and comments."""
    for found in _TOKEN.finditer(sql, start):
        if found.lastgroup != "space":
            word = found[0].upper() if found.lastgroup == "name" else found[0]
            yield Token(word, found.start(), found.end())


def first_word(sql: str) -> str:
    """What kind of statement it is, in upper case: SELECT, SET, CREATE."""
    return next((token.word for token in tokens(sql) if token.word != "("), "")


def can_stream(sql: str) -> bool:
    """Whether chDB gives the statement's result in parts: it does so for queries only."""
    return first_word(sql) in _STREAMED


def parse_insert(sql: str) -> Insert | None:
    """
    What an INSERT says about its rows.

    :return: None for everything else, INSERT ... SELECT and INSERT ... FROM INFILE among it.
    """
    if first_word(sql) != "INSERT":
        return None
    words = _Words(sql)
    if words.next != "INSERT":
        return None  # in brackets: no INSERT that ClickHouse knows
    words.step()
    for word in ("INTO", "TABLE"):
        if words.next == word:
            words.step()
    target = words.target()
    columns = words.brackets() if words.next == "(" else ""
    head_end = words.previous_end
    if words.next == "SETTINGS":
        words.to("VALUES", "FORMAT", "SELECT", "WITH", "FROM", "(")
    if words.next not in ("VALUES", "FORMAT", "", ";"):
        return None
    settings = sql[head_end : words.previous_end].strip()
    return Insert(sql[:head_end].strip(), target, columns, settings, *words.rows())


class _Words:
    """A walk over the tokens of an INSERT, one token ahead."""

    def __init__(self, sql: str) -> None:
        self._sql = sql
        self._tokens = tokens(sql)
        self.previous_end = 0
        self._ahead: Token | None = None
        self.step()

    @property
    def next(self) -> str:
        """The word to come, empty at the end."""
        return self._ahead.word if self._ahead else ""

    def step(self) -> None:
        """Pass over the word to come."""
        if self._ahead:
            self.previous_end = self._ahead.end
        self._ahead = next(self._tokens, None)

    def to(self, *words: str) -> None:
        """Pass over everything before one of these words."""
        while self._ahead and self.next not in words:
            self.step()

    def brackets(self) -> str:
        """Pass over brackets; gives what stands in them."""
        start, depth = self._ahead.end if self._ahead else 0, 0
        while self._ahead:
            depth += (self.next == "(") - (self.next == ")")
            end = self._ahead.start
            self.step()
            if not depth:
                return self._sql[start:end].strip()
        raise ServerError(SYNTAX_ERROR, "Syntax error: unmatched parentheses")

    def target(self) -> str:
        """Pass over the table's name, or over FUNCTION name(...)."""
        start = self._ahead.start if self._ahead else 0
        if self.next == "FUNCTION":
            self.step()
            self.to("(")
            self.brackets()
        else:
            self.step()
            while self.next == ".":
                self.step()
                self.step()
        return self._sql[start : self.previous_end]

    def rows(self) -> tuple[str, str]:
        """The format of the rows and those that stand here already."""
        if self.next == "VALUES":
            # What follows may be megabytes of rows: not a thing for the tokens.
            end = self._ahead.end if self._ahead else 0
            return "Values", _inline(self._sql[end:])
        if self.next == "FORMAT":
            self.step()
            name = self._sql[self._ahead.start : self._ahead.end] if self._ahead else ""
            end = self._ahead.end if self._ahead else 0
            return name, re.sub(r"\A[ \t]*;?[ \t]*(\r?\n)?", "", self._sql[end:])
        return "", ""


def _inline(rest: str) -> str:
    """Rows behind VALUES, empty if there is nothing but a semicolon and comments."""
    return "" if next((t for t in tokens(rest) if t.word != ";"), None) is None else rest


def single(sql: str) -> str:
    """
    The statement without the semicolon at its end.

    :raise ServerError: there are two statements; chDB would run both, a server runs none.
    """
    if ";" not in sql:
        return sql
    end = None
    for token in tokens(sql):
        if end is not None and token.word != ";":
            raise ServerError(SYNTAX_ERROR, "Syntax error: Multi-statements are not allowed")
        if token.word == ";" and end is None:
            end = token.start
    return sql if end is None else sql[:end]


def split_format(sql: str) -> tuple[str, str]:
    """
    A query without its FORMAT clause, and the format's name, empty if there is none.

    The native protocol has a format of its own, over HTTP the server picks it.
    """
    if "FORMAT" not in sql.upper():
        return sql, ""
    found = list(tokens(sql))
    for index in range(len(found) - 2, 0, -1):
        before, here, name = found[index - 1 : index + 2]
        after = found[index + 2].word if index + 2 < len(found) else ""
        if (
            here.word == "FORMAT"
            and after in ("", "SETTINGS")
            and before.word not in _NO_FORMAT_AFTER
            and name.word not in _NO_FORMAT_BEFORE
            and name.word.isidentifier()
        ):
            return sql[: here.start] + sql[name.end :], sql[name.start : name.end]
    return sql, ""


def killed_query(sql: str) -> tuple[str, str, str] | None:
    """
    Which query a KILL QUERY WHERE query_id = '...' means.

    :return: the statement before the condition, the query's id, the statement after it.
    """
    found = _KILL.match(sql)
    if found is None:
        return None
    return found[1], re.sub(r"\\(.)", r"\1", found[2]), sql[found.end() :]
