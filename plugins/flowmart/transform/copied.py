"""What contracts say of columns that facts copy, and whether it is so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError
from flowmart.transform.conditions import unknown_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flowmart.transform.contract import Contract
    from flowmart.transform.policy import Shown


def shown_by(contracts: Mapping[str, Contract]) -> Iterator[tuple[Contract, Shown]]:
    """The entries under ``shown`` of all dimensions."""
    for contract in contracts.values():
        if contract.copied_into_facts:
            for shown in contract.copied_into_facts.shown:
                yield contract, shown


def copied_columns(dimension: Contract, shown: Shown) -> list[str]:
    """The columns of a dimension that an entry is about, each once."""
    names = (dimension.key_column, shown.key, *shown.columns)
    return list(dict.fromkeys(name for name in names if name))


def check_copied(
    contracts: Mapping[str, Contract], everywhere: Callable[[], Mapping[str, Contract]]
) -> None:
    """
    Check the entries under ``shown``.

    :param contracts: of all models of the source.
    :param everywhere: gives those of all sources: an entry may name a fact that others have.
    :raises ConfigError: naming a model or a column that there is not.
    """
    for dimension, shown in shown_by(contracts):
        problems = (
            *_unlike_compared(dimension, shown, contracts),
            *_unlike_facts(dimension, shown, contracts, everywhere),
        )
        for problem in problems:
            raise ConfigError(
                f"{dimension.name} says that {problem}",
                where=f"{dimension.name}, copied_into_facts",
                next_step="correct the name; a fact is a model that is published by an entity's "
                "key",
            )


def _unlike_compared(
    dimension: Contract, shown: Shown, contracts: Mapping[str, Contract]
) -> Iterator[str]:
    copied = dimension.copied_into_facts
    assert copied
    compared = contracts.get(copied.compared)
    if compared is None:
        yield f"{copied.compared} holds its rows, which is no model"
        return
    for name in copied_columns(dimension, shown):
        if name not in compared.by_name:
            yield f"{compared.name} holds its rows, which has no column {name}"
        elif compared.by_name[name].kind != dimension.by_name[name].kind:
            types = (compared.by_name[name].type, dimension.by_name[name].type)
            yield f"{compared.name} holds its rows, whose {name} is {types[0]}, not {types[1]}"
    for condition in (copied.where, shown.rows):
        for word in unknown_words(condition, compared.by_name):
            yield f"{compared.name} holds its rows, which has no column {word} for `{condition}`"


def _unlike_facts(
    dimension: Contract,
    shown: Shown,
    contracts: Mapping[str, Contract],
    everywhere: Callable[[], Mapping[str, Contract]],
) -> Iterator[str]:
    for name, column in shown.by.items() or _referring(dimension.name, contracts):
        fact = contracts.get(name) or everywhere().get(name)
        if not (fact and fact.publish and fact.publish.by):
            yield f"{name} shows it, which is no fact"
            continue
        if column not in fact.by_name:
            yield f"{name} shows it by {column}, which is no column of that fact"
        elif fact.by_name[column].kind != "text":
            yield f"{name} shows it by {column}, which is {fact.by_name[column].type}, not text"
        for word in unknown_words(shown.where, fact.by_name):
            yield f"{name} shows it, which has no column {word} for `{shown.where}`"


def _referring(dimension: str, contracts: Mapping[str, Contract]) -> Iterator[tuple[str, str]]:
    """The facts that reference a dimension, and their columns that do."""
    for contract in contracts.values():
        if contract.publish and contract.publish.by:
            for column in contract.columns:
                if dimension in column.references:
                    yield contract.name, column.name
