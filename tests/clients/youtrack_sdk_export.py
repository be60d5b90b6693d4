"""
Exports a YouTrack by the public methods of ``youtrack_sdk``, as a JSON document.

Usage, in the client's own environment: ``python youtrack_sdk_export.py <url> <token>``.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from youtrack_sdk import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PAGE = 100


def main(url: str, token: str) -> None:
    client = Client(base_url=url, token=token, timeout=60)
    issues = list(_walked(client.get_issues))
    boards = list(client.get_agiles())
    exported = {
        "issues": issues,
        "issue_by_id": [client.get_issue(issue_id=issues[0].id_readable)],
        "projects": _walked(client.get_projects),
        "users": _walked(client.get_users),
        "tags": client.get_tags(),
        "link_types": client.get_issue_link_types(),
        "agiles": boards,
        "agiles_by_id": [client.get_agile(agile_id=board.id) for board in boards],
        "sprints": [s for board in boards for s in client.get_sprints(agile_id=board.id)],
        "sprints_by_id": [
            client.get_sprint(agile_id=board.id, sprint_id=sprint.id)
            for board in boards
            for sprint in board.sprints
        ],
        "work_item_types": [
            client.get_project_work_item_types(project_id=project.id)
            for project in client.get_projects()
        ],
        "parts": {issue.id: _parts(client, issue.id) for issue in issues},
    }
    json.dump(exported, sys.stdout, default=_plain)


def _walked(read: Callable[..., Any]) -> Iterator[Any]:
    """All rows of a list, page by page."""
    offset = 0
    while page := read(offset=offset, count=_PAGE):
        yield from page
        offset += len(page)


def _parts(client: Client, issue_id: str) -> dict[str, Any]:
    return {
        "custom_fields": client.get_issue_custom_fields(issue_id=issue_id),
        "comments": client.get_issue_comments(issue_id=issue_id),
        "attachments": client.get_issue_attachments(issue_id=issue_id),
        "work_items": client.get_issue_work_items(issue_id=issue_id),
        "links": client.get_issue_links(issue_id),
    }


def _plain(value: Any) -> Any:
    return (
        value.model_dump(mode="json", by_alias=True) if hasattr(value, "model_dump") else [*value]
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
