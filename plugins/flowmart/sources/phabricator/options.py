"""Options of a Phabricator instance in ``flowmart.yaml``."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from flowmart.sources.options import Options


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
    return text


def _version_pattern(text: str) -> str:
    if text and re.compile(_pattern(text)).groups != 1:
        raise ValueError(f"{text!r} needs one group, which is the version: (…); others are (?:…)")
    return text


def _as_list(given: object) -> object:
    return [given] if isinstance(given, str) else given


class Releases(BaseModel):
    """
    Which tasks stand for a release, and where they tell what about it.

    :param subtypes: subtypes of such tasks.
    :param title: such a title makes a task one, too; then all tasks are read twice.
    :param version_field: custom field with the version, without ``custom.``.
    :param version_pattern: finds the version in the title where the field has none.
    :param date_field: custom field with the day of the release.
    :param backup_field: custom field with who stands in for the owner.
    :param environment: the environment that a release is deployed to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subtypes: Annotated[list[str], BeforeValidator(_as_list)] = Field(
        default_factory=lambda: ["release"]
    )
    title: Annotated[str, AfterValidator(_pattern)] = ""
    version_field: str = "release.version"
    version_pattern: Annotated[str, AfterValidator(_version_pattern)] = ""
    date_field: str = "release.date"
    backup_field: str = "train.backup"
    environment: str = "production"

    def include(self, title: str, subtype: str | None) -> bool:
        """Whether a task of that title and subtype stands for a release."""
        return subtype in self.subtypes or bool(self.title and re.search(self.title, title))


class PhabricatorOptions(Options):
    """
    How a Phabricator is understood.

    :param releases: which tasks stand for a release.
    """

    releases: Releases = Field(default_factory=Releases)
