"""A logged-in session of Airflow's REST API."""

from __future__ import annotations

from typing import Any

import httpx

from local.errors import LocalError


class AirflowSession:
    """
    Sends requests, logging in when it has to.

    :param url: address of the API server.
    :param user: login of a user who may trigger runs.
    :param password: that user's.
    """

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = url
        self._login = {"username": user, "password": password}
        self._http = httpx.Client(base_url=f"{url}/api/v2", timeout=60)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def health(self) -> dict[str, Any]:
        """The health report; no login is needed."""
        answer = self._http.get("/monitor/health").raise_for_status()
        return dict(answer.json())

    def call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """
        What a request is answered with.

        :raises LocalError: if Airflow refuses it.
        """
        return result_of(self.send(method, path, **request))

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer to a request, whatever its status."""
        if "Authorization" not in self._http.headers:
            self._log_in()
        answer = self._http.request(method, path, **request)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            # The token has a life of its own, shorter than a long backfill's.
            self._log_in()
            answer = self._http.request(method, path, **request)
        return answer

    def _log_in(self) -> None:
        answer = self._http.post(f"{self.url}/auth/token", json=self._login)
        token = result_of(answer)["access_token"]
        self._http.headers["Authorization"] = f"Bearer {token}"


def result_of(answer: httpx.Response) -> dict[str, Any]:
    """
    What an answer holds.

    :raises LocalError: if Airflow refused the request.
    """
    if answer.is_error:
        request = answer.request
        raise LocalError(
            f"Airflow refused {request.method} {request.url.path} "
            f"({answer.status_code}): {answer.text[:2000]}"
        )
    return dict(answer.json()) if answer.content else {}
