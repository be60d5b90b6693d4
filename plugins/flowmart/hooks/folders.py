"""The folders of a deployment."""

from __future__ import annotations

from pathlib import Path

from airflow.configuration import AIRFLOW_HOME
from airflow.sdk import ObjectStoragePath

from flowmart.settings import load_settings


def landing_root() -> ObjectStoragePath:
    """The landing folder: any path or URL that Airflow can open."""
    configured = load_settings().landing_root
    return ObjectStoragePath(configured or f"file://{AIRFLOW_HOME}/landing")


def landing_path(path: str) -> ObjectStoragePath:
    """A path that an earlier task returned."""
    return ObjectStoragePath(path)


def validation_folder() -> Path:
    """The folder of the pages that failed validations write."""
    return Path(AIRFLOW_HOME) / "validation"
