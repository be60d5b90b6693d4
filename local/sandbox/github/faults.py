"""What GitHub answers with under stress, or to somebody who may not; the others are shared."""

from __future__ import annotations

from dataclasses import dataclass

from local.sandbox.faults import Faults


@dataclass
class GitHubFaults(Faults):
    """
    The faults in force. Numbers of answers count down as they are used up.

    :param unicorns: how many of the next answers are HTTP 502 with an HTML page.
    :param timeouts: how many of the next requests never get an answer.
    :param primary_limits: how many of the next answers say that the hour's budget is used up.
    :param primary_status: 403 or 429, of these.
    :param secondary_limits: how many of the next answers are a secondary limit.
    :param secondary_status: 403 or 429, of these.
    :param secondary_wait_s: their ``Retry-After``; 0 for none, when only the body tells.
    :param graphql_limits: how many of the next queries are told of the limit in HTTP 200.
    :param graphql_limit_type: RATE_LIMITED or RATE_LIMIT, of these.
    :param resource_limits: how many of the next queries exceed a resource limit in HTTP 200.
    :param null_nodes: in how many of the next answers to queries every other node of a page is
        null, beside an error.
    :param largest_page: how many pull requests with timelines a query may ask for before the server
        gives up on it after its ten seconds; 0 for any number.
    :param too_large: what it then answers: 502, 504, or 200 with null nodes.
    :param sso: whether the token is not authorized for the organization's single sign-on.
    :param under_scoped: whether the token lacks the scopes of organizations and projects.
    :param without_checks: whether the token, a fine-grained one, may not see checks of commits.
    :param clock_ahead_s: by how many seconds the server's clock is ahead.
    """

    unicorns: int = 0
    timeouts: int = 0
    primary_limits: int = 0
    primary_status: int = 403
    secondary_limits: int = 0
    secondary_status: int = 403
    secondary_wait_s: int = 0
    graphql_limits: int = 0
    graphql_limit_type: str = "RATE_LIMITED"
    resource_limits: int = 0
    null_nodes: int = 0
    largest_page: int = 0
    too_large: int = 502
    sso: bool = False
    under_scoped: bool = False
    without_checks: bool = False
    clock_ahead_s: int = 0
