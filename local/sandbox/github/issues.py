"""Issues: their birth, what only they have, transfers and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.github.timeline import association, happen
from local.sandbox.github.truth import ItemTruth, truth_of
from local.sandbox.github.values import Node, moment, node_id

if TYPE_CHECKING:
    from local.sandbox.github.store import GitHubStore

PRIORITY, ESTIMATE = "Priority", "Estimate"


def open_issue(
    store: GitHubStore,
    repository: Node,
    at: int,
    author: Node | None,
    title: str,
    body: str,
    story: str = "",
) -> Node:
    """
    Open an issue.

    :param story: what it is called in the truth.
    """
    store.numbers[repository["id"]] += 1
    number = store.numbers[repository["id"]]
    issue = store.add(
        "Issue",
        at,
        repository,
        **item_fields(store, repository, number, author, title, body),
        url=f"{repository['url']}/issues/{number}",
        stateReason=None,
        issueType=None,
        parent=None,
        subIssues=[],
        blockedBy=[],
        blocking=[],
        issueFieldValues=[],
        closedByPullRequestsReferences=[],
    )
    repository["issues"].append(issue)
    begin_truth(store, issue, at, story)
    return issue


def begin_truth(store: GitHubStore, item: Node, at: int, story: str) -> None:
    """Begin to write down what happens to an item."""
    author = item["author"]
    truth = ItemTruth(story, at, author["login"] if author else None)
    truth.settle(item, at)
    truth.enter("states", "open", at)
    item["__truth"] = truth
    store.truth.append(truth)


def item_fields(
    store: GitHubStore, repository: Node, number: int, author: Node | None, title: str, body: str
) -> Node:
    """What issues and pull requests have in common when they are opened."""
    return {
        "number": number,
        "title": title,
        "body": body,
        "author": author,
        "authorAssociation": association(store, author),
        "state": "OPEN",
        "closed": False,
        "closedAt": None,
        "locked": False,
        "activeLockReason": None,
        "lastEditedAt": None,
        "createdViaEmail": False,
        "milestone": None,
        "labels": [],
        "assignees": [],
        "comments": [],
        "participants": [author] if author else [],
        "projectItems": [],
        "timelineItems": [],
    }


def edit_body(store: GitHubStore, item: Node, at: int, body: str) -> None:
    """Edit the description, which no timeline tells."""
    item |= {"body": body, "lastEditedAt": moment(at)}
    store.touch(item, at)


def set_type(store: GitHubStore, issue: Node, at: int, actor: Node | None, kind: Node) -> None:
    """Give a type."""
    before, issue["issueType"] = issue["issueType"], kind
    if before is not kind:
        truth_of(issue).enter("types", kind["name"], at)
    if before is None:
        happen(store, issue, "IssueTypeAddedEvent", at, actor, issueType=kind)
    elif before is not kind:
        happen(
            store, issue, "IssueTypeChangedEvent", at, actor, issueType=kind, prevIssueType=before
        )


def set_field(
    store: GitHubStore, issue: Node, at: int, actor: Node | None, field: Node, value: Any
) -> None:
    """
    Fill a field of the organization's, or empty it.

    :param value: a number, or the name of an option; None for nothing.
    """
    values = issue["issueFieldValues"]
    before = next((v for v in values if v["field"] is field), None)
    if before is not None:
        values.remove(before)
    if value is not None:
        kind = f"{field['__typename']}Value"
        spelled = {"value": value, "name": value, "optionId": f"{value}".lower()}
        values.append(store.add(kind, at, issue["repository"], field=field, **spelled))
    told = {"issueField": field, "color": None, "newColor": None, "previousColor": None}
    if before is None and value is not None:
        happen(store, issue, "IssueFieldAddedEvent", at, actor, value=_text(value), **told)
    elif before is not None and value is None:
        happen(store, issue, "IssueFieldRemovedEvent", at, actor, **told)
    elif before is not None:
        changed = {"previousValue": _text(before["value"]), "newValue": _text(value)}
        happen(store, issue, "IssueFieldChangedEvent", at, actor, **changed, **told)


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def add_sub_issue(
    store: GitHubStore, parent: Node, child: Node, at: int, actor: Node | None
) -> None:
    """Make an issue part of another, if it has no parent yet."""
    if child["parent"] is not None or _is_above(child, parent):
        return
    child["parent"] = parent
    truth_of(child).enter("parents", parent["id"], at)
    parent["subIssues"].append(child)
    happen(store, parent, "SubIssueAddedEvent", at, actor, subIssue=child)
    happen(store, child, "ParentIssueAddedEvent", at, actor, parent=parent)


def remove_sub_issue(
    store: GitHubStore, parent: Node, child: Node, at: int, actor: Node | None
) -> None:
    """Make an issue part of none."""
    child["parent"] = None
    truth_of(child).enter("parents", None, at)
    parent["subIssues"].remove(child)
    happen(store, parent, "SubIssueRemovedEvent", at, actor, subIssue=child)
    happen(store, child, "ParentIssueRemovedEvent", at, actor, parent=parent)


def _is_above(one: Node, other: Node | None) -> bool:
    while other is not None:
        if other is one:
            return True
        other = other["parent"]
    return False


def block(store: GitHubStore, issue: Node, by: Node, at: int, actor: Node | None) -> None:
    """Tell that an issue waits for another."""
    issue["blockedBy"].append(by)
    by["blocking"].append(issue)
    happen(store, issue, "BlockedByAddedEvent", at, actor, blockingIssue=by)
    happen(store, by, "BlockingAddedEvent", at, actor, blockedIssue=issue)


def unblock(store: GitHubStore, issue: Node, by: Node, at: int, actor: Node | None) -> None:
    """Tell that it does not wait any more."""
    issue["blockedBy"].remove(by)
    by["blocking"].remove(issue)
    happen(store, issue, "BlockedByRemovedEvent", at, actor, blockingIssue=by)
    happen(store, by, "BlockingRemovedEvent", at, actor, blockedIssue=issue)


def transfer(store: GitHubStore, issue: Node, to: Node, at: int, actor: Node | None) -> None:
    """
    Move an issue into another repository, where it has another number and another id.

    What happened to it stays in its timeline; its labels and milestone go if there are none of the
    same names.
    """
    home, old_id, old_number = issue["repository"], issue["id"], issue["number"]
    home["issues"].remove(issue)
    store.numbers[to["id"]] += 1
    born = store.add("Issue", at, to)
    issue |= {key: born[key] for key in ("id", "databaseId", "fullDatabaseId", "repository")}
    issue["number"] = store.numbers[to["id"]]
    issue["url"] = f"{to['url']}/issues/{issue['number']}"
    del store.nodes[old_id]
    store.nodes[issue["id"]] = issue
    store.moved[old_id] = issue["id"]
    store.moved_numbers[home["id"], old_number] = (to, issue["number"])
    known = {label["name"]: label for label in to["labels"]}
    truth = truth_of(issue)
    for label in issue["labels"]:
        if label["name"] not in known:
            truth.leave("labels", label["name"], at)
    issue["labels"] = [known[e["name"]] for e in issue["labels"] if e["name"] in known]
    titles = {stone["title"]: stone for stone in to["milestones"]}
    issue["milestone"] = titles.get(issue["milestone"]["title"]) if issue["milestone"] else None
    if not issue["milestone"]:
        truth.enter("milestones", None, at)
    to["issues"].append(issue)
    truth.settle(issue, at)
    for event in issue["timelineItems"]:
        _renew(store, event, to)
    happen(store, issue, "TransferredEvent", at, actor, fromRepository=home, issue=issue)


def _renew(store: GitHubStore, event: Node, home: Node) -> None:
    """An event of the new repository: its id is another one."""
    del store.nodes[event["id"]]
    event["id"] = node_id(event["__typename"], home["fullDatabaseId"], event["fullDatabaseId"])
    event["repository"] = home
    store.nodes[event["id"]] = event


def delete(store: GitHubStore, issue: Node, at: int) -> None:
    """Delete an issue: from now on it is gone."""
    truth_of(issue).deleted_at = at
    home = issue["repository"]
    home["issues"].remove(issue)
    del store.nodes[issue["id"]]
    store.deleted_numbers.add((home["id"], issue["number"]))
    for event in issue["timelineItems"]:
        store.nodes.pop(event["id"], None)
    for entry in list(issue["projectItems"]):
        entry["project"]["items"].remove(entry)
        del store.nodes[entry["id"]]
    if issue["parent"]:
        issue["parent"]["subIssues"].remove(issue)
    for child in issue["subIssues"]:
        child["parent"] = None
        truth_of(child).enter("parents", None, at)
    for one, others in (("blockedBy", "blocking"), ("blocking", "blockedBy")):
        for other in issue[one]:
            other[others].remove(issue)


def discuss(store: GitHubStore, issue: Node, at: int, actor: Node | None) -> None:
    """Convert an issue to a discussion: it stays, closed and locked."""
    home = issue["repository"]
    store.numbers[home["id"]] += 1
    number = store.numbers[home["id"]]
    discussion = store.add(
        "Discussion",
        at,
        home,
        number=number,
        title=issue["title"],
        author=issue["author"],
        closed=False,
        url=f"{home['url']}/discussions/{number}",
    )
    home["discussions"].append(discussion)
    if not issue["closed"]:
        truth_of(issue).enter("states", "closed", at)
    closed_at = issue["closedAt"] or moment(at)
    issue |= {"state": "CLOSED", "closed": True, "closedAt": closed_at, "locked": True}
    truth_of(issue).discussed_at = at
    happen(store, issue, "ConvertedToDiscussionEvent", at, actor, discussion=discussion)
