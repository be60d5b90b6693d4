"""Answers of a server under stress, and of one that does not let the caller in."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, Response

from local.sandbox.app import compact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.sandbox.github.cost import Cost
    from local.sandbox.github.faults import GitHubFaults
    from local.sandbox.github.limits import Budget

Told = dict[str, Any]
_SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
)
_SECONDARY_DOCS = (
    "https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api"
    "#about-secondary-rate-limits"
)
_PRIMARY_DOCS = "https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting"
_SSO = (
    "Resource protected by organization SAML enforcement. You must grant your Personal Access "
    "token access to this organization."
)
_SSO_HEADER = "required; url=https://github.com/orgs/acme/sso?authorization_request=A0SANDBOX"
_UNICORN = """<!DOCTYPE html>
<!--

Hello future GitHubber! I bet you're here to remove those nasty inline styles,
DRY up these templates and make 'em nice and re-usable, right?

-->
<html>
  <head><title>Unicorn! &middot; GitHub</title></head>
  <body><p><strong>We had issues producing the response to your request.</strong></p>
  <p>Sorry about that. Please try refreshing and contact us if the problem persists.</p></body>
</html>
"""
_GAVE_UP = (
    "Something went wrong while executing your query. This may be the result of a timeout, or it "
    "could be a GitHub bug. Please include `C0DE:0001:5A4D:B0C5:1` when reporting this issue."
)
# Fields that need more than the scope ``repo``.
_SCOPED = re.compile(r"\b(membersWithRole|teams|projectsV2|projectItems|issueTypes)\b")


class Silence(Response):
    """No answer, until the client goes away."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            await asyncio.sleep(0)


def refusal(faults: GitHubFaults, budget: Budget, *, is_query: bool) -> Response | None:
    """
    What is answered instead of looking at a request; None for a proper answer.

    :param budget: of the resource that is asked for.
    """
    if faults.take("timeouts"):
        return Silence()
    if faults.take("unicorns"):
        return HTMLResponse(_UNICORN, 502)
    if faults.take("primary_limits"):
        if is_query and faults.primary_status == 200:
            return compact(used_up_query(faults))
        return used_up(faults.primary_status, budget)
    if faults.take("secondary_limits"):
        wait = faults.secondary_wait_s
        headers = {"Retry-After": str(wait)} if wait else {}
        told = {"message": _SECONDARY, "documentation_url": _SECONDARY_DOCS}
        return compact(told, faults.secondary_status, headers)
    if is_query and faults.take("graphql_limits"):
        return compact(used_up_query(faults), headers=budget.headers(is_used_up=True))
    if faults.sso and not is_query:
        told = {"message": _SSO, "documentation_url": "https://docs.github.com/articles/sso"}
        return compact(told, 403, {"X-GitHub-SSO": _SSO_HEADER})
    return None


def used_up(status: int, budget: Budget | None = None) -> Response:
    """The answer of REST once a budget is used up."""
    text = "API rate limit exceeded for user ID 70001. If you reach out to GitHub Support for help,"
    told = {"message": f"{text} please include the request ID.", "documentation_url": _PRIMARY_DOCS}
    return compact(told, status, budget.headers(is_used_up=True) if budget else None)


def used_up_query(faults: GitHubFaults) -> Told:
    """The answer of GraphQL, which comes with status 200."""
    message = "API rate limit already exceeded for user ID 70001."
    return {"errors": [{"type": faults.graphql_limit_type, "message": message}]}


def spoil(
    faults: GitHubFaults, body: Mapping[str, Any], cost: Cost
) -> Response | Callable[[Told], Told] | None:
    """
    What becomes of a query that was let in.

    :returns: an answer instead of the proper one, what spoils that, or None.
    """
    query = str(body.get("query"))
    if faults.sso and "__schema" not in query:
        error: Told = {"type": "FORBIDDEN", "path": ["organization"], "message": _SSO}
        error |= {"extensions": {"saml_failure": True}}
        return compact({"data": None, "errors": [error]}, headers={"X-GitHub-SSO": _SSO_HEADER})
    if faults.under_scoped and (field := _SCOPED.search(query)):
        return compact({"errors": [_too_few_scopes(field[1])]})
    if faults.take("resource_limits"):
        message = "Resource limits for this query exceeded."
        error = {"type": "RESOURCE_LIMITS_EXCEEDED", "message": message}
        return compact({"data": None, "errors": [error]})
    if faults.largest_page and cost.heavy_nodes > faults.largest_page:
        if faults.too_large != 200:
            return compact({"data": None, "errors": [{"message": _GAVE_UP}]}, faults.too_large)
        return lambda told: _with_nulls(told, every=1)
    if faults.take("null_nodes"):
        return lambda told: _with_nulls(told, every=2)
    if faults.without_checks and "statusCheckRollup" in query:
        return _without_checks
    return None


def _too_few_scopes(field: str) -> Told:
    needed = "read:project" if "roject" in field else "read:org"
    return {
        "type": "INSUFFICIENT_SCOPES",
        "locations": [{"line": 1, "column": 1}],
        "message": "Your token has not been granted the required scopes to execute this query. "
        f"The '{field}' field requires one of the following scopes: ['{needed}'], but your token "
        "has only been granted the: ['repo'] scopes. Please modify your token's scopes at: "
        "https://github.com/settings/tokens.",
    }


def _without_checks(told: Told) -> Told:
    """Null in place of what checks came to, beside an error for each."""
    errors: list[Told] = list(told.get("errors", ()))

    def deny(value: Any, path: list[Any]) -> None:
        places = value.items() if isinstance(value, dict) else enumerate(value)
        for place, inner in places:
            if place == "statusCheckRollup":
                value[place] = None
                message = "Resource not accessible by personal access token"
                error = {"type": "FORBIDDEN", "path": [*path, place], "message": message}
                errors.append(error | {"extensions": {"saml_failure": False}})
            elif isinstance(inner, dict | list):
                deny(inner, [*path, place])

    deny(told.get("data") or {}, [])
    return told | {"errors": errors}


def _with_nulls(told: Told, every: int) -> Told:
    """Null in place of nodes of the outermost lists, beside an error for each."""
    errors: list[Told] = list(told.get("errors", ()))

    def spoil_lists(value: Any, path: list[Any]) -> None:
        if not isinstance(value, dict):
            return
        for name, inner in value.items():
            if isinstance(inner, list) and inner and isinstance(inner[0], dict):
                for place in range(0, len(inner), every):
                    inner[place] = None
                    errors.append({"path": [*path, name, place], "message": _GAVE_UP})
            else:
                spoil_lists(inner, [*path, name])

    spoil_lists(told.get("data"), [])
    return told | {"errors": errors}
