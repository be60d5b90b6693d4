"""Airflow shows here, as an import error, which instances of ``flowmart.yaml`` cannot have DAGs."""

from flowmart.settings import load_settings

load_settings().require_every_instance()
