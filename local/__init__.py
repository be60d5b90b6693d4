"""Everything that runs Flowmart on one machine: the stack, the embedded database, the sandbox."""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PLUGINS = PROJECT / "plugins"

# Airflow puts its plugins folder on the path by itself; here that falls to us.
if str(PLUGINS) not in sys.path:
    sys.path.insert(0, str(PLUGINS))
