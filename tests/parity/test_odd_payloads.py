"""Odd values in every place of every payload: both engines build the same rows, and none stops."""

from __future__ import annotations

import itertools
import json
import os
import random
import re
from collections import Counter, defaultdict

import pytest

from flowmart.http.storable import storable
from flowmart.sources.base import Record, SourceConnection
from flowmart.sources.registry import make_source
from flowmart.transform.runner import build_batch
from local.sandbox.access import ACCESS
from local.sandbox.company.generator import generate
from local.sandbox.server import listening
from local.sandbox.trackers import company_app
from tests.oracle import values as rule
from tests.oracle.reading import WHOLE
from tests.parity.normal import normal
from tests.parity.odd import odd_values, paths, with_value
from tests.sql.warehouse import CONTEXT, Warehouse

_CASES = 40


@pytest.fixture(scope="module")
def company():
    with listening(
        company_app(dict.fromkeys(ACCESS, generate(seed=5, tasks=20, days=60)))
    ) as address:
        yield address


@pytest.fixture(scope="module", params=["phabricator", "yandex_tracker", "youtrack"])
def source_name(request):
    return request.param


@pytest.fixture(scope="module")
def streams(company, source_name):
    """What the sandbox tells: stream -> records."""
    access = ACCESS[source_name]
    connection = SourceConnection(company + access.path, access.token, extra=access.extra)
    source = make_source(source_name, connection, source_name)
    entity = source.spec.entities["issue"].stream
    records = {}
    for stream, spec in source.spec.streams.items():
        if spec.kind != "census" and not spec.optional:
            pages = source.read(stream, WHOLE, records.get(entity, ()))
            records[stream] = [record for page in pages for record in page.records]
    return records


@pytest.fixture(scope="module")
def warehouses(migrated_postgres, migrated_clickhouse, tmp_path_factory, source_name):
    landing = tmp_path_factory.mktemp("landing")
    return tuple(
        Warehouse(dsn, landing, source_name) for dsn in (migrated_postgres, migrated_clickhouse)
    )


@pytest.mark.soak
def test_d2_an_odd_value_anywhere_gives_the_same_rows_on_both_engines(
    warehouses, streams, source_name
):
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    cases = int(os.environ.get("SOAK") or _CASES)
    odd = {name: list(records) for name, records in streams.items()}
    told = []
    for name, (stream, record, path, value) in spoiled(streams, seed, cases).items():
        spec = warehouses[0].project.spec
        text = record.payload if spec.entity_of(stream) else with_own_items(record.payload, name)
        payload = storable(with_value(text, path, value))
        for copied, original in copies(streams, stream, record, spec):
            new = payload if original is record else original.payload
            ids = new_ids(original, name, spec.entity_of(copied))
            odd[copied].append(Record(*ids, original.version, new))
        told.append(f"{name}: {stream} {'.'.join(map(str, path))} = {value[:80]}")
    postgres, clickhouse = (built(warehouse, odd, source_name) for warehouse in warehouses)
    for name, rows in postgres.items():
        if rows != clickhouse[name]:
            only = [
                list(a - b)[:5] for a, b in ((rows, clickhouse[name]), (clickhouse[name], rows))
            ]
            pytest.fail(f"SEED={seed} {name}:\n{only[0]}\n{only[1]}\n" + "\n".join(told))


def built(warehouse, streams, source):
    """The rows of every model of a batch, comparable, and how often each is there."""
    warehouse.clear()
    batch = warehouse.batch(source)
    warehouse.load(batch, streams, taken_at=batch.window.end)
    build_batch(warehouse.engine, warehouse.project, batch, CONTEXT)
    return {
        model.name: Counter(
            spelled(row) for row in normal(warehouse.rows(f"stage.{model.name}__{batch.batch_id}"))
        )
        for model in warehouse.project.models
    }


def spelled(row):
    """A row without what is each engine's own in the text of a document, and in a hash of it."""
    row = re.sub(r"\\+u(202[89])", r"\\u\1", row)
    row = re.sub(r"\b[0-9a-f]{32}\b", "(hash)", row)
    return re.sub(r'(?<=[\]}"0-9a-z])(\\*"?[:,]) (?=[\[{"\\0-9a-z-])', r"\1", row)


def spoiled(streams, seed, number):
    """Cases by their names: a stream, a record of it, a path in it, and an odd value."""
    chance = random.Random(seed)
    places = defaultdict(list)
    for stream, records in streams.items():
        for record in records:
            for path in paths(json.loads(record.payload)):
                shape = tuple("*" if isinstance(key, int) else key for key in path)
                places[stream, shape].append((record, path))
    shapes = sorted(places)
    chance.shuffle(shapes)
    cases = {}
    values = filter(is_spelled_alike, odd_values(seed, 2 * number))
    for position, value in enumerate(itertools.islice(values, number)):
        shape = shapes[position % len(shapes)]
        cases[f"odd{position}"] = (shape[0], *chance.choice(places[shape]), value)
    return cases


def with_own_items(payload, name):
    """A copy of a snapshot's record whose items (of a bundle, of a board) have ids of their own."""
    document = json.loads(payload)
    for items in document.values():
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and "id" in item:
                item["id"] = f"{item['id']}-{name}"
    return json.dumps(document, ensure_ascii=False).encode()


def is_spelled_alike(value):
    """Whether both engines write a document alike, but for spaces: models may make a text of it."""
    alike = []
    json.loads(
        value,
        parse_int=lambda number: alike.append(number == rule.text_of(rule.read_document(number))),
        parse_float=lambda number: alike.append(number == rule.text_of(rule.read_document(number))),
        object_pairs_hook=lambda pairs: alike.append(len(pairs) < 2),
    )
    return value[0] not in "[{" or all(alike)


def copies(streams, stream, record, spec):
    """The record, and what belongs together with it: an issue's whole history."""
    if spec.entity_of(stream) is None:
        yield stream, record
        return
    issue = record.parent_id or record.record_id
    for name, records in streams.items():
        for found in records:
            if spec.entity_of(name) and issue in (found.parent_id, found.record_id):
                yield name, found


def new_ids(record, name, entity):
    """The id and the parent of a copy; the copied issue has the case's name."""
    if entity and not record.parent_id:
        return name, None
    return f"{record.record_id}-{name}", name if entity else record.parent_id
