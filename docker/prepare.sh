#!/bin/sh
# Databases, roles and tables, before anything uses them. It may be repeated.
set -eu
python -m local.compose.databases
python -m flowmart.migrate up
python -m flowmart.migrate grant
airflow db migrate
