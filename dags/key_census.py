"""Airflow DAG that finds issues which the sources no longer show."""

from flowmart.dag_factory import make_census_dag

dag = make_census_dag()
