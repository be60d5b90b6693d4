"""Builds the batch's stage tables from raw tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowmart.operators.base import BatchOperator
from flowmart.operators.steps import build
from flowmart.ops.runs import resume_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowmart.core.batch import Batch


class TransformOperator(BatchOperator):
    """
    Build all models for the touched keys, and return the row count of each.

    :param everything: whether to touch all keys of the instance, as a full replay does (templated).
    """

    template_fields: Sequence[str] = (*BatchOperator.template_fields, "everything")

    def __init__(self, *, everything: bool | str = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.everything = everything

    def run(self, batch: Batch) -> dict[str, int]:
        """Build the models, and mark the run as running."""
        resume_run(self.engine, batch)
        return build(self.engine, batch, bool(self.everything))
