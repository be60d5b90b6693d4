"""The two ways in which a model's rows enter its table: by issue and by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowmart.quality.ledger import LedgerEntry

if TYPE_CHECKING:
    from flowmart.core.batch import Batch
    from flowmart.engines.base import LogicalType, Publication
    from flowmart.transform.contract import Contract

_CHOOSE_ISSUES = """
select
    touched.issue_key,
    coalesce(published.generation, 0) <= {generation} as is_taken
from {touched} as touched
left join (
    select issue_key, generation
    from {published_issues}
    where instance = '{instance}' and issue_key in (select issue_key from {touched})
) as published on touched.issue_key = published.issue_key
"""


@dataclass(frozen=True)
class Publishing:
    """
    A batch on its way into the published tables.

    :param publication: the session to do it in.
    :param batch: whose stage tables to read.
    :param generation: of the batch; issues published by a later one stay.
    :param everything: whether the batch holds its whole instance: what it does not hold goes.
    """

    publication: Publication
    batch: Batch
    generation: int
    everything: bool

    def choose_issues(self) -> None:
        """Note which of the touched issues the batch takes: those of no later generation."""
        select = _CHOOSE_ISSUES.format(
            generation=self.generation,
            touched=self._stage("int_touched_issues"),
            published_issues=self.publication.current("published_issues"),
            instance=self.batch.instance,
        )
        columns: dict[str, LogicalType] = {"issue_key": "text", "is_taken": "boolean"}
        self.publication.build_table(self._issues, columns, select)

    def rows(self, model: Contract) -> LedgerEntry:
        """
        Replace all rows of the issues that the batch takes.

        :param model: a model with ``publish: touched``.
        :return: rows of the stage table, against rows of the mart.
        """
        mart, stage = self.publication.table(model.name), self._stage(model.name)
        columns = ", ".join(model.column_names)
        if self.everything:
            self._delete_instance(mart)
        else:
            self._delete(mart, f"select issue_key from {self._issues} where is_taken")
        self.publication.execute(
            f"insert into {mart} ({columns}) select {columns} from {stage} where {self._taken}"
        )
        # Counted by what is left out, so that a row of an issue that is not touched is noticed.
        left_out = f"issue_key in (select issue_key from {self._issues} where not is_taken)"
        return LedgerEntry(
            "mart",
            model.name,
            expected=self._count(f"{stage} where not coalesce({left_out}, false)"),
            actual=self._count(f"{mart} where {self._taken}"),
        )

    def keys(self, model: Contract) -> LedgerEntry:
        """
        Add new keys and change the rows that differ.

        :param model: a model with ``publish: key``.
        :return: rows of the stage table, against rows of the mart with their keys.
        """
        stage, changed = self._stage(model.name), self._stage(f"changed_{model.name}")
        columns, key = ", ".join(model.column_names), ", ".join(model.key)
        types = {column.name: column.type for column in model.columns}
        self.publication.build_table(changed, types, self._changed(model))
        if self.everything:
            mart = self.publication.table(model.name)
            gone = f"{self._own(key, mart)} except select {key} from {stage}"
            self.publication.execute(f"delete from {mart} where ({key}) in ({gone})")
        if self.publication.count_rows([changed])[changed]:  # a dimension changes seldom
            mart = self.publication.table(model.name)
            self.publication.execute(
                f"delete from {mart} where ({key}) in (select {key} from {changed})"
            )
            self.publication.execute(
                f"insert into {mart} ({columns}) select {columns} from {changed}"
            )
        self.publication.drop_tables([changed])
        mart = self.publication.current(model.name)
        held = f"({self._own(key, mart)} and ({key}) in (select {key} from {stage})) as held"
        return LedgerEntry(
            "mart", model.name, expected=self._count(stage), actual=self._count(held)
        )

    def differing_keys(self, model: Contract) -> int:
        """How many published rows of a ``publish: key`` model the batch would change or remove."""
        mart, stage = self.publication.current(model.name), self._stage(model.name)
        key = ", ".join(model.key)
        changed = f"select {key} from ({self._changed(model)}) as changed"
        differing = self._count(f"({self._own(key, mart)} and ({key}) in ({changed})) as differing")
        if self.everything:
            gone = f"{self._own(key, mart)} except select {key} from {stage}"
            differing += self._count(f"({gone}) as gone")
        return differing

    def remember_issues(self) -> int:
        """Let the issues taken bear the batch's generation; return how many they are."""
        table = self.publication.table("published_issues")
        if self.everything:
            gone = f"{self._own('issue_key', table)} and generation <= {self.generation}"
            self._delete(table, f"{gone} except select issue_key from {self._issues}")
        self._delete(table, f"select issue_key from {self._issues} where is_taken")
        self.publication.execute(
            f"insert into {table} (instance, issue_key, generation) "
            f"select '{self.batch.instance}', issue_key, {self.generation} "
            f"from {self._issues} where is_taken"
        )
        return self._count(f"{self._issues} where is_taken")

    @property
    def _issues(self) -> str:
        return self._stage("batch_issues")

    @property
    def _taken(self) -> str:
        return f"issue_key in (select issue_key from {self._issues} where is_taken)"

    def _delete_instance(self, mart: str) -> None:
        """Delete all rows of the instance but those of issues that a later batch published."""
        later = self._own("issue_key", self.publication.current("published_issues"))
        self._delete(
            mart,
            f"{self._own('issue_key', mart)} except {later} and generation > {self.generation}",
        )

    def _delete(self, table: str, issues: str) -> None:
        self.publication.execute(
            f"delete from {table} where instance = '{self.batch.instance}' "
            f"and issue_key in ({issues})"
        )

    def _own(self, columns: str, table: str) -> str:
        """Query of the instance's rows."""
        return f"select {columns} from {table} where instance = '{self.batch.instance}'"

    def _changed(self, model: Contract) -> str:
        """The rows of the stage table that are published otherwise, or not at all."""
        columns = ", ".join(model.column_names)
        published = self._own(columns, self.publication.current(model.name))
        return f"select {columns} from {self._stage(model.name)} except {published}"

    def _count(self, relation: str) -> int:
        rows = self.publication.query(f"select count(*) as rows from {relation}")
        return int(rows[0]["rows"])

    def _stage(self, name: str) -> str:
        return f"{self.publication.schemas.stage}.{name}__{self.batch.batch_id}"
