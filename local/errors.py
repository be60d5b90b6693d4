"""What a command of the local stack tells its user when it cannot go on."""

from __future__ import annotations


class LocalError(Exception):
    """
    A failure told to a person, without a traceback and without a secret.

    :param what: the failure, where it happened, and the next step.
    """
