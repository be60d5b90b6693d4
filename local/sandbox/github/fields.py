"""What answers the fields of nodes that are not the node's own values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.github.connections import Order, page
from local.sandbox.github.values import Node, moment, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

Arguments = dict[str, Any]

_ORDER_KEYS = {
    "CREATED_AT": "createdAt",
    "UPDATED_AT": "updatedAt",
    "PUSHED_AT": "pushedAt",
    "NAME": "name",
    "TITLE": "title",
    "NUMBER": "number",
    "DUE_DATE": "dueOn",
}
_KIND_NAMES: dict[str, str] = {}


def in_order(args: Arguments, default: Order | None = None) -> Order | None:
    """The order that is asked for; ids break ties."""
    asked = args.get("orderBy")
    if not asked:
        return default
    name = _ORDER_KEYS.get(asked["field"], "fullDatabaseId")
    return Order(
        lambda node: [node.get(name) or "", node["fullDatabaseId"]], asked["direction"] == "DESC"
    )


def _releases(source: Node, args: Arguments) -> Node:
    return page(source["releases"], args, in_order(args))


def filtered(found: list[Node], wanted: Arguments) -> list[Node]:
    """The items of the states and with any of the labels that are asked for."""
    states, labels = wanted.get("states"), wanted.get("labels")
    if states:
        found = [item for item in found if item["state"] in states]
    if labels:
        found = [item for item in found if {e["name"] for e in item["labels"]} & set(labels)]
    return found


def _pulls(source: Node, args: Arguments) -> Node:
    found = filtered(source["pullRequests"], args)
    for name in ("headRefName", "baseRefName"):
        if args.get(name):
            found = [pull for pull in found if pull[name] == args[name]]
    return page(found, args, in_order(args))


def _milestones(source: Node, args: Arguments) -> Node:
    return page(filtered(source["milestones"], args), args, in_order(args))


def _deployments(source: Node, args: Arguments) -> Node:
    wanted = args.get("environments")
    found = [d for d in source["deployments"] if not wanted or d["environment"] in wanted]
    return page(found, args, in_order(args))


def _history(source: Node, args: Arguments) -> Node:
    """The commits of the branch, the newest first."""
    commits: list[Node] = source["repository"]["commits"]
    if source in commits:
        commits = commits[: commits.index(source) + 1]
    since, until = (args.get(bound) for bound in ("since", "until"))
    found = [
        commit
        for commit in reversed(commits)
        if (not since or commit["committedDate"] >= moment(seconds(since)))
        and (not until or commit["committedDate"] <= moment(seconds(until)))
    ]
    return page(found, args)


def _discussion(source: Node, args: Arguments) -> Node | None:
    return next((d for d in source["discussions"] if d["number"] == args["number"]), None)


def _all_refs(source: Node) -> list[Node]:
    return [source["defaultBranchRef"], *source["tags"]]


def _ref(source: Node, args: Arguments) -> Node | None:
    name = args["qualifiedName"]
    return next(
        (r for r in _all_refs(source) if name in (r["name"], r["prefix"] + r["name"])), None
    )


def _refs(source: Node, args: Arguments) -> Node:
    found = [ref for ref in _all_refs(source) if ref["prefix"] == args["refPrefix"]]
    asked = args.get("orderBy") or {"field": "ALPHABETICAL", "direction": "ASC"}
    is_descending = asked["direction"] == "DESC"
    if asked["field"] == "TAG_COMMIT_DATE":
        by_date = Order(lambda ref: [ref["target"]["committedDate"], ref["name"]], is_descending)
        return page(found, args, by_date)
    return page(found, args, Order(lambda ref: [ref["name"]], is_descending))


def _inin_order(source: Node, args: Arguments) -> Node:
    return page(source["comments"], args)


def _closing_pulls(source: Node, args: Arguments) -> Node:
    pulls = source["closedByPullRequestsReferences"]
    return page([p for p in pulls if args.get("includeClosedPrs") or p["state"] != "CLOSED"], args)


def _text(source: Node, _: Arguments) -> str:
    return str(source["body"])


def _is_latest(source: Node, _: Arguments) -> bool:
    whole = [r for r in source["repository"]["releases"] if not r["isPrerelease"]]
    return bool(whole) and whole[-1] is source


def _summary(source: Node, _: Arguments) -> Node:
    total = len(source["subIssues"])
    completed = sum(child["closed"] for child in source["subIssues"])
    percent = 100 * completed // total if total else 0
    return {"total": total, "completed": completed, "percentCompleted": percent}


def _reviews(source: Node, args: Arguments) -> Node:
    states = args.get("states")
    return page([r for r in source["reviews"] if not states or r["state"] in states], args)


def _board_field(source: Node, args: Arguments) -> Node | None:
    return next((f for f in source["fields"] if f["name"] == args["name"]), None)


def _field_value(source: Node, args: Arguments) -> Node | None:
    return next((v for v in source["fieldValues"] if v["field"]["name"] == args["name"]), None)


def _team_members(source: Node, args: Arguments) -> Node:
    told = page(source["members"], args)
    first = source["members"][0] if source["members"] else None
    for edge in told["edges"]:
        edge["role"] = "MAINTAINER" if edge["node"] is first else "MEMBER"
    return told


def item_type(kind: str) -> str:
    """The name of a type of timeline item, as the enumeration spells it."""
    if kind not in _KIND_NAMES:
        spelled = "".join(f"_{c}" if c.isupper() else c for c in kind).lstrip("_").upper()
        _KIND_NAMES[kind] = spelled
    return _KIND_NAMES[kind]


def _timeline(source: Node, args: Arguments) -> Node:
    """A page of a timeline, which counts what its filters leave."""
    wanted, since = args.get("itemTypes"), args.get("since")
    items: list[Node] = source["timelineItems"]
    if wanted is not None:
        items = [item for item in items if item_type(item["__typename"]) in wanted]
    if since:
        items = [item for item in items if item["createdAt"] >= moment(seconds(since))]
    skipped = items[args.get("skip") or 0 :]
    told = page(skipped, args)
    bounds = {name: args.get(name) for name in ("after", "before")}
    return told | {
        "totalCount": len(items),
        "filteredCount": len(page(items, bounds)["nodes"]),
        "pageCount": len(told["nodes"]),
        "updatedAt": source["updatedAt"],
    }


FIELDS: dict[tuple[str, str], Callable[[Node, Arguments], Any]] = {
    ("Issue", "bodyText"): _text,
    ("Issue", "closedByPullRequestsReferences"): _closing_pulls,
    ("Issue", "subIssuesSummary"): _summary,
    ("Issue", "timelineItems"): _timeline,
    ("ProjectV2", "field"): _board_field,
    ("ProjectV2Item", "fieldValueByName"): _field_value,
    ("PullRequest", "bodyText"): _text,
    ("PullRequest", "reviews"): _reviews,
    ("PullRequest", "timelineItems"): _timeline,
    ("Commit", "history"): _history,
    ("Release", "isLatest"): _is_latest,
    ("Repository", "deployments"): _deployments,
    ("Repository", "discussion"): _discussion,
    ("Repository", "milestones"): _milestones,
    ("Repository", "pullRequests"): _pulls,
    ("Repository", "ref"): _ref,
    ("Repository", "refs"): _refs,
    ("Repository", "releases"): _releases,
    ("Team", "members"): _team_members,
}
