"""Why the collector does not start, or does not take a report."""

from __future__ import annotations


class CollectorError(Exception):
    """The collector cannot start; its text names what, where and the next step."""


class Refused(Exception):
    """
    A request that is answered with an error, and of which nothing is kept.

    :param status: HTTP's status.
    :param reason: one of few words, for the metrics.
    :param detail: what is wrong, for the sender.
    :param retry_after: seconds after which the same request may succeed, 0 if it never will.
    """

    def __init__(self, status: int, reason: str, detail: str, retry_after: int = 0) -> None:
        super().__init__(detail)
        self.status = status
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
