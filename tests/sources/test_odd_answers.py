"""Odd values in any answer to any call: the source reads on, or says what is wrong where."""

from __future__ import annotations

import json
import os
import random
import re
from collections import defaultdict

import pytest

from flowmart.core.errors import FlowmartError, SourceError
from flowmart.sources.base import SourceConnection
from flowmart.sources.registry import make_source
from local.sandbox.access import ACCESS
from local.sandbox.company.generator import generate
from local.sandbox.server import listening
from local.sandbox.trackers import company_app
from tests.oracle.reading import WHOLE
from tests.parity.odd import odd_values, paths, with_value

_CASES = 12
_HEADERS = ("1,000", "-1", "", "many", "9" * 30, "1.5", "http://[bad", '<http://[bad>; rel="next"')
_SPOILED_HEADERS = (b"x-total-count", b"x-total-pages", b"link", b"x-scroll-id", b"x-scroll-token")


class Spoiler:
    """An application whose answers are remembered, and of which one is spoiled."""

    def __init__(self, app):
        self.app = app
        self.answers = []
        self.spoil = None

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, body = None, b""

        async def keep(message):
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            headers = [pair for pair in start["headers"] if pair[0] != b"content-length"]
            self.answers.append((scope["path"], headers, body))
            if self.spoil:
                headers, body = self.spoil(scope["path"], headers, body)
            length = (b"content-length", str(len(body)).encode())
            await send({**start, "headers": [*headers, length]})
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, keep)


@pytest.fixture(scope="module")
def spoiler():
    return Spoiler(company_app(dict.fromkeys(ACCESS, generate(seed=5, tasks=10, days=20))))


@pytest.fixture(scope="module")
def url(spoiler):
    with listening(spoiler) as address:
        yield address


def read_everything(url, name):
    """Read all streams of a source, as tasks do."""
    access = ACCESS[name]
    connection = SourceConnection(url + access.path, access.token, extra=access.extra)
    source = make_source(name, connection, f"{name}__acme")
    source.check()
    records = {}
    issues = source.spec.entities["issue"].stream
    for stream, spec in source.spec.streams.items():
        if not spec.optional and spec.kind != "census":
            pages = source.read(stream, WHOLE, records.get(issues, ()))
            records[stream] = [record for page in pages for record in page.records]
    for pages in source.verify(WHOLE, lambda stream: records[stream]).values():
        list(pages)


@pytest.fixture(scope="module", params=["phabricator", "yandex_tracker", "youtrack"])
def places(request, url, spoiler):
    """A source and what it is answered: (call, place in the answer) -> examples."""
    spoiler.answers.clear()
    spoiler.spoil = None
    read_everything(url, request.param)
    found = defaultdict(list)
    for call, headers, body in spoiler.answers:
        kind = "/".join("*" if any(map(str.isdigit, part)) else part for part in call.split("/"))
        for path in paths(json.loads(body)):
            shape = tuple("*" if isinstance(key, int) else key for key in path)
            found[kind, shape].append((call, path))
        for name, _ in headers:
            if name in _SPOILED_HEADERS:
                found[kind, name].append((call, name))
    return request.param, found


@pytest.mark.soak
def test_e4_an_odd_value_is_read_over_or_told_with_instance_and_call(places, url, spoiler):
    name, found = places
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    chance = random.Random(seed)
    number = int(os.environ.get("SOAK") or _CASES)
    shapes = sorted(found, key=str)
    chance.shuffle(shapes)
    for position, value in enumerate(odd_values(seed, number)):
        call, place = chance.choice(found[shapes[position % len(shapes)]])
        header = chance.choice(_HEADERS)
        spoiler.spoil = spoil_once(call, place, value, header)
        given = header if isinstance(place, bytes) else value
        told = f"SEED={seed} {call} {place} = {given[:200]}"
        failure = failure_of(url, name, told)
        if failure:
            assert f"{name}__acme" in failure.where + failure.next_step, told
        if isinstance(failure, SourceError):
            assert re.match(rf"{name}__acme: \S+ \S", failure.where), f"{told}: {failure}"


def failure_of(url, name, told):
    """The error of an extraction, if there is one; any other exception than ours is a fault."""
    try:
        read_everything(url, name)
    except FlowmartError as error:
        return error
    except Exception as error:
        error.add_note(told)
        raise
    return None


def spoil_once(wanted, place, value, header):
    """Spoil the first answer to a call that has the place."""
    done = False

    def spoil(call, headers, body):
        nonlocal done
        if done or call != wanted:
            return headers, body
        if isinstance(place, bytes):
            done = True
            return [(n, header.encode() if n == place else v) for n, v in headers], body
        try:
            spoiled = with_value(body, place, value)
        except (KeyError, IndexError, TypeError):
            return headers, body
        done = True
        return headers, spoiled

    return spoil
