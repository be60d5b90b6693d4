"""The batch: what one DAG run extracts and publishes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowmart.core.window import Window


@dataclass(frozen=True)
class Batch:
    """
    The data of one window of one instance, from the API to the marts.

    :param instance: name of the source instance, such as ``phabricator`` or ``phabricator__acme``.
    :param source: name of the source folder, such as ``phabricator``.
    :param run_id: Airflow's run id; with the instance it identifies the batch.
    :param window: the data interval that the batch covers.
    """

    instance: str
    source: str
    run_id: str
    window: Window

    @property
    def batch_id(self) -> str:
        """Ten hex digits for the names of the batch's stage tables; the same for all tries."""
        return hashlib.sha256(f"{self.instance}|{self.run_id}".encode()).hexdigest()[:10]

    def __str__(self) -> str:
        return f"{self.instance} {self.window} ({self.run_id})"
