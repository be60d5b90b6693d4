"""What a status means for flow: one form for a source's facts and for the configuration."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class StatusMeaning(BaseModel):
    """
    What a status means.

    :param category: its place in the flow.
    :param is_waiting: whether work rests while an issue is in it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: Literal["todo", "in_progress", "done"]
    is_waiting: bool = False
