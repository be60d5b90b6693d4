"""The local stack: Airflow, its databases and the sandbox, started and ended together."""
