"""Where a deployment keeps Flowmart's files."""

from __future__ import annotations

from pathlib import Path

from airflow.configuration import AIRFLOW_HOME
from airflow.sdk import ObjectStoragePath

from flowmart.settings import load_settings


def landing_root() -> ObjectStoragePath:
    """The folder under which extracted files land; any URL that Airflow can open."""
    configured = load_settings().landing_root
    return ObjectStoragePath(configured or f"file://{AIRFLOW_HOME}/landing")


def landing_path(path: str) -> ObjectStoragePath:
    """A path that an earlier task returned, ready to be opened."""
    return ObjectStoragePath(path)


def validation_folder() -> Path:
    """The folder of the pages that failed validations leave."""
    return Path(AIRFLOW_HOME) / "validation"
