"""Airflow DAGs of the Telemetry instances in ``include/config/flowmart.yaml``."""

from flowmart.dag_factory import make_source_dags

globals().update(make_source_dags("telemetry"))
