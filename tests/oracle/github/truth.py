"""The truth of a sandbox's store, looked up by ids; times are epoch seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.sandbox.github.telling import told

if TYPE_CHECKING:
    from local.sandbox.github.store import GitHubStore

Item = dict[str, Any]
EVER = 2**40


@dataclass
class Truth:
    """
    What happened, as plain values.

    :param told: what the store tells.
    :param bots: logins of accounts that are bots.
    :param repositories: owner/name -> id.
    """

    told: dict[str, Any]
    bots: set[str]
    repositories: dict[str, str]
    by_id: dict[str, Item] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Items are found by all ids that they ever had."""
        for item in self.told["items"]:
            for home in item["homes"]:
                self.by_id[home[0]] = item

    @property
    def issues(self) -> list[Item]:
        """The issues that exist."""
        return [item for item in self._existing() if id_of(item).startswith("I_")]

    @property
    def pulls(self) -> list[Item]:
        """The pull requests that exist."""
        return [item for item in self._existing() if id_of(item).startswith("PR_")]

    def _existing(self) -> list[Item]:
        return [item for item in self.told["items"] if item["deleted_at"] is None]

    def team_of(self, repository: str) -> str:
        """The team of a repository: here each has its own, called like it."""
        return repository.partition("/")[2].upper()

    def current(self, id_: str) -> str | None:
        """The id that an item has today, by one that it had; None if it is gone."""
        item = self.by_id[id_]
        return None if item["deleted_at"] is not None else id_of(item)


def truth_of(store: GitHubStore) -> Truth:
    """What a store tells."""
    bots = {login for login, user in store.users.items() if user["__typename"] == "Bot"}
    homes = {repository["nameWithOwner"]: repository["id"] for repository in store.repositories}
    return Truth(told(store), bots, homes)


def id_of(item: Item) -> str:
    """The id that it has."""
    found: str = item["homes"][-1][0]
    return found


def home_of(item: Item, at: int = EVER) -> str:
    """The repository that it was in at a time."""
    return str([home[1] for home in item["homes"] if home[3] <= at][-1])


def held(stays: list[list[Any]], at: int = EVER) -> Any:
    """The name of the stay at a time; None for none."""
    there = [s for s in stays if s[1] <= at and (s[2] is None or s[2] > at)]
    return there[-1][0] if there else None


def ms(at: int | None) -> int | None:
    """As published times are compared."""
    return None if at is None else at * 1000
