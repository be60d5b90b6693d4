"""Some installations that report on: ``python -m local.sandbox.telemetry --url http://…``."""

from __future__ import annotations

import argparse
import logging
import time
from datetime import UTC, date, datetime
from itertools import cycle

import httpx

from collector.products import load_products
from local.sandbox.telemetry.history import PRODUCT, PRODUCTS, make_report
from local.sandbox.telemetry.installations import installations

log = logging.getLogger("installations")

# They take turns, so that a day's reports come over the day.
SECONDS_BETWEEN = 5.0
MOST = 200


def main() -> None:
    """Post one report after the other until killed."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    options = _options()
    product = load_products(PRODUCTS)[PRODUCT]
    found = installations(options.seed, options.count, options.until)
    staying = [one for one in found if one.last_on >= options.until][:MOST]
    posted: set[tuple[str, date]] = set()
    with httpx.Client(base_url=options.url, timeout=30) as client:
        for installation in cycle(staying):
            today = datetime.now(UTC).date()
            posted = {key for key in posted if key[1] == today}
            if (installation.system_id, today) in posted:
                time.sleep(SECONDS_BETWEEN)
                continue
            report = make_report(product, installation, today, options.until)
            try:
                client.post(f"/{PRODUCT}", content=report.body).raise_for_status()
            except httpx.HTTPError as error:
                log.warning("%s: %s", installation.system_id, error)
            else:
                posted.add((installation.system_id, today))
            time.sleep(SECONDS_BETWEEN)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="local.sandbox.telemetry", description=__doc__)
    parser.add_argument("--url", required=True, help="address of the collector")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--until", type=date.fromisoformat, default=date(2026, 11, 23))
    return parser.parse_args()


if __name__ == "__main__":
    main()
