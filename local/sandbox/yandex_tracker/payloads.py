"""Issues and what hangs on them as the API's JSON, in one language and one version of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.sandbox.yandex_tracker.fields import FIELDS
from local.sandbox.yandex_tracker.values import Ref, duration, stamp
from local.sandbox.yandex_tracker.vocabulary import LINK_NAMES, TERMS

if TYPE_CHECKING:
    from local.sandbox.yandex_tracker.issue import Change, Comment, Issue, Link, Worklog
    from local.sandbox.yandex_tracker.store import TrackerStore
    from local.sandbox.yandex_tracker.values import Json, Value

_HOST = "https://api.tracker.yandex.net"


class Payloads:
    """
    The objects of a store, as answers tell them.

    :param language: ``ru`` or ``en``: of names, never of keys.
    :param version: ``v2`` or ``v3``: of the addresses.
    """

    def __init__(self, store: TrackerStore, language: str, version: str) -> None:
        self._store = store
        self._organization = store.organization
        self.language = language
        self.base = f"{_HOST}/{version}"

    # Issues -------------------------------------------------------------------------------------

    def issue(self, issue: Issue) -> Json:
        """An issue; fields that are empty are left out, as the API does."""
        fields = {name: self.value(value) for name, value in issue.fields.items()}
        told: Json = {
            "self": f"{self.base}/issues/{issue.key}",
            "id": issue.id,
            "key": issue.key,
            "version": issue.version,
            **fields,
            "createdAt": stamp(issue.created_at),
            "createdBy": self.user_ref(issue.created_by),
            "updatedAt": stamp(issue.updated_at),
            "updatedBy": self.user_ref(issue.updated_by),
            "commentWithoutExternalMessageCount": len(issue.comments),
            "commentWithExternalMessageCount": 0,
            "votes": 0,
            "favorite": False,
        }
        if issue.aliases:
            told["aliases"] = list(issue.aliases)
        if issue.comments:
            told["lastCommentUpdatedAt"] = stamp(issue.comments[-1].at)
        return told

    def change(self, issue: Issue, change: Change) -> Json:
        """An entry of a changelog, under the key that the issue has now."""
        told: Json = {
            "id": change.id,
            "self": f"{self.base}/issues/{issue.key}/changelog/{change.id}",
            "issue": self.issue_ref(issue),
            "updatedAt": stamp(change.at),
            "updatedBy": self.user_ref(change.author),
            "type": change.type,
            "transport": "front",
        }
        if change.fields:
            told["fields"] = [self._field_change(*field) for field in change.fields]
        if change.comment:
            told["comments"] = {"added": [self._comment_ref(issue, change.comment)]}
        if change.worklog:
            told["worklog"] = {"added": [self._worklog_ref(issue, change.worklog)]}
        if change.link:
            told["links"] = [{"from": None, "to": self._link_end(change.link)}]
        return told

    def comment(self, issue: Issue, comment: Comment) -> Json:
        """A comment."""
        author, at = self.user_ref(comment.author), stamp(comment.at)
        return {
            "self": f"{self.base}/issues/{issue.key}/comments/{comment.id}",
            "id": comment.id,
            "longId": comment.long_id,
            "text": comment.text,
            "createdBy": author,
            "updatedBy": author,
            "createdAt": at,
            "updatedAt": at,
            "version": 1,
            "type": "standard",
            "transport": "internal",
        }

    def worklog(self, issue: Issue, worklog: Worklog) -> Json:
        """A record of time that was spent."""
        author, at = self.user_ref(worklog.author), stamp(worklog.at)
        return {
            "self": f"{self.base}/issues/{issue.key}/worklog/{worklog.id}",
            "id": worklog.id,
            "version": worklog.at,
            "issue": self.issue_ref(issue),
            "createdBy": author,
            "updatedBy": author,
            "createdAt": at,
            "updatedAt": at,
            "start": stamp(worklog.start),
            "duration": duration(worklog.minutes),
        }

    def link(self, issue: Issue, link: Link) -> Json:
        """A link seen from one of its ends."""
        other, author = self._store.known(link.other), self.user_ref(link.author)
        told: Json = {
            "self": f"{self.base}/issues/{issue.key}/links/{link.id}",
            "id": link.id,
            **self._link_end(link),
            "createdBy": author,
            "updatedBy": author,
            "createdAt": stamp(link.at),
            "updatedAt": stamp(link.at),
            "status": self.value(other.fields["status"]),
        }
        if "assignee" in other.fields:
            told["assignee"] = self.value(other.fields["assignee"])
        return told

    # References ---------------------------------------------------------------------------------

    def value(self, value: Value) -> Any:
        """What a field holds: references get their names and addresses."""
        if isinstance(value, Ref):
            return self.reference(value)
        if isinstance(value, tuple):
            return [self.value(item) for item in value]
        return value

    def reference(self, ref: Ref) -> Json:
        """An object in short."""
        if ref.kind == "issues":
            return self.issue_ref(self._store.known(ref.id))
        if ref.kind == "users":
            return self.user_ref(ref.id)
        if ref.kind == "queues":
            queue = self._organization.queues[ref.id]
            return self._ref("queues", queue.key, queue.id, queue.name, queue.key)
        if ref.kind == "sprints":
            return self._ref("sprints", ref.id, ref.id, self._organization.sprints[ref.id].name)
        term = TERMS[ref.kind][ref.id]
        return self._ref(ref.kind, term.id, term.id, term.name(self.language), term.key)

    def issue_ref(self, issue: Issue) -> Json:
        """An issue in short."""
        return self._ref("issues", issue.key, issue.id, issue.fields["summary"], issue.key)

    def user_ref(self, uid: str) -> Json:
        """A person in short, with an account or without."""
        return self._ref("users", uid, uid, self._organization.name_of(uid))

    def _ref(self, kind: str, path: str, id_: str, display: str, key: str = "") -> Json:
        keyed = {"key": key} if key else {}
        return {"self": f"{self.base}/{kind}/{path}", "id": id_, **keyed, "display": display}

    def _field_change(self, name: str, before: Value, after: Value) -> Json:
        display = FIELDS[name].name(self.language)
        field = self._ref("fields", name, name, display)
        return {"field": field, "from": self.value(before), "to": self.value(after)}

    def _comment_ref(self, issue: Issue, comment: Comment) -> Json:
        path = f"{issue.key}/comments/{comment.id}"
        return self._ref("issues", path, str(comment.id), comment.text)

    def _worklog_ref(self, issue: Issue, worklog: Worklog) -> Json:
        path = f"{issue.key}/worklog/{worklog.id}"
        return self._ref("issues", path, str(worklog.id), duration(worklog.minutes))

    def link_type(self, type_: str) -> Json:
        """A type of links, with its name seen from either end."""
        place = 1 if self.language == "en" else 0
        names = {end: both[place] for end, both in LINK_NAMES[type_].items()}
        return {"self": f"{self.base}/linktypes/{type_}", "id": type_, **names}

    def _link_end(self, link: Link) -> Json:
        return {
            "type": self.link_type(link.type),
            "direction": link.direction,
            "object": self.issue_ref(self._store.known(link.other)),
        }
