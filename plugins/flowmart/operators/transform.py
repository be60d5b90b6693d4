"""From raw tables to the batch's stage tables."""

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
    Build every model for the issues that the batch touches and return the rows of each.

    :param everything: whether to touch every issue of the instance, as a replay does (templated).
    """

    template_fields: Sequence[str] = (*BatchOperator.template_fields, "everything")

    def __init__(self, *, everything: bool | str = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.everything = everything

    def run(self, batch: Batch) -> dict[str, int]:
        """Build the models; from here on the run has something to publish."""
        resume_run(self.engine, batch)
        return build(self.engine, batch, bool(self.everything))
