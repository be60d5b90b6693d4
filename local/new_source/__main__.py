"""The command behind ``make new-source``: ``python -m local.new_source some_tracker``."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from local import PROJECT
from local.errors import LocalError
from local.new_source.skeleton import write_skeleton

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEXT_STEPS = """
It runs as it is, against the API at the head of its source.py. Next (docs/adding_a_source.md):
  1. Run .venv/bin/python -m pytest tests/sources/{name}: green, and after each step again.
  2. Put the real API into plugins/flowmart/sources/{name}: source.yaml, source.py, README.md.
  3. Let the server in tests/sources/{name}/test_source.py answer as that API does.
  4. Let include/sql/staging/{name} read its payloads; run make lint.
  5. Add {name} to flowmart.yaml and the connection flowmart_{name} to .env; run make run.
"""


def main(words: Sequence[str] | None = None) -> int:
    """
    Write a skeleton and tell what to do next.

    :returns: the exit code: 0, or 1 for a failure printed to stderr.
    """
    parser = argparse.ArgumentParser(prog="python -m local.new_source", description=__doc__)
    parser.add_argument("name")
    name = parser.parse_args(words).name
    try:
        files = write_skeleton(PROJECT, name)
    except LocalError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nNothing was written: {error}: correct it and try again.", file=sys.stderr)
        return 1
    print("\n".join(["Wrote:", *(f"  {file}" for file in files)]))
    print(_NEXT_STEPS.format(name=name), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
