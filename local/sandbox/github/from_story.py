"""The invented company seen by GitHub: one team's issues, and the code side of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.company.deliveries import tell_code
from local.sandbox.github.agenda import Agenda
from local.sandbox.github.from_code import CodeReplay
from local.sandbox.github.issue_replay import IssueReplay
from local.sandbox.github.people import People
from local.sandbox.github.store import GitHubStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.sandbox.company.story import Story
    from local.sandbox.github.values import Node

ORGANIZATION, READER = "acme", "etlbot"
TRACKER = "github"
OPERATIONS = "Operations"
_ARCHIVED, _RENAMED = "legacy-site", ("shop", "storefront")


def github_store(
    stories: Mapping[str, Story], keys: Mapping[str, Callable[[int, int], str | None]]
) -> GitHubStore:
    """
    The organization of a company.

    :param stories: tracker -> what it has of the company; ``github`` is the tracker of issues.
    :param keys: other tracker -> what tells the key of an issue by its number at a time.
    """
    starts = [issue.created_at for story in stories.values() for issue in story.issues[:1]]
    founded_at = min(starts, default=0) - 86_400
    store = GitHubStore(ORGANIZATION, READER, founded_at)
    people = People(store, stories.values())
    agenda = Agenda()
    claimed: set[str] = set()
    for tracker in sorted(stories, key=lambda name: name != TRACKER):
        story = stories[tracker]
        homes: dict[str, Node] = {}
        teams: dict[str, Node] = {}
        for team in story.teams:
            if team.name == OPERATIONS and tracker != TRACKER:
                continue
            home = store.repository(ORGANIZATION, _slug(team.name))
            if home is None:
                home = store.add_repository(_slug(team.name), founded_at, f"{team.name}'s work")
            if team.name not in claimed and team.members:
                homes[team.team_id] = home
                known = people.known(team.members)
                members = [user for user in known if store.roles.get(user["login"]) != "OUTSIDE"]
                teams[team.team_id] = store.add_team(team.name, members, founded_at)
                claimed.add(team.name)
        issue_of: Callable[[int], Node | None] = _nothing
        if tracker == TRACKER:
            issues = IssueReplay(store, people, agenda, story)
            issues.put()
            issue_of = issues.issue_of
        code = CodeReplay(store, people, agenda, homes, teams, keys.get(tracker, _no_key), issue_of)
        code.put(tell_code(story, tracker))
    agenda.run()
    _tidy(store)
    return store


def _tidy(store: GitHubStore) -> None:
    """A repository that was renamed once, and one that nobody needs any more."""
    old, new = _RENAMED
    if repository := store.repository(ORGANIZATION, new):
        store.old_names[f"{ORGANIZATION}/{old}"] = repository
    archived = store.add_repository(_ARCHIVED, store.founded_at, "Nobody needs it any more")
    archived |= {"isArchived": True, "archivedAt": archived["createdAt"]}


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def _nothing(_: int) -> Node | None:
    return None


def _no_key(_: int, __: int) -> str | None:
    return None
