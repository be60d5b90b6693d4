"""Writes the file that Airflow reads its user's password from."""

from __future__ import annotations

import json
import os
from pathlib import Path

from local.state import USER


def main() -> None:
    """Write it for nobody else to read."""
    path = Path(os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    path.touch(mode=0o600)
    path.write_text(json.dumps({USER: os.environ["FLOWMART_ADMIN_PASSWORD"]}))


if __name__ == "__main__":
    main()
