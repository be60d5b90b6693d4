"""What ``flowmart.yaml`` says about the aggregates of ``flow_metrics``."""

from __future__ import annotations

from pydantic import Field, model_validator

from flowmart.core.validation import Frozen


class ForecastSettings(Frozen):
    """
    What forecasts are made from.

    :param weeks: how many weeks up to now are drawn from.
    :param minimum_weeks: how many of them have to be known.
    """

    weeks: int = Field(default=13, ge=1, le=520)
    minimum_weeks: int = Field(default=10, ge=1)

    @model_validator(mode="after")
    def _a_minimum_that_can_be_reached(self) -> ForecastSettings:
        if self.minimum_weeks > self.weeks:
            raise ValueError(
                f"minimum_weeks is {self.minimum_weeks}, and no more than {self.weeks} weeks are "
                "drawn from: lower it, or raise weeks"
            )
        return self


class PaceBandSettings(Frozen):
    """
    What pace bands are made from.

    :param weeks: deliveries of how many weeks up to now.
    :param minimum_items: how many deliveries a band needs.
    """

    weeks: int = Field(default=13, ge=1, le=520)
    minimum_items: int = Field(default=5, ge=1)
