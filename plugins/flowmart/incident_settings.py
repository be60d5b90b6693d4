"""The setting ``incidents`` of an instance."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from flowmart.core.validation import Frozen


class IncidentQuery(Frozen):
    """
    Issues for which all that is given holds.

    :param labels: labels, tags or projects, one of which they have.
    :param types: issue types, one of which they are of.
    :param priorities: priorities, one of which they have.
    """

    labels: list[str] = Field(default_factory=list)
    types: list[str] = Field(default_factory=list)
    priorities: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not (self.labels or self.types or self.priorities):
            raise ValueError("every issue would match; give labels, types or priorities")
        return self


class IncidentSettings(Frozen):
    """
    Which issues are incidents in production.

    :param labels: labels, tags or projects: issues with one of them are.
    :param types: issue types: issues of one of them are.
    :param matching: queries: issues that match one of them are.
    """

    labels: list[str] = Field(default_factory=list)
    types: list[str] = Field(default_factory=list)
    matching: list[IncidentQuery] = Field(default_factory=list)

    def rows(self) -> list[tuple[str, str, str]]:
        """(Query, what it asks for, value): the two lists are queries of one condition each."""
        queries = {"labels": {"labels": self.labels}, "types": {"types": self.types}}
        queries |= {
            f"matching.{place}": query.model_dump() for place, query in enumerate(self.matching)
        }
        return [
            (name, kind, value)
            for name, query in queries.items()
            for kind, listed in query.items()
            for value in listed
        ]
