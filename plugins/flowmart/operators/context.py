"""The instance's settings in the form that the models take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.settings import load_settings
from flowmart.transform.runner import BatchContext

if TYPE_CHECKING:
    from flowmart.settings import InstanceSettings


def batch_context(settings: InstanceSettings, everything: bool) -> BatchContext:
    """
    Hand an instance's settings to the transform layer, which knows no configuration file.

    :param settings: the instance's settings.
    :param everything: whether the batch touches every issue of the instance.
    """
    return BatchContext(
        statuses={key: (s.category, s.is_waiting) for key, s in settings.statuses.items()},
        teams={ref: team for team, refs in settings.teams.items() for ref in refs},
        reporting_timezone=load_settings().reporting_timezone,
        cycle_time_policy=settings.cycle_time_policy,
        everything=everything,
    )
