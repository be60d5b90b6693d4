"""Settings, from environment variables; docs/collector.md has a table of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from collector.compile import PRODUCTS
from collector.errors import CollectorError

PREFIX = "FLOWMART_COLLECTOR_"


class Settings(BaseSettings):
    """
    How a collector is set up; each field is the variable of its name, as FLOWMART_COLLECTOR_STORE.

    :param store: a folder, the URL of one in an object store, or a PostgreSQL database's.
    :param products: folder of the products' descriptions.
    :param default_product: the product of reports that are posted to ``/``.
    :param processes: how many processes take requests.
    :param body_bytes: the longest body.
    :param head_bytes: the longest request line and headers together.
    :param head_seconds: time for request line and headers.
    :param body_seconds: time for the body.
    :param answer_seconds: time for a client to read an answer.
    :param keep_alive_seconds: how long a connection may be idle between requests.
    :param connections: open connections of a process, at most.
    :param client_connections: open connections of one client, at most, where there are no proxies;
        0 for any number.
    :param client_rate: requests per second of one client, on the average; 0 for any number.
    :param client_burst: requests of one client at once.
    :param client_header: the header in which proxies name the client.
    :param proxies: how many proxies of one's own stand before the collector; 0 trusts no header.
    :param waiting: reports that may wait for the store.
    :param group_seconds: time in which reports gather for one commit, besides that of a commit.
    :param commit_seconds: the longest wait for the store.
    :param segment_bytes: size at which the next segment begins.
    :param stop_seconds: time for what is under way when the collector is stopped.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8098, ge=0, le=65535)
    store: SecretStr
    products: Path = PRODUCTS
    default_product: str = "pulp"
    processes: int = Field(default=1, ge=1, le=64)
    # A line of a segment is up to seven times as long for Pulp, and readers take a megabyte.
    body_bytes: int = Field(default=64 * 1024, ge=1, le=128 * 1024)
    head_bytes: int = Field(default=16 * 1024, ge=1024)
    head_seconds: float = Field(default=10, gt=0)
    body_seconds: float = Field(default=10, gt=0)
    answer_seconds: float = Field(default=10, gt=0)
    keep_alive_seconds: int = Field(default=75, ge=1)
    connections: int = Field(default=900, ge=1)
    client_connections: int = Field(default=50, ge=0)
    client_rate: float = Field(default=5, ge=0)
    client_burst: int = Field(default=50, ge=1)
    client_header: str = "X-Forwarded-For"
    proxies: int = Field(default=0, ge=0)
    waiting: int = Field(default=2000, ge=1)
    group_seconds: float = Field(default=0, ge=0, le=10)
    # Readers come back to what was received up to ten minutes ago, and not earlier.
    commit_seconds: float = Field(default=30, gt=0, le=300)
    segment_bytes: int = Field(default=64 * 1024 * 1024, ge=1)
    stop_seconds: int = Field(default=30, ge=2)
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")


@cache
def load_settings() -> Settings:
    """
    Read the environment, once.

    :raises CollectorError: naming every variable that is missing or cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        # Without the values: the store's may hold a password.
        problems = "; ".join(
            f"{PREFIX}{str(problem['loc'][0]).upper()}: {problem['msg']}"
            for problem in error.errors()
        )
        raise CollectorError(
            f"The collector's settings cannot be used: {problems}. Correct these environment "
            "variables (docs/collector.md has a table)."
        ) from None
