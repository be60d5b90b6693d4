"""The company's people as accounts of GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.company.pull_life import DEPENDENCY_BOT, DEPLOY_BOT, REVIEW_BOT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.sandbox.company.story import Person, Story
    from local.sandbox.github.store import GitHubStore
    from local.sandbox.github.values import Node

RULES = "acme-rules"
_BOTS = (REVIEW_BOT, DEPENDENCY_BOT, DEPLOY_BOT, RULES)
_OUTSIDE = "lena"


class People:
    """
    Who is who; the accounts of all parts of the company are made at once.

    :param stories: of all parts of the company.
    """

    def __init__(self, store: GitHubStore, stories: Iterable[Story]) -> None:
        self._store = store
        self._users: dict[str, Node] = {}
        for login in _BOTS:
            self._users[login] = store.add_user(login, None, store.founded_at, "Bot")
        for story in stories:
            for person in story.people:
                self._add(person)

    def of(self, person_id: str) -> Node | None:
        """The account of a person or a bot; None for a ghost, whose account is deleted."""
        if "HRUL" in person_id:
            return self._users[RULES]
        return self._users.get(person_id)

    def known(self, person_ids: Iterable[str]) -> list[Node]:
        """The accounts of several, without ghosts."""
        return [user for user in map(self.of, person_ids) if user is not None]

    def _add(self, person: Person) -> None:
        login = person.username
        user = self._store.users.get(login)
        if user is None:
            is_bot = login.endswith("bot") and login != self._store.reader
            role = "ADMIN" if login == "admin" else "OUTSIDE" if login == _OUTSIDE else "MEMBER"
            user = self._store.add_user(
                login,
                None if is_bot else person.name,
                self._store.founded_at,
                "Bot" if is_bot else "User",
                role if person.is_active and not is_bot else None,
            )
        self._users[person.person_id] = user
