"""
Libraries that tasks need, loaded once.

Airflow imports a module of this name wherever it starts. Only the local scheduler has this one on
its path: the LocalExecutor forks tasks from it, and they find these imported already. For Great
Expectations alone that is several seconds of every run.
"""

import clickhouse_driver.client  # noqa: F401
import great_expectations  # noqa: F401, TID253
import httpx  # noqa: F401
import jinja2  # noqa: F401
import psycopg  # noqa: F401
import pyrate_limiter  # noqa: F401
import requests  # noqa: F401
import sqlalchemy.dialects.postgresql  # noqa: F401
import upath  # noqa: F401

# Nothing here is meant to override a setting of Airflow's.
__all__ = ()
