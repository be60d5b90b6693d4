"""What the DAG processor and the scheduler have loaded before they fork."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from local import PLUGINS
from local.stack.stack import PRELOAD
from tests.conftest import PROJECT

# Loaded in a few milliseconds.
LIGHT = {"airflow", "argparse", "deprecated", "graphlib", "more_itertools", "sqlparse", "wrapt"}
LOOK = """
import sys
sys.argv = ["airflow", "{component}"]
import airflow.dag_processing.processor, airflow.sdk.execution_time.task_runner
import airflow_local_settings
before = set(sys.modules)
import flowmart.dag_factory, flowmart.operators.steps
print(*{{name.partition(".")[0] for name in set(sys.modules) - before}})
print("great_expectations" in sys.modules)
"""


def look(component, **variables):
    """The packages that a DAG file still loads, and whether Great Expectations was there."""
    path = os.pathsep.join(map(str, (PRELOAD, PLUGINS, PROJECT)))
    done = subprocess.run(
        [sys.executable, "-c", LOOK.format(component=component)],
        env=os.environ | {"PYTHONPATH": path} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    packages, gx = done.stdout.splitlines()[-2:]
    return set(packages.split()) - LIGHT, gx


@pytest.mark.parametrize(
    ("component", "has_great_expectations"), [("dag-processor", "False"), ("scheduler", "True")]
)
def test_a_dag_file_finds_the_libraries_that_take_long(component, has_great_expectations):
    """One that it does not find costs every look at a DAG file and every task its import."""
    assert look(component) == ({"flowmart"}, has_great_expectations)


def test_where_nobody_edits_it_flowmart_is_loaded_once_too():
    packages, _ = look("scheduler", FLOWMART_UNEDITED="1")
    assert packages == set()
