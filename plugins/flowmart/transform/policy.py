"""Publishing policies, and the columns that facts copy from dimensions."""

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
    :param upsert: new and changed rows are written, rows that are gone are deleted.
    :param slice: complete groups are replaced: those with old or new rows of a touched key.
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
    Columns of a dimension that facts copy, and the facts that do.

    :param columns: the copied columns; if empty, facts only show that the row exists.
    :param key: column of the dimension that the facts contain; its key by default.
    :param rows: condition on the dimension's rows.
    :param by: fact -> its column with the key; all columns that reference the dimension by
        default.
    :param where: condition on the facts' rows that show it.
    """

    columns: tuple[str, ...] = ()
    key: str | None = None
    rows: str = "true"
    by: dict[str, str] = Field(default_factory=dict)
    where: str = "true"


class CopiedIntoFacts(_Frozen):
    """
    What facts copy from a dimension, or from another record: a changed, new or deleted row touches
    the keys that show it.

    :param compared: the model that holds the rows before any fact is built; it has the same column
        names. For a fact, it reads ``raw_of_loaded(...)``: the records that the batch has loaded.
    :param where: condition on rows with attributes. The others exist only because a fact
        references them, and have nothing but their key.
    :param shown: the copied columns, and the facts that copy them.
    """

    compared: str
    where: str = "true"
    shown: tuple[Shown, ...] = Field(min_length=1)
