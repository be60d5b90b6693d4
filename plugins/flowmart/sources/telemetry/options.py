"""The ``options`` of an instance in ``flowmart.yaml``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from flowmart.sources.options import Options

Reader = Literal["segments", "segments_in_postgres", "pulp_database"]


class TelemetryOptions(Options):
    """
    Where reports are, and how they count.

    :param reader: the collector's segments, its table, or the database of Pulp analytics.
    :param product: whose reports to read: a folder below ``products``.
    :param production_versions_only: whether a report with a component whose version is not
        three numbers is left out of all summaries.
    :param minimum_age_days: how many days ago the first report of a system has to be, so that the
        system counts in all summaries but that of ages.
    """

    reader: Reader = "segments"
    product: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")] = "pulp"
    production_versions_only: bool = True
    minimum_age_days: Annotated[int, Field(ge=0)] = 1
