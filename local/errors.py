"""Errors of the local stack."""

from __future__ import annotations


class LocalError(Exception):
    """
    An error message for people, without traceback and secrets.

    :param what: the failure, where it happened, and the next step.
    """
