"""Refusals as the API words them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.app import compact

if TYPE_CHECKING:
    from starlette.responses import Response


class TrackerError(Exception):
    """
    A call that the API refuses.

    :param status: HTTP status.
    :param errors: name of a parameter or field -> what is wrong with it.
    """

    def __init__(self, status: int, message: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.errors = errors or {}

    def response(self) -> Response:
        """The answer that tells it."""
        body = {"statusCode": self.status, "errors": self.errors, "errorMessages": [str(self)]}
        return compact(body, self.status)


def not_played(what: str) -> TrackerError:
    """The refusal of something that the API has and the sandbox has not."""
    return TrackerError(400, f"The sandbox does not play {what}.")
