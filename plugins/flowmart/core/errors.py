"""Flowmart's errors: fatal, retryable or skippable."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class FlowmartError(Exception):
    """
    An error message for people: what went wrong, where, and the next step.

    Messages never contain secrets: pass hosts, endpoints and names, not headers or connection
    strings.

    :param what: the failure in one sentence.
    :param where: the instance, stream, file, table or setting that failed.
    :param next_step: what the reader can do about it.
    """

    def __init__(self, what: str, *, where: str, next_step: str) -> None:
        super().__init__(what, where, next_step)
        self.what = what
        self.where = where
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.what} | where: {self.where} | next step: {self.next_step}"


class FatalError(FlowmartError):
    """A retry cannot help: somebody has to change something. The task fails at once."""


class RetryableError(FlowmartError):
    """The next try may succeed: Airflow retries the task."""


class SkippableError(FlowmartError):
    """There is nothing to do for this window: the task is skipped."""


class ConfigError(FatalError):
    """A setting, a declaration or a connection is missing or wrong."""


class AuthError(FatalError):
    """The source refused the credentials."""


class SourceError(FatalError):
    """The source answered with an error that a retry does not fix."""


class BudgetError(FatalError):
    """A task would need more requests than its instance allows; what it has read is kept."""


class CompletenessError(FatalError):
    """Rows are missing in a layer; nothing is published."""


class ContractError(FatalError):
    """A model or a table does not have the columns of its contract."""


class ValidationError(FatalError):
    """Great Expectations found invalid rows; nothing is published."""


class MigrationError(FatalError):
    """A migration is missing, was edited after it was applied, or failed."""


class SourceUnavailableError(RetryableError):
    """The source could not be reached, was overloaded, or sent a broken answer."""


class RateLimitError(SourceUnavailableError):
    """
    The source wants to be left alone for longer than a task should wait: it gives its place away.

    :param resume_at: when it may go on, timezone-aware.
    """

    def __init__(self, what: str, *, where: str, next_step: str, resume_at: datetime) -> None:
        super().__init__(what, where=where, next_step=next_step)
        self.resume_at = resume_at


class OutdatedBatchError(RetryableError):
    """Another batch of the instance was published in the meantime: this one must be built again."""


class WarehouseUnavailableError(RetryableError):
    """The warehouse could not be reached, or a lock timed out."""
