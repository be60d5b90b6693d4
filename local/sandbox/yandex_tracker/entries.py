"""Entries of dictionaries as the API's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.sandbox.yandex_tracker.values import Ref, stamp

if TYPE_CHECKING:
    from local.sandbox.yandex_tracker.fields import Field
    from local.sandbox.yandex_tracker.organization import Queue, Sprint, User
    from local.sandbox.yandex_tracker.payloads import Payloads
    from local.sandbox.yandex_tracker.store import TrackerStore
    from local.sandbox.yandex_tracker.values import Json
    from local.sandbox.yandex_tracker.vocabulary import Term

_VERSION = 1


def queue(payloads: Payloads, store: TrackerStore, of: Queue) -> Json:
    """A queue."""
    return {
        "self": f"{payloads.base}/queues/{of.key}",
        "id": int(of.id),
        "key": of.key,
        "version": _VERSION,
        "name": of.name,
        "lead": payloads.user_ref(store.organization.reader.uid),
        "assignAuto": False,
        "defaultType": payloads.reference(Ref("issuetypes", "task")),
        "defaultPriority": payloads.reference(Ref("priorities", "normal")),
        "denyVoting": False,
    }


def user(payloads: Payloads, of: User) -> Json:
    """An account, or what is left of one."""
    first, _, last = of.name.partition(" ")
    reached_by = {"login": of.login, "email": f"{of.login}@example.com"} if of.login else {}
    return {
        "self": f"{payloads.base}/users/{of.uid}",
        "uid": int(of.uid),
        "trackerUid": int(of.uid),
        "passportUid": int(of.uid),
        **reached_by,
        "firstName": first,
        "lastName": last,
        "display": of.name,
        "external": False,
        "hasLicense": not of.is_dismissed,
        "dismissed": of.is_dismissed,
        "useNewFilters": True,
        "disableNotifications": False,
    }


def board(payloads: Payloads, of: Queue) -> Json:
    """A queue's board."""
    return {
        "self": f"{payloads.base}/boards/{of.id}",
        "id": int(of.id),
        "version": _VERSION,
        "name": of.name,
        "columns": [],
        "filter": {"queue": [of.key]},
        "orderBy": "updated",
        "orderAsc": False,
        "query": f"Queue: {of.key}",
        "useRanking": False,
    }


def sprint(payloads: Payloads, store: TrackerStore, of: Sprint) -> Json:
    """A sprint; its status is that of the store's present."""
    on_board = store.organization.queues[of.queue]
    starts, ends = stamp(of.starts_at), stamp(of.ends_at)
    status = "draft" if store.now < of.starts_at else "in_progress"
    return {
        "self": f"{payloads.base}/sprints/{of.id}",
        "id": int(of.id),
        "version": _VERSION,
        "name": of.name,
        "board": {
            "self": f"{payloads.base}/boards/{on_board.id}",
            "id": on_board.id,
            "display": on_board.name,
        },
        "status": "released" if store.now >= of.ends_at else status,
        "archived": False,
        "createdBy": payloads.user_ref(store.organization.reader.uid),
        "createdAt": starts,
        "startDate": starts[:10],
        "endDate": ends[:10],
        "startDateTime": starts,
        "endDateTime": ends,
    }


def term(payloads: Payloads, kind: str, of: Term) -> Json:
    """A status, a type, a priority or a resolution; only statuses have a type."""
    typed = {"type": of.type} if of.type else {}
    return {
        "self": f"{payloads.base}/{kind}/{of.id}",
        "id": int(of.id),
        "key": of.key,
        "version": _VERSION,
        "name": of.name(payloads.language),
        "order": int(of.id),
        **typed,
    }


def field(payloads: Payloads, of: Field) -> Json:
    """A field; a queue's own says where it belongs."""
    told: Json = {
        "self": f"{payloads.base}/fields/{of.id}",
        "id": of.id,
        "name": of.name(payloads.language),
        "schema": of.schema,
        "readonly": of.is_readonly,
        "options": of.has_options,
        "suggest": of.has_suggest,
    }
    if of.queue:
        told["self"] = f"{payloads.base}/queues/{of.queue}/localFields/{of.key}"
        told |= {"key": of.key, "version": _VERSION, "type": "local"}
        told["queue"] = payloads.reference(Ref("queues", of.queue))
    return told
