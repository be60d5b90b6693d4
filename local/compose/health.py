"""Tells Docker whether a part of Airflow is healthy."""

from __future__ import annotations

import sys

import httpx

API = "http://api-server:8080"


def main() -> None:
    """Exit with 0 if Airflow says so of the part that the command line names, as its API does."""
    part = sys.argv[1]
    report = httpx.get(f"{API}/api/v2/monitor/health", timeout=10).raise_for_status().json()
    status = report[part]["status"]
    print(status)
    sys.exit(status != "healthy")


if __name__ == "__main__":
    main()
