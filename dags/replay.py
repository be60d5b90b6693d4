"""Airflow DAG that rebuilds an instance's marts from landed files."""

from flowmart.dag_factory import make_replay_dag

dag = make_replay_dag()
