"""Answers in files, which the client can be given in place of a server."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_OF_TASKS = "maniphest.gettasktransactions"


class Recordings:
    """
    Recorded answers: a folder with a file per call, ``{method, params, response}``, or one file
    with an answer of ``maniphest.gettasktransactions``, as ``ddd``'s ``--mock`` takes it.

    :param path: the folder or file.
    :raises SourceError: if there is nothing in it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._answers: dict[str, Any] = {}
        self._histories: dict[str, Any] = {}
        for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
            self._read(file)
        if not self._answers and not self._histories:
            raise SourceError(
                "There are no recorded answers",
                where=str(path),
                next_step=f"name a folder that --record has written, or an answer of {_OF_TASKS}",
            )

    def call(self, method: str, params: Mapping[str, Any]) -> Any:
        """
        The recorded result of a call.

        :raises SourceError: if the call was not recorded, or had an error for an answer.
        """
        if method == _OF_TASKS and self._histories:
            ids = [str(task_id) for task_id in params.get("ids", ())]
            return {
                task_id: self._histories[task_id] for task_id in ids if task_id in self._histories
            }
        if _name(method, params) not in self._answers:
            raise SourceError(
                f"The call {method} {json.dumps(dict(params))} was not recorded",
                where=str(self._path),
                next_step="record it with --record from a server, with the same parameters",
            )
        answer = self._answers[_name(method, params)]
        if answer.get("error_code"):
            raise SourceError(
                f"Conduit answered {answer['error_code']}: {answer.get('error_info')}",
                where=f"{self._path}: {method}",
                next_step="record the call again",
            )
        return answer["result"]

    def _read(self, file: Path) -> None:
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise SourceError(
                f"The recording cannot be read: {error}",
                where=str(file),
                next_step="record it again, or take it out of the folder",
            ) from error
        if "method" in found and "response" in found:
            self._answers.setdefault(
                _name(found["method"], found.get("params") or {}), found["response"]
            )
        elif isinstance(found.get("result"), dict):
            self._histories |= found["result"]


def write_recording(folder: Path, method: str, params: Mapping[str, Any], result: Any) -> None:
    """
    Keep an answer for :class:`Recordings`; tokens are no part of it.

    :param folder: made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    response = {"result": result, "error_code": None, "error_info": None}
    exchange = {"method": method, "params": dict(params), "response": response}
    text = json.dumps(exchange, ensure_ascii=False, indent=1)
    (folder / f"{method}_{_digest(method, params)}.json").write_text(text, encoding="utf-8")


def _name(method: str, params: Mapping[str, Any]) -> str:
    return f"{method} {json.dumps(params, sort_keys=True)}"


def _digest(method: str, params: Mapping[str, Any]) -> str:
    return hashlib.blake2b(_name(method, params).encode(), digest_size=6).hexdigest()


def phids_in(value: Any) -> Iterator[str]:
    """All PHIDs in an answer, keys of objects included."""
    if isinstance(value, str):
        if value.startswith("PHID-"):
            yield value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from phids_in(key)
            yield from phids_in(member)
    elif isinstance(value, list):
        for item in value:
            yield from phids_in(item)
