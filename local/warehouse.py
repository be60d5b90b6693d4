"""The warehouse of the local stack as an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.settings import load_settings

if TYPE_CHECKING:
    from flowmart.engines.base import Engine


def open_warehouse(dsn: str) -> Engine:
    """
    The engine over a warehouse, with the configured names of its schemas.

    :param dsn: its address, as :func:`flowmart.engines.open.open_engine` reads it.
    """
    return open_engine(dsn, Schemas.with_prefix(load_settings().schema_prefix))
