"""A batch that is being published, as all policies use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowmart.core.batch import Batch
    from flowmart.engines.publication import Publication
    from flowmart.transform.contract import Contract
    from flowmart.transform.project import Project


@dataclass(frozen=True)
class Publishing:
    """
    A batch that is being published.

    :param publication: the session.
    :param project: the models of the batch's source.
    :param batch: the batch.
    :param generation: of the batch; keys published by a later one are not replaced.
    :param everything: whether the batch has all keys of the instance: other rows are deleted.
    :param is_overtaken: whether the instance was published since the batch was built.
    """

    publication: Publication
    project: Project
    batch: Batch
    generation: int
    everything: bool
    is_overtaken: bool

    def stage(self, name: str) -> str:
        """The qualified name of one of the batch's tables."""
        return f"{self.publication.schemas.stage}.{name}__{self.batch.batch_id}"

    def keys(self, entity: str) -> str:
        """The table of an entity's touched keys, with ``is_taken``."""
        return self.stage(f"batch_{entity}_keys")

    def taken(self, entity: str) -> str:
        """Query of the keys that the batch replaces."""
        return f"select record_key from {self.keys(entity)} where is_taken"

    @property
    def own(self) -> str:
        """Condition: rows of the batch's instance."""
        return f"instance = '{self.batch.instance}'"

    def count(self, relation: str) -> int:
        """Rows of a table, or of ``table where condition``."""
        rows = self.publication.query(f"select count(*) as rows from {relation}")
        return int(rows[0]["rows"])

    def insert_stage(self, model: Contract, condition: str = "1 = 1") -> None:
        """Add a model's stage rows to its published table."""
        columns = ", ".join(model.column_names)
        self.publication.execute(
            f"insert into {self.publication.table(model.name)} ({columns}) "
            f"select {columns} from {self.stage(model.name)} where {condition}"
        )


def entity_of(model: Contract) -> str:
    """The entity by whose key a fact is published."""
    assert model.publish
    assert model.publish.by
    return model.publish.by.removesuffix("_key")
