"""A handful of issues whose times can be read off this file, and a client for their server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import requests

from local.sandbox.company.generator import generate
from local.sandbox.company.story import (
    Event,
    IssueStory,
    Person,
    SprintStory,
    Story,
    TeamStory,
    tell,
)
from local.sandbox.faults import Faults
from local.sandbox.server import listening
from local.sandbox.youtrack.app import TOKEN, YouTrackApp
from local.sandbox.youtrack.from_story import youtrack_store

if TYPE_CHECKING:
    from local.sandbox.youtrack.store import YouTrackStore

AT = 1_800_000_000_000  # 2027-01-15T08:00:00Z in milliseconds, after all that happened
BIRTH = 1_767_600_000  # 2026-01-05T08:00:00Z, a Monday
HOUR = 3600
ALL_CATEGORIES = (
    "IssueCreatedCategory,IssueResolvedCategory,CustomFieldCategory,SummaryCategory,"
    "DescriptionCategory,ProjectCategory,SprintCategory,LinksCategory,TagsCategory,"
    "CommentsCategory,WorkItemCategory"
)
Get = Callable[..., Any]


def make_issue(
    number: int, *changes: tuple[int, str, Any, Any], team: str = "pay", hidden: bool = False
) -> IssueStory:
    """
    An issue born ``number`` hours after BIRTH.

    :param changes: hours after its birth, field, old, new; each is an edit by Ann.
    """
    born = BIRTH + number * HOUR
    first = [
        Event(number * 100, born, "ann", f"{number}", "created"),
        Event(number * 100 + 1, born, "ann", f"{number}", "title", "", f"Issue {number}"),
        Event(number * 100 + 2, born, "ann", f"{number}", "team", None, team),
    ]
    later = [
        Event(number * 100 + 3 + n, born + hours * HOUR, "ann", f"{number}-{n}", field, old, new)
        for n, (hours, field, old, new) in enumerate(changes)
    ]
    events = tuple(first + later)
    return IssueStory(number, "ann", born, events[-1].at, events, hidden)


def make_story(*issues: IssueStory) -> Story:
    """Issues of a company of two people."""
    people = (
        Person("ann", "ann", "Ann Lee", is_active=True),
        Person("bot", "etlbot", "ETL Reader", is_active=True),
    )
    sprints = (SprintStory("s1", "Sprint 1", BIRTH, BIRTH + 14 * 24 * HOUR),)
    teams = (
        TeamStory("pay", "Payments", sprints),
        TeamStory("store", "Storefront", (SprintStory("s2", "Sprint 1", BIRTH, BIRTH + HOUR),)),
        TeamStory("search", "Search", ()),
        TeamStory("ops", "Operations", ()),
    )
    return Story(people, teams, issues, destroyed=(9,))


@pytest.fixture
def store() -> YouTrackStore:
    """Four visible issues, a hidden one (2-5) and none with the number 9."""
    return youtrack_store(
        make_story(
            make_issue(1, (1, "status", "open", "progress"), (5, "status", "progress", "resolved")),
            make_issue(2, (2, "team", "pay", "store"), (3, "status", "open", "progress")),
            make_issue(3, (1, "comment", None, "Hello"), team="search"),
            make_issue(4, (1, "assignee", None, "gone"), team="ops"),
            make_issue(5, hidden=True),
        )
    )


@pytest.fixture
def app(store: YouTrackStore) -> YouTrackApp:
    return YouTrackApp(store, TOKEN, Faults())


@pytest.fixture
def get(app: YouTrackApp) -> Iterator[Get]:
    """Get a path of the API with parameters; gives the body, after a look at the status."""
    with listening(app.app) as url:
        yield getter(f"{url}/youtrack/api")


def getter(root: str) -> Get:
    """A function that gets paths under an address."""

    def get(path: str, status: int = 200, token: str = TOKEN, **params: Any) -> Any:
        named = {name.replace("S_", "$"): value for name, value in params.items()}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.get(f"{root}/{path}", params=named, headers=headers, timeout=10)
        assert answer.status_code == status, answer.text
        return answer.json()

    return get


def ids(rows: list[dict[str, Any]]) -> list[str]:
    """The ids of a page."""
    return [row["id"] for row in rows]


@pytest.fixture(scope="session")
def big_story() -> Story:
    """Three months of a company with 300 issues; nobody may change it."""
    return tell(generate(seed=5, tasks=300, days=90))


@pytest.fixture(scope="module")
def big_store(big_story: Story) -> YouTrackStore:
    return youtrack_store(big_story)
