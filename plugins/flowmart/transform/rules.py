"""The registry of data quality rules: what findings say, and what to do about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flowmart.core.errors import ConfigError
from flowmart.core.validation import problems_in
from flowmart.core.yaml import load_yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from flowmart.engines.base import LogicalType

RULES_FILE = "_rules.yaml"
"""Beside the models that find contradictions: of an entity, and of a source's own answers."""

COLUMNS: dict[str, LogicalType] = {
    "rule": "text",
    "kind": "text",
    "explanation": "text",
    "next_step": "text",
    "more_than": "bigint",
    "is_on": "boolean",
}
"""The table that ``settings_table('rule')`` names."""

RuleName = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=60)]


class Rule(BaseModel):
    """
    A kind of finding.

    :param kind: ``contradiction``: the source's data disagree with each other, so that numbers may
        be wrong; ``practice``: they agree, and tell of work that is hard to measure or to follow.
    :param explanation: when it is found, and what that means for the numbers.
    :param next_step: what to do; ``{instance}`` and ``{subject}`` stand for those of a finding.
    :param more_than: for a rule with a limit: it is found where there are more, unless configured
        otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["contradiction", "practice"]
    explanation: str = Field(min_length=1)
    next_step: str = Field(min_length=1)
    more_than: int | None = Field(default=None, ge=0)


class _RulesFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: dict[RuleName, Rule]


def read_rules(sql_folder: Path, source: str) -> dict[str, Rule]:
    """
    Read the rules that a source's findings may name.

    :param sql_folder: the folder with the models.
    :param source: the source whose own rules are among them.
    :return: name -> rule, sorted by name.
    :raises ConfigError: naming the file and what is wrong with it.
    """
    found: dict[str, Rule] = {}
    own = sql_folder / "staging" / source / RULES_FILE
    for path in (*sorted(sql_folder.glob(f"*/{RULES_FILE}")), own):
        rules = _read_file(path) if path.exists() else {}
        if twice := sorted(found.keys() & rules.keys()):
            raise ConfigError(
                f"Two rules are called {', '.join(twice)}",
                where=str(path),
                next_step="rename one of them",
            )
        found |= rules
    return dict(sorted(found.items()))


def _read_file(path: Path) -> dict[str, Rule]:
    try:
        return _RulesFile.model_validate(load_yaml(path)).rules
    except yaml.YAMLError as error:
        problem = f"The rules cannot be read as YAML: {error}"
    except ValidationError as error:
        problem = f"The rules are not valid: {problems_in(error, 'the file')}"
    raise ConfigError(
        problem, where=str(path), next_step="correct the key that the message names, as beside it"
    )


def rule_rows(
    rules: Mapping[str, Rule], off: Collection[str], more_than: Mapping[str, int]
) -> Iterator[tuple[object, ...]]:
    """
    The rows of the table of rules.

    :param off: rules that are switched off.
    :param more_than: rule with a limit -> the limit that is configured.
    """
    for name, rule in rules.items():
        limit = more_than.get(name, rule.more_than)
        yield (name, rule.kind, rule.explanation, rule.next_step, limit, name not in off)
