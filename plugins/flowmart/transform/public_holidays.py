"""Public holidays, by the library ``holidays``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from holidays import HolidayBase


@dataclass(frozen=True)
class PublicHolidays:
    """
    Whose holidays.

    :param country: ISO 3166 code of two letters.
    :param subdivision: the library's code of a state or region.
    :param moved_days: whether days off that the state moves count, and the weekend days that are
        worked instead.
    """

    country: str
    subdivision: str | None = None
    moved_days: bool = True

    def require_known(self) -> None:
        """
        Make sure that the library knows the country and the subdivision.

        :raises ValueError: if it does not.
        """
        try:
            known = _read(PublicHolidays(self.country), ())
        except NotImplementedError:
            raise ValueError(
                f"no public holidays are known of the country {self.country!r}; use a code such "
                "as DE, or leave it out and list `days_off`"
            ) from None
        subdivisions = {*known.subdivisions, *known.subdivisions_aliases}
        if self.subdivision and self.subdivision not in subdivisions:
            raise ValueError(
                f"{self.country} has no subdivision {self.subdivision!r}; "
                f"use one of {', '.join(known.subdivisions) or 'none: leave it out'}"
            )


def public_days(
    holidays: PublicHolidays | None, years: Iterable[int]
) -> tuple[frozenset[date], frozenset[date]]:
    """
    Days that are off, and weekend days that are worked.

    The library lists as worked each day from which a day off was moved, also where it is a holiday
    itself: those are not worked.
    """
    if holidays is None:
        return frozenset(), frozenset()
    known = _read(holidays, years)
    if holidays.moved_days:
        return frozenset(known), frozenset(known.weekend_workdays - known.keys())
    return frozenset(day for day in known if not _is_moved(known, day)), frozenset()


def known_years(holidays: PublicHolidays | None) -> range:
    """The years whose holidays the library knows."""
    if holidays is None:
        return range(1, 10_000)
    known = _read(PublicHolidays(holidays.country), ())
    return range(known.start_year, known.end_year + 1)


def _is_moved(known: HolidayBase, day: date) -> bool:
    label = getattr(known, "substituted_label", None)
    if not label:
        return False
    prefix = known.tr(label).partition("%s")[0]
    return all(name.startswith(prefix) for name in known.get_list(day))


def _read(holidays: PublicHolidays, years: Iterable[int]) -> HolidayBase:
    # The library takes a moment to import, and few configurations need it.
    from holidays import country_holidays

    return country_holidays(
        holidays.country,
        subdiv=holidays.subdivision,
        years=years,
        observed=holidays.moved_days,
        expand=False,
    )
