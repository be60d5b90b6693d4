"""
Libraries that DAG files and tasks need, loaded once.

Airflow imports a module of this name wherever it starts. Only two local processes have this one on
their path. The DAG processor forks for every look at a DAG file, and the scheduler's LocalExecutor
forks tasks: both find imported what each of them would otherwise spend seconds on.
"""

import os
import sys

import clickhouse_driver.client  # noqa: F401
import cronsim  # noqa: F401
import httpx  # noqa: F401
import jinja2.meta  # noqa: F401
import numpy  # noqa: F401
import psycopg  # noqa: F401
import pyrate_limiter  # noqa: F401
import requests  # noqa: F401
import upath  # noqa: F401

if "scheduler" in sys.argv:
    import great_expectations  # noqa: F401
    import sqlalchemy.dialects.postgresql  # noqa: F401

# Flowmart's own modules are for each look and task to load, so that it finds what was edited last.
# Tests edit nothing.
if "FLOWMART_UNEDITED" in os.environ:
    import flowmart.dag_factory
    import flowmart.operators.steps  # noqa: F401

# Nothing here is meant to override a setting of Airflow's.
__all__ = ()
