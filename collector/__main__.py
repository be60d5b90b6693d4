"""Runs the collector: ``python -m collector``."""

from __future__ import annotations

import os
import sys
import tempfile

import uvicorn

from collector.errors import CollectorError
from collector.group_commit import CLOSE_SECONDS
from collector.products import chosen_products
from collector.settings import load_settings

_MEMORY = "/dev/shm"


def main() -> None:
    """Serve until SIGTERM or SIGINT, then answer what is under way."""
    settings = load_settings()
    # Here, and not in each process anew.
    chosen_products(settings)
    if settings.processes == 1:
        _serve()
        return
    # In memory: these files are mapped, and a full disk would end the processes by SIGBUS.
    memory = _MEMORY if os.access(_MEMORY, os.W_OK | os.X_OK) else None
    with tempfile.TemporaryDirectory(prefix="flowmart-collector-", dir=memory) as folder:
        # The processes, which inherit it, add up their metrics there.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        _serve()


def _serve() -> None:
    settings = load_settings()
    uvicorn.run(
        "collector.app:create",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.processes,
        loop="uvloop",
        http="collector.protocol:GuardedProtocol",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=settings.keep_alive_seconds,
        # The writer may take what is left of it.
        timeout_graceful_shutdown=settings.stop_seconds - CLOSE_SECONDS,
    )


if __name__ == "__main__":
    try:
        main()
    except CollectorError as error:
        sys.exit(f"collector: {error}")
