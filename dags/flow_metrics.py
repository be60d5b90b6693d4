"""Airflow DAG that rebuilds forecasts and pace bands when something was published."""

from flowmart.dag_factory import make_flow_metrics_dag

dag = make_flow_metrics_dag()
