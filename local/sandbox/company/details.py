"""The fields of a task that do not belong to its flow, and how they change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.company import shapes, texts
from local.sandbox.company.rhythm import DAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from local.sandbox.company.shapes import Change, Json

PRIORITIES = {p["value"]: p for p in shapes.PRIORITIES}
_TRIAGE = 90
_POINTS = (None, 0.5, 1, 2, 3, 5, 8, 13)
_STORIES = ("acme:feature", "acme:bug", "acme:chore", None)


class Details:
    """
    Title, description, priority, points, assignee, subscribers and custom fields of one task.

    :param somebody: picks a person.
    """

    def __init__(self, rng: Random, task_id: int, author: str, somebody: Callable[[], str]) -> None:
        self.rng = rng
        self.somebody = somebody
        self.versions = 1
        self.title, self.description = texts.title(rng, task_id), texts.description(rng)
        self.priority = rng.choice((_TRIAGE, 100, 80, 50, 50, 25, 0))
        self.owner = somebody() if rng.random() < 0.5 else None
        self.points = rng.choice(_POINTS) if rng.random() < 0.4 else None
        self.subscribers = [author]
        self.custom: Json = {"acme.story": None, "acme.due": None, "acme.cost": None}

    def first(self, at: int) -> list[Change]:
        """The changes that set the fields at creation; what keeps its default has none."""
        changes = [shapes.title("", self.title), shapes.description("", self.description)]
        if self.priority != _TRIAGE:
            changes.append(shapes.priority(_TRIAGE, self.priority))
        if self.owner:
            changes.append(shapes.owner(None, self.owner))
        if self.points is not None:
            changes.append(shapes.points(None, self.points))
        if self.rng.random() < 0.3:
            changes.append(self.change_custom(at))
        return [*changes, shapes.subscribers([], self.subscribers)]

    def change(self, kind: str, at: int) -> Change:
        """
        Change a field; a comment where the field would stay as it is.

        :param kind: comment, owner, priority, points, title, description, subscriber or custom.
        :param at: epoch seconds.
        """
        change: Change = getattr(self, f"change_{kind}")(at)
        return change

    def change_comment(self, _at: int) -> Change:
        """A comment."""
        return shapes.comment(texts.comment(self.rng))

    def change_owner(self, at: int) -> Change:
        """Another assignee, sometimes none."""
        old, self.owner = self.owner, self.somebody() if self.rng.random() < 0.85 else None
        return shapes.owner(old, self.owner) if old != self.owner else self.change_comment(at)

    def change_priority(self, _at: int) -> Change:
        """Another priority."""
        others = [value for value in PRIORITIES if value != self.priority]
        old, self.priority = self.priority, self.rng.choice(others)
        return shapes.priority(old, self.priority)

    def change_points(self, _at: int) -> Change:
        """Another estimate, sometimes none."""
        others = [value for value in _POINTS if value != self.points]
        old, self.points = self.points, self.rng.choice(others)
        return shapes.points(old, self.points)

    def change_title(self, _at: int) -> Change:
        """A title with another version number."""
        self.versions += 1
        old, self.title = self.title, f"{self.title.split(' (')[0]} ({self.versions})"
        return shapes.title(old, self.title)

    def change_description(self, _at: int) -> Change:
        """One line more."""
        self.versions += 1
        old, self.description = self.description, f"{self.description}\n* {self.versions}"
        return shapes.description(old, self.description)

    def change_subscriber(self, at: int) -> Change:
        """One subscriber more."""
        added = self.somebody()
        if added in self.subscribers:
            return self.change_comment(at)
        before = list(self.subscribers)
        self.subscribers.append(added)
        return shapes.subscribers(before, [added])

    def change_custom(self, at: int) -> Change:
        """Another value of one of the custom fields."""
        key = self.rng.choice(tuple(self.custom))
        candidates: tuple[Any, ...] = {
            "acme.story": _STORIES,
            "acme.due": (None, (at // DAY + 7) * DAY),
            "acme.cost": (None, 100, 250),
        }[key]
        old = self.custom[key]
        self.custom[key] = self.rng.choice([value for value in candidates if value != old])
        return shapes.custom_field(key, old, self.custom[key])
