"""Findings: failed expectations in readable form."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.quality.suites import Suite

EXAMPLES = 5
_DETAILS = 20


@dataclass(frozen=True)
class Finding:
    """
    A failed expectation.

    :param model: the model whose stage table was checked.
    :param expectation: name of the rule, or of the expectation with its columns.
    :param sentence: what should hold.
    :param rows: number of violating rows; None if it could not be evaluated.
    :param examples: keys of a few such rows, or what an assertion says of them.
    :param is_warning: whether it prevents publishing only in strict mode.
    :param detail: the query that finds all such rows, or why it could not be evaluated.
    """

    model: str
    expectation: str
    sentence: str
    rows: int | None
    examples: tuple[str, ...]
    is_warning: bool
    detail: str

    def __str__(self) -> str:
        name = f"{self.model}: {self.expectation}"
        if self.rows is None:
            return f"{name}: could not be evaluated ({self.detail})"
        such_as = f", such as {', '.join(self.examples)}" if self.examples else ""
        return f"{name}: {self.rows} bad row{'' if self.rows == 1 else 's'}{such_as}"


def read_finding(suite: Suite, result: Any) -> Finding:
    """
    Read a finding from a result of Great Expectations.

    :param suite: the suite that it belongs to.
    :param result: an ``ExpectationValidationResult`` in the format ``COMPLETE``.
    """
    config, measured = result.expectation_config, result.result or {}
    problem = _problem(result.exception_info or {})
    kwargs = config.kwargs
    return Finding(
        model=suite.contract.name,
        expectation=(config.meta or {}).get("rule") or _name(config.type, kwargs),
        sentence=config.description or _sentence(result),
        rows=None if problem else _bad_rows(measured, kwargs),
        examples=_examples(measured, suite.contract.key),
        is_warning=config.severity == "warning",
        detail=problem
        or measured.get("unexpected_index_query")
        or kwargs.get("unexpected_rows_query", "").removesuffix("\n/* {batch} */"),
    )


def _name(kind: str, kwargs: Mapping[str, Any]) -> str:
    columns = [kwargs[name] for name in ("column", "column_A", "column_B") if name in kwargs]
    columns = columns or kwargs.get("column_list", [])
    return f"{kind}({', '.join(columns)})"


def _sentence(result: Any) -> str:
    """The expectation as Great Expectations describes it."""
    from great_expectations.render.renderer.inline_renderer import InlineRenderer

    for content in InlineRenderer(render_object=result).get_rendered_content():
        if content.name == "atomic.prescriptive.summary" and content.value.template:
            params = {name: param["value"] for name, param in (content.value.params or {}).items()}
            return Template(content.value.template).safe_substitute(params)
    return str(result.expectation_config.type)


def _problem(exception_info: Mapping[str, Any]) -> str:
    """Why the expectation could not be evaluated, in a line; empty if it could."""
    infos = [info for info in exception_info.values() if isinstance(info, dict)]
    messages = [info.get("exception_message") for info in (*infos, exception_info)]
    return next((str(message).strip().splitlines()[0] for message in messages if message), "")


def _bad_rows(measured: Mapping[str, Any], kwargs: Mapping[str, Any]) -> int:
    observed = int(measured.get("unexpected_count", measured.get("observed_value", 0)))
    return abs(observed - kwargs["value"]) if "value" in kwargs else observed


def _examples(measured: Mapping[str, Any], key: tuple[str, ...]) -> tuple[str, ...]:
    """
    The keys of a few violating rows, without other columns.

    The rows of an assertion may be of another table, so all their key columns are used; if they
    have a column ``detail``, it says what is wrong and takes their place.
    """
    asserted = measured.get("details", {}).get("unexpected_rows", [])
    if told := [row["detail"] for row in asserted if "detail" in row]:
        return tuple(told[:_DETAILS])
    rows = [{name: row[name] for name in row if name.endswith("_key")} for row in asserted]
    rows += [
        {name: row[name] for name in key}
        for row in measured.get("partial_unexpected_index_list")
        or measured.get("partial_unexpected_list", [])
        if isinstance(row, dict)
    ]
    keys = (" / ".join(map(str, row.values())) for row in rows)
    return tuple(dict.fromkeys(keys))[:EXAMPLES]
