"""From raw tables to the batch's stage tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowmart.hooks.folders import SQL_FOLDER
from flowmart.operators.base import BatchOperator
from flowmart.operators.context import batch_context
from flowmart.transform.project import load_project
from flowmart.transform.runner import build_batch

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
        """Build the models."""
        project = load_project(SQL_FOLDER, batch.source, self.engine.name)
        return build_batch(
            self.engine, project, batch, batch_context(self.settings, bool(self.everything))
        )
