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


@pytest.mark.parametrize(
    ("component", "has_great_expectations"), [("dag-processor", "False"), ("scheduler", "True")]
)
def test_a_dag_file_finds_the_libraries_that_take_long(component, has_great_expectations):
    """One that it does not find costs every look at a DAG file and every task its import."""
    path = os.pathsep.join(map(str, (PRELOAD, PLUGINS, PROJECT)))
    done = subprocess.run(
        [sys.executable, "-c", LOOK.format(component=component)],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    packages, gx = done.stdout.splitlines()[-2:]
    assert set(packages.split()) - LIGHT == {"flowmart"}
    assert gx == has_great_expectations
