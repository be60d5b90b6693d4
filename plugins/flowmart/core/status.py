"""What a status means for flow, as declared by a source or by the configuration."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class StatusMeaning(BaseModel):
    """
    The meaning of a status.

    :param category: its place in the flow.
    :param is_waiting: whether issues in it wait instead of being worked on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: Literal["todo", "in_progress", "done"]
    is_waiting: bool = False
