"""A report as the collector writes it, and what is wrong with a line that is none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from flowmart.http.storable import UnstorableError, storable
from flowmart.sources.base import Record
from flowmart.sources.rows import Moment, Name, Row, read_row

if TYPE_CHECKING:
    from flowmart.sources.product import ProductSpec

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Report(Row):
    """The members of a report that the code uses."""

    report_id: Name
    received_at: Moment
    product: Name
    report: dict[str, Any]


class Line(NamedTuple):
    """
    A report that was read.

    :param received_at: when the collector received it.
    :param product: whose it is.
    """

    record: Record
    received_at: datetime
    product: str


def read_line(text: bytes, product: ProductSpec) -> Line:
    """
    Read one line of a segment.

    :param product: what reports of the instance consist of.
    :raises ValueError: saying what is wrong with it.
    """
    try:
        found = read_row(storable(text), Report)
    except UnstorableError as error:
        raise ValueError(f"it contains {error.value}, which no warehouse stores") from error
    except msgspec.ValidationError as error:
        raise ValueError(f"it is no report: {error}") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise ValueError(f"it is no JSON: {error}") from error
    system = _member(found.report, product.system)
    if not isinstance(system, str) or not _UUID.fullmatch(system):
        raise ValueError(f"its {product.system} is {system!r}, which is no UUID")
    record = Record(found.report_id, None, microseconds(found.received_at), found.payload)
    return Line(record, found.received_at, found.product)


def bad_line(place: str, number: int, hour: datetime, problem: str) -> Record:
    """
    What is kept of a line that is no report, so that it is shown as a finding.

    :param place: its file, below the folder of segments.
    :param number: which line of the file it is, from 1 on.
    :param hour: the hour that its file belongs to.
    :param problem: what is wrong with it.
    """
    payload = {
        "report_id": f"{place}:{number}",
        "received_at": hour.isoformat(),
        "problem": f"{place}, line {number}: {problem}",
    }
    return Record(payload["report_id"], None, microseconds(hour), msgspec.json.encode(payload))


def microseconds(moment: datetime) -> int:
    """A moment as microseconds since 1970, exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _member(report: Any, path: str) -> Any:
    for name in path.split("."):
        report = report.get(name) if isinstance(report, dict) else None
    return report
