"""What a status means for flow, as declared by a source or by the configuration."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Category = Literal["todo", "in_progress", "done"]
Outcome = Literal["delivered", "discarded"]
Level = Literal["epic", "item", "subtask"]


class StatusMeaning(BaseModel):
    """
    The meaning of a status.

    :param category: its place in the flow; as the source says if left out.
    :param is_waiting: whether issues in it wait instead of being worked on; no by default, and as
        the source says where it says the category.
    :param outcome: what became of issues that are done in it; ``delivered`` by default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: Category | None = None
    is_waiting: bool | None = None
    outcome: Outcome | None = None

    @model_validator(mode="after")
    def _means_something(self) -> StatusMeaning:
        if self.category is None and self.outcome is None and self.is_waiting is None:
            raise ValueError("it needs a category: todo, in_progress or done")
        if self.outcome is not None and self.category not in (None, "done"):
            raise ValueError(f"only done has an outcome, and the category is {self.category}")
        if self.is_waiting and self.category == "done":
            raise ValueError("what is done does not wait; leave is_waiting out")
        return self

    @property
    def waits(self) -> bool | None:
        """Whether issues wait; None: as the source says."""
        return bool(self.is_waiting) if self.category else self.is_waiting


class ConfiguredMeaning(StatusMeaning):
    """
    The meaning of a status, perhaps in one project or from some day on only.

    :param project: id, number, slug or name of the project in which it holds; everywhere if None.
    :param valid_from: first day on which an entry into the status means this; always if None.
    """

    project: str | None = None
    valid_from: date | None = None

    @property
    def is_general(self) -> bool:
        """Whether it holds everywhere and always, where nothing else is said."""
        return self.project is None and self.valid_from is None


class Measure(BaseModel):
    """
    Time from the first entry into a status to the first entry into another from then on.

    :param begins_with: ids, keys or names of the statuses; written ``from``.
    :param ends_with: likewise; written ``to``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    begins_with: list[str] = Field(alias="from", min_length=1)
    ends_with: list[str] = Field(alias="to", min_length=1)
