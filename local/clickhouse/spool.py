"""
Rows on their way into a table, in a file.

chDB has a call that takes the rows of an INSERT piece by piece, but it reports success when the
table refuses them: a constraint, a DEFAULT or a materialized view that throws, too many
partitions.  INSERT ... FROM INFILE tells the truth, so rows are collected in a file first, and
large inserts go in several of them, as a real server too writes them in blocks.
"""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from local.clickhouse.engine import literal

if TYPE_CHECKING:
    from types import TracebackType

    from local.clickhouse.engine import Connection
    from local.clickhouse.statements import Insert

# As a real server's min_insert_block_size_rows and min_insert_block_size_bytes.
_ROWS_PER_FILE = 1_048_449
_BYTES_PER_FILE = 256 << 20


class Spool:
    """
    One INSERT under way; leaving it as a context drops what is not yet in the table.

    :param connection: where it runs.
    :param insert: the statement.
    :param fmt: format of the rows.
    """

    def __init__(self, connection: Connection, insert: Insert, fmt: str) -> None:
        self._connection = connection
        self._file = tempfile.NamedTemporaryFile(dir=connection.spool_folder)  # noqa: SIM115
        source = f" FROM INFILE {literal(self._file.name)} COMPRESSION 'none' "
        # With several threads blocks would overtake each other, and the last row would not win.
        settings = f"{insert.settings}, " if insert.settings else "SETTINGS "
        self._sql = f"{insert.head}{source}{settings}max_insert_threads = 1\nFORMAT {fmt}"
        self._rows = self._bytes = 0
        self.written = (0, 0)

    def __enter__(self) -> Spool:
        """The insert itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop the file."""
        self._file.close()

    def add(self, data: bytes, rows: int) -> None:
        """
        Take whole blocks; once there are many they go into the table.

        :param rows: how many there are in these data.
        """
        self.add_part(data)
        self._rows += rows
        if self._rows >= _ROWS_PER_FILE or self._bytes >= _BYTES_PER_FILE:
            self.flush()

    def add_part(self, data: bytes) -> None:
        """Take any piece of the rows; they go into the table only with `flush`."""
        self._file.write(data)
        self._bytes += len(data)

    def flush(self, *, even_nothing: bool = False) -> None:
        """
        Put what has come so far into the table; `written` has the sum of rows and bytes.

        :param even_nothing: run the statement without rows too, so that its errors show.
        """
        if not self._bytes and not even_nothing:
            return
        self._file.flush()
        result = self._connection.run(self._sql)
        rows, size = self.written
        self.written = rows + result.rows_written(), size + result.bytes_written()
        self._file.seek(0)
        self._file.truncate()
        self._rows = self._bytes = 0
