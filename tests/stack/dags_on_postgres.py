"""
Every Airflow DAG once more: over PostgreSQL, where the project's own files have ClickHouse.

Airflow reads this file in a process of its own, and starts one for each of its tasks: the
variables that name the warehouse, the sources and the configuration are others there.
"""

import json
import os

from flowmart.dag_factory import (
    make_census_dag,
    make_flow_metrics_dag,
    make_replay_dag,
    make_source_dags,
)

os.environ |= json.loads(os.environ["FLOWMART_ON_POSTGRES"])

for dag in (
    *make_source_dags("phabricator").values(),
    make_replay_dag(),
    make_census_dag(),
    make_flow_metrics_dag(),
):
    dag.dag_id += "__postgres"
    globals()[dag.dag_id] = dag
