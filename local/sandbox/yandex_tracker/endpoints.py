"""What each path of the API answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from local.sandbox.yandex_tracker import entries
from local.sandbox.yandex_tracker.call import Answer
from local.sandbox.yandex_tracker.dictionaries import Dictionaries
from local.sandbox.yandex_tracker.errors import TrackerError, not_played
from local.sandbox.yandex_tracker.listing import Listing
from local.sandbox.yandex_tracker.paging import numbered
from local.sandbox.yandex_tracker.search import within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from local.sandbox.yandex_tracker.call import Call
    from local.sandbox.yandex_tracker.issue import Change, Comment, Issue, Link, Worklog
    from local.sandbox.yandex_tracker.scrolls import Scrolls
    from local.sandbox.yandex_tracker.search import Search
    from local.sandbox.yandex_tracker.store import TrackerStore

_NUMBERED, _RELATIVE = ("page", "perPage"), ("id", "perPage")
_SCROLLED = ("scrollType", "perScroll", "scrollTTLMillis", "scrollId", "scrollToken")


class Endpoint(NamedTuple):
    """
    A path of the API.

    :param run: answers a call to it.
    :param parameters: the parameters of the address that it reads; None: it minds none of them.
    :param versions: those of the API that have it.
    """

    method: str
    path: str
    run: Callable[[Call], Answer]
    parameters: tuple[str, ...] | None = ()
    versions: tuple[str, ...] = ("v3", "v2")


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

    def all(self) -> list[Endpoint]:
        """The paths; of two that fit an address, the first is meant."""
        return [*self._searches(), *self._issues(), *self._dictionaries()]

    def _searches(self) -> list[Endpoint]:
        return [
            Endpoint("POST", "issues/_search", self.search, ("order", *_NUMBERED, *_SCROLLED)),
            Endpoint("POST", "issues/_count", self.count),
            Endpoint("POST", "worklog/_search", self.worklog_search, _NUMBERED),
            Endpoint("POST", "system/search/scroll/_clear", self.clear_scrolls),
        ]

    def _issues(self) -> list[Endpoint]:
        issue = self._issue
        changelog: Listing[Change] = Listing(
            lambda call: [c for c in issue(call).changelog if _is_wanted(c, call.query)],
            lambda change: (change.id,),
            lambda call, change: call.payloads.change(issue(call), change),
        )
        comments: Listing[Comment] = Listing(
            lambda call: issue(call).comments,
            lambda comment: (comment.id, comment.long_id),
            lambda call, comment: call.payloads.comment(issue(call), comment),
        )
        links: Listing[Link] = Listing(
            lambda call: [link for link in issue(call).links if self._is_end_seen(link)],
            lambda link: (link.id,),
            lambda call, link: call.payloads.link(issue(call), link),
        )
        worklogs: Listing[Worklog] = Listing(
            lambda call: issue(call).worklogs,
            lambda worklog: (worklog.id,),
            lambda call, worklog: call.payloads.worklog(issue(call), worklog),
        )
        filtered = ("field", "type", *_RELATIVE)
        return [
            Endpoint("GET", "issues/{id}", self.issue),
            Endpoint("GET", "issues/{id}/changelog", changelog.relative, filtered),
            Endpoint("GET", "issues/{id}/changelog/{entry}", changelog.one),
            Endpoint("GET", "issues/{id}/comments", comments.relative, _RELATIVE),
            Endpoint("GET", "issues/{id}/comments/{entry}", comments.one),
            Endpoint("GET", "issues/{id}/links", links.all),
            Endpoint("GET", "issues/{id}/links/{entry}", links.one),
            Endpoint("GET", "issues/{id}/worklog", worklogs.all),
            Endpoint("GET", "issues/{id}/worklog/{entry}", worklogs.one),
        ]

    def _dictionaries(self) -> list[Endpoint]:
        of = Dictionaries(self._store)
        whole: dict[str, Listing[Any]] = {
            **of.terms,
            "fields": of.fields,
            "boards": of.boards,
            "linktypes": of.link_types,
            "components": of.none,
            "projects": of.none,
            "queues/{queue}/localFields": of.local_fields,
        }
        paged: dict[str, Listing[Any]] = {"queues": of.queues, "users": of.users}
        single = {**whole, **paged, "sprints": of.sprints}
        return [
            Endpoint("GET", "myself", self.myself),
            Endpoint("GET", "users/_relative", of.users.relative, _RELATIVE, ("v3",)),
            Endpoint("GET", "boards/{id}/sprints", of.board_sprints.all),
            *(Endpoint("GET", path, listing.all) for path, listing in whole.items()),
            *(
                Endpoint("GET", path, listing.numbered(self._row_limit), _NUMBERED)
                for path, listing in paged.items()
            ),
            *(Endpoint("GET", f"{path}/{{entry}}", kind.one) for path, kind in single.items()),
        ]

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

    def worklog_search(self, call: Call) -> Answer:
        """Time spent by somebody, or written down in a range of time whose ends belong to it."""
        if unknown := call.document.keys() - {"createdBy", "createdAt"}:
            raise not_played(f"searches by {', '.join(sorted(unknown))}")
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

    def myself(self, call: Call) -> Answer:
        """The token owner's account."""
        return Answer(entries.user(call.payloads, self._store.organization.reader))

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

    def _is_end_seen(self, link: Link) -> bool:
        return self._is_seen(self._store.known(link.other))


def _is_wanted(change: Change, query: Mapping[str, str]) -> bool:
    """Whether an entry is of the ``type`` and about the ``field`` that are asked for, if any."""
    if query.get("type", change.type) != change.type:
        return False
    return "field" not in query or any(name == query["field"] for name, *_ in change.fields)
