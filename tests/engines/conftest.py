"""These tests run on the newest and on the oldest PostgreSQL."""

from tests.servers import postgres_server as postgres_server
