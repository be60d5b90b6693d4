"""Validates and publishes stage tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowmart.core.errors import OutdatedBatchError
from flowmart.operators.base import BatchOperator
from flowmart.operators.steps import build, project_of, show_fields, validate
from flowmart.ops.runs import last_state
from flowmart.publish.cleanup import drop_stage
from flowmart.publish.publisher import publish_batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowmart.core.batch import Batch


class ValidateOperator(BatchOperator):
    """
    Check the batch's stage tables and row counts; if a check fails, the marts stay unchanged.

    :param counts: rows of each model, as the transform returned them (templated).
    """

    template_fields: Sequence[str] = (*BatchOperator.template_fields, "counts")

    def __init__(self, *, counts: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.counts = counts

    def run(self, batch: Batch) -> None:
        """Run the checks."""
        validate(self.engine, batch, self.counts)


class PublishOperator(BatchOperator):
    """
    Replace the rows of the touched keys in all marts in one atomic step.

    :param everything: whether the batch has all keys of the instance (templated).
    """

    template_fields: Sequence[str] = (*BatchOperator.template_fields, "everything")

    def __init__(self, *, everything: bool | str = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.everything = everything

    def run(self, batch: Batch) -> dict[str, int]:
        """Publish, then drop the batch's stage tables."""
        show_fields(self.publisher, batch)
        if last_state(self.engine, batch).status == "OK":
            self.log.info("the batch was already published by an earlier try")
            drop_stage(self.publisher, batch)
            return {}
        project = project_of(self.engine, batch)
        try:
            counts = publish_batch(self.publisher, project, batch, bool(self.everything))
        except OutdatedBatchError as error:
            self.log.warning("%s", error)
            validate(self.engine, batch, build(self.engine, batch, bool(self.everything)))
            counts = publish_batch(self.publisher, project, batch, bool(self.everything))
        drop_stage(self.publisher, batch)
        return counts
