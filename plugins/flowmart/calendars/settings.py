"""Calendars as ``flowmart.yaml`` has them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator, model_validator

from flowmart.calendars.exporter import as_calendar
from flowmart.calendars.texts import read_day, read_extra_days, read_week
from flowmart.core.validation import Frozen
from flowmart.instance_settings import known_timezone
from flowmart.transform.calendar import Hours
from flowmart.transform.public_holidays import PublicHolidays

Week = Annotated[tuple[Hours, ...], BeforeValidator(read_week)]
Day = Annotated[date, BeforeValidator(read_day)]
ExtraDays = Annotated[dict[date, Hours | None], BeforeValidator(read_extra_days)]


class CalendarRules(Frozen):
    """
    What a calendar says from a day on.

    :param hours: weekday, or a range of them -> stretches of work.
    :param timezone: IANA zone of hours and days.
    :param country: whose public holidays are off: ISO 3166 code of two letters.
    :param subdivision: a state or region with holidays of its own.
    :param moved_days: whether days off that the state moves count, and weekend days that are worked
        for them.
    """

    hours: Week | None = None
    timezone: str | None = None
    country: str | None = None
    subdivision: str | None = None
    moved_days: bool | None = None

    @field_validator("country", "subdivision", mode="before")
    @classmethod
    def _is_no_boolean(cls, code: object) -> object:
        if isinstance(code, bool):
            raise ValueError('write the code in quotes, as "NO": YAML reads it as yes or no')
        return code

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str | None) -> str | None:
        return name and known_timezone(name)

    @model_validator(mode="after")
    def _known_holidays(self) -> CalendarRules:
        if self.country:
            PublicHolidays(self.country, self.subdivision).require_known()
        elif self.subdivision:
            raise ValueError(f"subdivision: write the country of {self.subdivision!r} beside it")
        return self


class CalendarVersion(CalendarRules):
    """
    A change of a calendar; what it does not name stays as it was.

    :param valid_from: its first day.
    """

    valid_from: Day


class CalendarSettings(CalendarRules):
    """
    A working calendar.

    :param inherits: the calendar that gives what this one leaves out; its days count here too.
    :param days_off: days without work.
    :param extra_days: day -> its hours, or ``normal`` for those of the weekday.
    :param versions: what changed when.
    """

    inherits: str | None = None
    days_off: list[Day] = Field(default_factory=list)
    extra_days: ExtraDays = Field(default_factory=dict)
    versions: list[CalendarVersion] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _by_tracker_exporters_settings(cls, given: Any) -> Any:
        return as_calendar(given) if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _days_agree(self) -> CalendarSettings:
        if both := sorted(set(self.days_off) & self.extra_days.keys()):
            raise ValueError(f"{both[0]} is in days_off and in extra_days; leave it in one of them")
        starts = [version.valid_from for version in self.versions]
        if starts != sorted(set(starts)):
            raise ValueError(
                f"versions: they are valid from {', '.join(map(str, starts))}; order them by their "
                "days, and leave one of each"
            )
        return self

    @property
    def days(self) -> dict[date, Hours | None]:
        """Single days -> their hours; None: those of the weekday."""
        return {**dict.fromkeys(self.days_off, ()), **self.extra_days}
