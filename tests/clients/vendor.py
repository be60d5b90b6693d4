"""A tracker at the address of its vendor's cloud, for clients that have no setting for another."""

from __future__ import annotations

import datetime
import select
import socket
import socketserver
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local.sandbox.server import listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import ASGIApp

_DAY = datetime.timedelta(days=1)


@contextmanager
def played_at(host: str, app: ASGIApp, folder: Path) -> Iterator[dict[str, str]]:
    """
    Serve an application as ``https://host``.

    :param folder: for the certificate.
    :return: the settings of a proxy and of who is trusted, by which programs get there.
    """
    certificate = _certificate(host, folder / f"{host}.pem")
    with listening(app, certificate=certificate) as url, _Proxy(host, urlsplit(url).port) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        try:
            yield {
                "HTTPS_PROXY": f"http://127.0.0.1:{proxy.server_address[1]}",
                "REQUESTS_CA_BUNDLE": str(certificate),
            }
        finally:
            proxy.shutdown()


def _certificate(host: str, path: Path) -> Path:
    """A certificate that a host has given to itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    kind, secret = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(key.private_bytes(pem, kind, secret) + certificate.public_bytes(pem))
    return path


class _Proxy(socketserver.ThreadingTCPServer):
    """
    Hands connections on to a server, and only those to its host.

    :param port: where the server listens.
    """

    daemon_threads = True

    def __init__(self, host: str, port: int | None) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.host = host
        self.port = port


class _Connection(socketserver.StreamRequestHandler):
    server: _Proxy

    def handle(self) -> None:
        asked = self.rfile.readline().decode().split()
        while self.rfile.readline().strip():
            pass
        if asked[:2] != ["CONNECT", f"{self.server.host}:443"]:
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", self.server.port)) as server:
            ends = {self.connection: server, server: self.connection}
            while True:
                for end in select.select(list(ends), [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[end].sendall(data)
