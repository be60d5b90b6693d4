"""How the server refuses a request."""

from __future__ import annotations


class ApiError(Exception):
    """
    A refusal, whose body is ``{error, error_description}``.

    :param status: the HTTP status.
    :param error: the kind of error.
    :param description: a sentence about it.
    """

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description


def bad_request(description: str) -> ApiError:
    """A parameter that the server does not take."""
    return ApiError(400, "bad_request", description)


def invalid_query(description: str) -> ApiError:
    """A search query that the server does not understand."""
    return ApiError(400, "invalid_query", description)


def not_played(what: str, error: str = "bad_request") -> ApiError:
    """
    What a real server answers and the sandbox does not play; it never answers wrongly instead.

    :param what: the call, parameter, attribute or clause.
    :param error: the kind of error.
    """
    return ApiError(400, error, f"The sandbox does not play {what}")


def not_found(name: str) -> ApiError:
    """An entity that does not exist, or that the reader may not see: the answer is the same."""
    return ApiError(404, "Not Found", f"Entity with id {name} not found")
