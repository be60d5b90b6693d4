"""Airflow DAG that reads again what may have changed without a word."""

from flowmart.dag_factory import make_reconcile_dag

dag = make_reconcile_dag()
