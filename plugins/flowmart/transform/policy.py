"""How a model's rows enter its published table, and what facts copy from a dimension."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

POLICIES = ("by", "upsert", "slice", "sum")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Grouping(_Frozen):
    """
    Groups of a fact's rows.

    :param of: the fact.
    :param by: columns that the fact and the model share; ``instance`` is one of them.
    """

    of: str
    by: tuple[str, ...]

    @model_validator(mode="after")
    def _has_the_instance(self) -> Grouping:
        if "instance" not in self.by:
            raise ValueError("the columns of `by` lack `instance`")
        return self


class Publish(_Frozen):
    """
    One of four policies (docs/adr/0015).

    :param by: the entity's key: rows of the touched keys are replaced.
    :param upsert: rows that came or changed are written, rows that are gone are deleted.
    :param slice: whole groups are replaced: those in which a touched key's rows are, or were.
    :param sum: sums over a fact's rows, kept up to date by what the touched keys contributed
        before and contribute now.
    """

    by: str | None = None
    upsert: bool = False
    slice: Grouping | None = None
    sum: Grouping | None = None

    @model_validator(mode="after")
    def _is_one_policy(self) -> Publish:
        given = [name for name in POLICIES if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(
                f"a model has one policy of {', '.join(POLICIES)}; this one has "
                f"{' and '.join(given) or 'none'}"
            )
        return self

    @property
    def grouping(self) -> Grouping | None:
        """The groups of ``slice`` and ``sum``."""
        return self.slice or self.sum


def _read_policy(value: Any) -> Any:
    """``upsert`` has no settings, so it may be written as one word."""
    return {value: True} if value == "upsert" else value


PublishPolicy = Annotated[Publish, BeforeValidator(_read_policy)]


class Shown(_Frozen):
    """
    Columns of a dimension that facts copy, and where the facts are that do.

    :param columns: what is copied. Without any, facts show only that the row is there.
    :param key: column of the dimension that the facts hold; its own key if left out.
    :param rows: condition on the dimension's rows that this is about.
    :param by: fact -> its column that holds the key; all columns that reference the dimension if
        left out.
    :param where: condition on the facts' rows that show it.
    """

    columns: tuple[str, ...] = ()
    key: str | None = None
    rows: str = "true"
    by: dict[str, str] = Field(default_factory=dict)
    where: str = "true"


class CopiedIntoFacts(_Frozen):
    """
    What facts take from a dimension, or from another record: a changed, new or removed row touches
    the keys that show it.

    :param compared: the model that holds the rows before any fact is built; it has the same column
        names. For a fact, it reads ``raw_of_loaded(...)``: the records that the batch has loaded.
    :param where: condition that is true for rows which say something. The others are there only
        because a fact names them, and differ by their key alone.
    :param shown: what is copied, and by which facts.
    """

    compared: str
    where: str = "true"
    shown: tuple[Shown, ...]
