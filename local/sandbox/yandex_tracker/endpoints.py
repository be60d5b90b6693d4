"""What each path of the API answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from local.sandbox.yandex_tracker import directories
from local.sandbox.yandex_tracker.errors import TrackerError
from local.sandbox.yandex_tracker.fields import GLOBAL_FIELDS, LOCAL_FIELDS
from local.sandbox.yandex_tracker.paging import numbered, relative
from local.sandbox.yandex_tracker.search import within
from local.sandbox.yandex_tracker.vocabulary import TERMS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from local.sandbox.yandex_tracker.call import Call
    from local.sandbox.yandex_tracker.issue import Change, Issue
    from local.sandbox.yandex_tracker.scrolls import Scrolls
    from local.sandbox.yandex_tracker.search import Search
    from local.sandbox.yandex_tracker.store import TrackerStore


class Answer(NamedTuple):
    """
    What is answered.

    :param document: JSON.
    """

    document: Any
    headers: Mapping[str, str] = {}


class Endpoints:
    """
    The API's paths.

    :param row_limit: how many rows pages by number reach.
    """

    def __init__(
        self, store: TrackerStore, search: Search, scrolls: Scrolls, row_limit: int
    ) -> None:
        self._store = store
        self._search = search
        self._scrolls = scrolls
        self._row_limit = row_limit
        self.last_read: Sequence[Issue] = ()

    # Issues -------------------------------------------------------------------------------------

    def search(self, call: Call) -> Answer:
        """A page of the issues that a search finds."""
        if "scrollType" in call.query or "scrollId" in call.query:
            page = self._scrolls.page(call)
        else:
            found = self._search.issues(call.document, call.order)
            page = numbered(found, call, self._row_limit)
        self.last_read = page.rows
        seen = (issue for issue in page.rows if self._is_seen(issue))
        return Answer([call.payloads.issue(issue) for issue in seen], page.headers)

    def count(self, call: Call) -> Answer:
        """How many issues a search finds, beyond the row limit too."""
        return Answer(len(self._search.issues(call.document)))

    def issue(self, call: Call) -> Answer:
        """An issue."""
        return Answer(call.payloads.issue(self._issue(call)))

    def changelog(self, call: Call) -> Answer:
        """Entries of an issue's changelog, oldest first."""
        issue = self._issue(call)
        wanted = [c for c in issue.changelog if _is_wanted(c, call.query)]
        page = relative(wanted, call, lambda change: change.id)
        return Answer([call.payloads.change(issue, c) for c in page.rows], page.headers)

    def comments(self, call: Call) -> Answer:
        """Comments on an issue, oldest first."""
        issue = self._issue(call)
        page = relative(issue.comments, call, lambda comment: comment.id)
        return Answer([call.payloads.comment(issue, c) for c in page.rows], page.headers)

    def links(self, call: Call) -> Answer:
        """An issue's links to issues that the reader sees."""
        issue = self._issue(call)
        seen = (link for link in issue.links if self._is_seen(self._store.known(link.other)))
        return Answer([call.payloads.link(issue, link) for link in seen])

    def worklog(self, call: Call) -> Answer:
        """Time spent on an issue."""
        issue = self._issue(call)
        return Answer([call.payloads.worklog(issue, worklog) for worklog in issue.worklogs])

    def worklog_search(self, call: Call) -> Answer:
        """Time spent by somebody, or written down in a range of time whose ends belong to it."""
        author = call.document.get("createdBy")
        is_within = within("createdAt", call.document.get("createdAt") or {})
        users = self._store.organization.users.values()
        uid = next((user.uid for user in users if user.login == author), author)
        found = [
            (issue, worklog)
            for issue, worklog in self._store.worklogs
            if self._is_seen(issue)
            and (uid is None or worklog.author == str(uid))
            and is_within(worklog.at)
        ]
        page = numbered(found, call, self._row_limit)
        return Answer([call.payloads.worklog(*row) for row in page.rows], page.headers)

    def clear_scrolls(self, call: Call) -> Answer:
        """Release snapshots."""
        self._scrolls.release(call.document)
        return Answer({})

    # Directories --------------------------------------------------------------------------------

    def queues(self, call: Call) -> Answer:
        """A page of the queues."""
        page = numbered(list(self._store.organization.queues.values()), call, self._row_limit)
        told = [directories.queue(call.payloads, self._store, queue) for queue in page.rows]
        return Answer(told, page.headers)

    def local_fields(self, call: Call) -> Answer:
        """The fields that only one queue has."""
        queue = call.path["queue"]
        if queue not in self._store.organization.queues:
            raise TrackerError(404, f"Queue {queue} does not exist")
        own = (field for field in LOCAL_FIELDS if field.queue == queue)
        return Answer([directories.field(call.payloads, field) for field in own])

    def fields(self, call: Call) -> Answer:
        """The fields of all queues."""
        return Answer([directories.field(call.payloads, field) for field in GLOBAL_FIELDS])

    def terms(self, kind: str) -> Callable[[Call], Answer]:
        """What answers all statuses, types, priorities or resolutions."""
        terms = TERMS[kind].values()
        return lambda call: Answer(
            [
                directories.term(call.payloads, kind, term, order)
                for order, term in enumerate(terms, start=1)
            ]
        )

    def users(self, call: Call) -> Answer:
        """A page of the accounts, by number."""
        page = numbered(list(self._store.organization.users.values()), call, self._row_limit)
        return Answer([directories.user(call.payloads, u) for u in page.rows], page.headers)

    def users_relative(self, call: Call) -> Answer:
        """A page of the accounts after one of them."""
        users = list(self._store.organization.users.values())
        page = relative(users, call, lambda user: user.uid)
        return Answer([directories.user(call.payloads, u) for u in page.rows], page.headers)

    def myself(self, call: Call) -> Answer:
        """The token owner's account."""
        return Answer(directories.user(call.payloads, self._store.organization.reader))

    def boards(self, call: Call) -> Answer:
        """All boards."""
        queues = self._store.organization.queues.values()
        return Answer([directories.board(call.payloads, queue) for queue in queues])

    def board_sprints(self, call: Call) -> Answer:
        """All sprints of a board; some boards have none."""
        queues = self._store.organization.queues.values()
        queue = next((queue for queue in queues if queue.id == call.path["id"]), None)
        if queue is None:
            raise TrackerError(404, f"Board {call.path['id']} does not exist")
        sprints = self._store.organization.sprints.values()
        told = (s for s in sprints if s.queue == queue.key)
        return Answer([directories.sprint(call.payloads, self._store, s) for s in told])

    def sprint(self, call: Call) -> Answer:
        """A sprint."""
        sprint = self._store.organization.sprints.get(call.path["id"])
        if sprint is None:
            raise TrackerError(404, f"Sprint {call.path['id']} does not exist")
        return Answer(directories.sprint(call.payloads, self._store, sprint))

    # Who sees what ------------------------------------------------------------------------------

    def _issue(self, call: Call) -> Issue:
        issue = self._store.find(call.path["id"])
        if issue is None:
            raise TrackerError(404, f"Issue {call.path['id']} does not exist")
        if not self._is_seen(issue):
            raise TrackerError(403, f"You are not allowed to see {call.path['id']}")
        return issue

    def _is_seen(self, issue: Issue) -> bool:
        return issue.id in self._store.issues and issue.id not in self._store.hidden


def _is_wanted(change: Change, query: Mapping[str, str]) -> bool:
    """Whether an entry is of the ``type`` and about the ``field`` that are asked for, if any."""
    if query.get("type", change.type) != change.type:
        return False
    return "field" not in query or any(name == query["field"] for name, *_ in change.fields)
