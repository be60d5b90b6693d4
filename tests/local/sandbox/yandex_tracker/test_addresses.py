"""Whatever an answer names by its address is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.sandbox.company.generator import generate
from local.sandbox.company.story import tell
from local.sandbox.yandex_tracker.history import tracker_store
from tests.local.sandbox.yandex_tracker.conftest import Client, served

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOST = "https://api.tracker.yandex.net/v3/"
_LISTS = (
    "fields",
    "statuses",
    "issuetypes",
    "priorities",
    "resolutions",
    "queues",
    "users",
    "boards",
    "linktypes",
    "boards/1/sprints",
    "queues/PAYMENTS/localFields",
)
_PARTS = ("changelog", "comments", "links", "worklog")


@pytest.fixture(scope="module")
def small() -> Iterator[Client]:
    """A company without secrets: the reader sees every issue that another is linked to."""
    store = tracker_store(tell(generate(seed=5, tasks=30, days=30)), long_history=0)
    store.hidden.clear()
    with served(store) as client:
        yield client


def addresses(value: Any) -> Iterator[str]:
    """Every ``self`` of an answer."""
    if isinstance(value, list):
        for item in value:
            yield from addresses(item)
    elif isinstance(value, dict):
        if "self" in value:
            yield value["self"]
        for inner in value.values():
            yield from addresses(inner)


def test_y_every_address_in_an_answer_leads_to_the_object(small: Client) -> None:
    answers: list[Any] = [small.all_of(path) for path in _LISTS]
    for issue in small.app.store.visible():
        answers += [small.all_of(f"issues/{issue.id}/{part}") for part in _PARTS]
    waiting, led = list(addresses(answers)), set[str]()
    while waiting:
        address = waiting.pop()
        if address not in led:
            led.add(address)
            path = address.removeprefix(_HOST)
            told = small.get(path).json()
            # A queue's own field has an address below the queue, and one by its id.
            assert told["self"] == address or path == f"fields/{told['id']}"
            waiting += addresses(told)
    kinds = {"/".join(address.removeprefix(_HOST).split("/")[::2]) for address in led}
    assert kinds == {
        *("fields", "statuses", "issuetypes", "priorities", "resolutions", "queues", "users"),
        *("boards", "sprints", "linktypes", "queues/localFields", "issues"),
        *(f"issues/{part}" for part in _PARTS),
    }


def test_y_former_employees_are_found_by_id_and_not_listed(tracker: Client) -> None:
    organization = tracker.app.store.organization
    (gone, *_) = organization.former_users()
    told = tracker.get(f"users/{gone.uid}").json()
    assert (told["display"], told["dismissed"], told["hasLicense"]) == (
        "Former Employee",
        True,
        False,
    )
    assert "login" not in told
    assert str(told["uid"]) not in {str(user["uid"]) for user in tracker.all_of("users")}


def test_y_objects_are_found_by_key_too(tracker: Client) -> None:
    assert tracker.get("statuses/inProgress").json() == tracker.get("statuses/3").json()
    assert tracker.get("users/etlbot").json() == tracker.get("myself").json()
    assert tracker.get("queues/1").json() == tracker.get("queues").json()[0]


def test_y_there_are_no_components_and_no_projects(tracker: Client) -> None:
    assert tracker.get("components").json() == tracker.get("projects").json() == []
