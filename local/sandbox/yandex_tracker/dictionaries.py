"""The objects that issues refer to, each kind with its list and its objects one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.yandex_tracker import entries
from local.sandbox.yandex_tracker.errors import TrackerError
from local.sandbox.yandex_tracker.fields import GLOBAL_FIELDS, LOCAL_FIELDS
from local.sandbox.yandex_tracker.listing import Listing
from local.sandbox.yandex_tracker.vocabulary import LINK_NAMES, TERMS

if TYPE_CHECKING:
    from local.sandbox.yandex_tracker.call import Call
    from local.sandbox.yandex_tracker.fields import Field
    from local.sandbox.yandex_tracker.organization import Queue, Sprint, User
    from local.sandbox.yandex_tracker.store import TrackerStore
    from local.sandbox.yandex_tracker.vocabulary import Term


class Dictionaries:
    """
    The dictionaries of an organization.

    :param store: whose organization it is.
    """

    def __init__(self, store: TrackerStore) -> None:
        organization = store.organization
        self._organization = organization
        self.queues: Listing[Queue] = Listing(
            lambda _: list(organization.queues.values()),
            lambda queue: (queue.id, queue.key),
            lambda call, queue: entries.queue(call.payloads, store, queue),
        )
        self.users: Listing[User] = Listing(
            lambda _: list(organization.users.values()),
            lambda user: (user.uid, user.login),
            lambda call, user: entries.user(call.payloads, user),
            organization.former_users,
        )
        self.boards: Listing[Queue] = Listing(
            self.queues.rows,
            lambda queue: (queue.id,),
            lambda call, queue: entries.board(call.payloads, queue),
        )
        self.sprints: Listing[Sprint] = Listing(
            lambda _: list(organization.sprints.values()),
            lambda sprint: (sprint.id,),
            lambda call, sprint: entries.sprint(call.payloads, store, sprint),
        )
        self.board_sprints: Listing[Sprint] = Listing(
            self._sprints_of_board, self.sprints.names, self.sprints.tell
        )
        self.fields: Listing[Field] = Listing(
            lambda _: GLOBAL_FIELDS,
            lambda field: (field.id,),
            lambda call, field: entries.field(call.payloads, field),
            lambda: LOCAL_FIELDS,
        )
        self.local_fields: Listing[Field] = Listing(
            self._fields_of_queue,
            lambda field: (field.key, field.id),
            self.fields.tell,
        )
        self.terms = {kind: _terms(kind) for kind in TERMS}
        self.link_types: Listing[str] = Listing(
            lambda _: tuple(LINK_NAMES),
            lambda name: (name,),
            lambda call, name: call.payloads.link_type(name),
        )
        # Nobody in the company uses them.
        self.none: Listing[Any] = Listing(lambda _: (), lambda _: (), lambda *_: {})

    def _sprints_of_board(self, call: Call) -> list[Sprint]:
        queues = self._organization.queues.values()
        queue = next((queue for queue in queues if queue.id == call.path["id"]), None)
        if queue is None:
            raise TrackerError(404, f"Board {call.path['id']} does not exist")
        return [s for s in self._organization.sprints.values() if s.queue == queue.key]

    def _fields_of_queue(self, call: Call) -> list[Field]:
        queue = call.path["queue"]
        if queue not in self._organization.queues:
            raise TrackerError(404, f"Queue {queue} does not exist")
        return [field for field in LOCAL_FIELDS if field.queue == queue]


def _terms(kind: str) -> Listing[Term]:
    return Listing(
        lambda _: list(TERMS[kind].values()),
        lambda term: (term.id, term.key),
        lambda call, term: entries.term(call.payloads, kind, term),
    )
