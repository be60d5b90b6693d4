"""The contracts of models: what ``_models.yaml`` says, and whether it fits together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from flowmart.core.identifiers import LONGEST, ColumnName, TableName
from flowmart.core.validation import Frozen
from flowmart.engines.base import LogicalType
from flowmart.transform.conditions import unknown_words
from flowmart.transform.policy import CopiedIntoFacts, PublishPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROW_COUNT = "fact_rows"
"""Column of a ``sum`` model: how many rows of the fact a group has."""

Layer = Literal["staging", "intermediate", "mart", "ops"]

# A batch has a table <model>__<10 digits>, and one int_touched_<model>__… for a slice.
_LONGEST_MODEL = LONGEST - len("__") - 10
_LONGEST_SLICE = _LONGEST_MODEL - len("int_touched_")
ModelName = Annotated[TableName, Field(max_length=_LONGEST_MODEL)]

_SUMMABLE = ("bigint", "decimal")


class Named(Frozen):
    """
    A reference of some of a column's values to a dimension.

    :param dimension: the dimension.
    :param where: condition on the rows whose value is such a reference.
    """

    dimension: str
    where: str


class Column(Frozen):
    """
    One column.

    :param type: logical type; the macros map it to the engine's type.
    :param nullable: whether it may be null.
    :param references: models whose keys it contains.
    :param names: references of a column that has several kinds of values.
    :param rebuilt_with: the fact's entity, where it holds the key of another record of it, on whose
        rows the fact's depend: whenever that one is touched, so is this one.
    """

    name: ColumnName
    type: LogicalType
    nullable: bool = False
    references: tuple[str, ...] = ()
    names: Named | None = None
    rebuilt_with: str | None = None
    description: str

    @property
    def kind(self) -> str:
        """What its values can be compared with: those of columns of the same kind."""
        return "text" if self.type == "label" else self.type


class Index(Frozen):
    """
    An index of a published table on PostgreSQL.

    :param columns: in their order.
    :param where: condition of a partial index.
    """

    columns: tuple[str, ...]
    where: str = ""


class Contract(Frozen):
    """
    The contract of a model with its readers.

    :param grain: meaning of one row.
    :param layer: its layer, which must fit its folder.
    :param materialized: a table of the batch, or a view over published tables.
    :param is_computed: whether code computes its rows: it has no SQL file.
    :param key: columns that identify a row.
    :param publish: publishing policy; none for models that are not published.
    :param copied_into_facts: for a dimension, the columns that facts copy.
    :param sort_by: order of the published rows on ClickHouse; the key if left out.
    :param indexes: name -> index of the published table on PostgreSQL, besides its primary key.
    """

    name: ModelName
    description: str
    grain: str
    layer: Layer
    materialized: Literal["table", "view"] = "table"
    is_computed: bool = False
    key: tuple[str, ...] = Field(min_length=1)
    publish: PublishPolicy | None = None
    copied_into_facts: CopiedIntoFacts | None = None
    sort_by: tuple[str, ...] = ()
    indexes: dict[TableName, Index] = Field(default_factory=dict)
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns in the order of the contract."""
        return tuple(column.name for column in self.columns)

    @property
    def summed(self) -> tuple[str, ...]:
        """The columns of a ``sum`` model with sums, without the count of rows."""
        by = self.publish.sum.by if self.publish and self.publish.sum else self.column_names
        return tuple(name for name in self.column_names if name not in (*by, ROW_COUNT))

    @property
    def key_column(self) -> str:
        """The one column that identifies a row of a dimension."""
        return self.key[0]

    @property
    def by_name(self) -> dict[str, Column]:
        """Column name -> column."""
        return {column.name: column for column in self.columns}

    @model_validator(mode="after")
    def _fits_together(self) -> Contract:
        checks = (
            self._misnamed,
            self._unpublished,
            self._wrong_sums,
            self._wrong_slices,
            self._wrong_keys,
            self._wrong_conditions,
        )
        for problem in (problem for check in checks for problem in check()):
            raise ValueError(f"{self.name} {problem}")
        return self

    def _misnamed(self) -> Iterator[str]:
        if twice := twice_in(self.column_names):
            yield f"lists {twice} twice"
        for what, needed in self._needed_columns().items():
            if missing := sorted(set(needed) - set(self.column_names)):
                yield f"has no column {', '.join(missing)} for its {what}"
        by = self.publish.grouping.by if self.publish and self.publish.grouping else ()
        for what, names in {"key": self.key, "groups": by}.items():
            if twice := twice_in(names):
                yield f"lists {twice} twice in its {what}"

    def _needed_columns(self) -> dict[str, tuple[str, ...]]:
        publish, copied = self.publish, self.copied_into_facts
        needed: dict[str, tuple[str, ...]] = {"key": self.key, "sort_by": self.sort_by}
        needed |= {f"index {name}": index.columns for name, index in self.indexes.items()}
        if publish:
            needed["publishing"] = ("instance", *((publish.by,) if publish.by else ()))
            if publish.grouping:
                needed["groups"] = publish.grouping.by
        if publish and publish.sum:
            needed["count of rows"] = (ROW_COUNT,)
        if copied:
            columns = [(*shown.columns, *filter(None, [shown.key])) for shown in copied.shown]
            needed["copied_into_facts"] = tuple(name for names in columns for name in names)
        return needed

    def _unpublished(self) -> Iterator[str]:
        if self.publish and self.materialized == "view":
            yield "is published, so it is a table: `materialized: view` is for models that are not"
        if self.copied_into_facts and not self.publish:
            yield "has copied_into_facts, but is not published: nothing is copied from it"

    def _wrong_sums(self) -> Iterator[str]:
        if not (self.publish and self.publish.sum):
            return
        by = self.publish.sum.by
        if set(self.key) != set(by):
            yield f"has a row per {', '.join(by)}, but the key {', '.join(self.key)}"
        if ROW_COUNT in by:
            yield f"groups by {ROW_COUNT}, which counts the rows of a group"
        for column in self.columns:
            if column.name not in by and (column.type not in _SUMMABLE or column.nullable):
                yield (
                    f"sums up {column.name}, which is {column.type}"
                    f"{' and may be null' if column.nullable else ''}; a sum is exact over "
                    f"{' and '.join(_SUMMABLE)} without nulls only"
                )
        if self.by_name[ROW_COUNT].type != "bigint":
            yield f"counts rows in {ROW_COUNT}, which is {self.by_name[ROW_COUNT].type}, not bigint"

    def _wrong_slices(self) -> Iterator[str]:
        if not (self.publish and self.publish.slice):
            return
        by = self.publish.slice.by
        if open_columns := [c.name for c in self.columns if c.name in by and c.nullable]:
            yield (
                f"is replaced by {', '.join(open_columns)}, which may be null; "
                "no group is found by a null"
            )
        if len(self.name) > _LONGEST_SLICE:
            yield f"has {len(self.name)} characters; a slice's name has {_LONGEST_SLICE} at most"

    def _wrong_keys(self) -> Iterator[str]:
        if not self.publish or self.publish.sum:
            return
        if self.publish.upsert and len(self.key) > 1:
            listed = ", ".join(self.key)
            yield f"is published by upsert, whose key is one column that identifies a row: {listed}"
        for what, names in (("key", self.key), ("sort_by", self.sort_by)):
            if open_columns := [c.name for c in self.columns if c.name in names and c.nullable]:
                yield (
                    f"has {', '.join(open_columns)} in its {what}, which may be null; "
                    "the engines take no nulls there"
                )

    def _wrong_conditions(self) -> Iterator[str]:
        for what, condition in self._conditions():
            for word in unknown_words(condition, self.column_names):
                yield f"has no column {word} for its {what}: `{condition}`"

    def _conditions(self) -> Iterator[tuple[str, str]]:
        """What has a condition on the model's own rows, and the condition."""
        yield from ((f"index {name}", index.where) for name, index in self.indexes.items())
        yield from ((f"names of {c.name}", c.names.where) for c in self.columns if c.names)
        if copied := self.copied_into_facts:
            for condition in (copied.where, *(shown.rows for shown in copied.shown)):
                yield "copied_into_facts", condition


def twice_in(names: Sequence[str]) -> str:
    """The names that are listed twice, for a message."""
    return ", ".join(sorted({name for name in names if names.count(name) > 1}))
