"""Teams of people: nobody is in two of them on one day."""

from __future__ import annotations

from datetime import date

import pytest

from flowmart.core.people import Member, Membership, members_of, require_one_team_at_a_time

MAY, JUNE, JULY = (date(2026, month, 1) for month in (5, 6, 7))


def membership(begins: date | None = None, ends: date | None = None) -> Membership:
    return Membership.model_validate({"user": "ann", "from": begins, "to": ends})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((None, None), (None, None)),
        ((None, JUNE), (MAY, None)),
        ((MAY, JULY), (JUNE, None)),
        ((MAY, JULY), (None, JUNE)),
        ((MAY, None), (None, JULY)),
    ],
)
def test_memberships_that_share_a_day_are_refused(one, other):
    one, other = membership(*one), membership(*other)
    for teams in ({"A": [one], "B": [other]}, {"A": [other], "B": [one]}):
        with pytest.raises(
            ValueError, match="'ann' is in two teams, 'A' and 'B', at the same time"
        ):
            require_one_team_at_a_time(teams)
    with pytest.raises(ValueError, match="'ann' is twice in 'A' at the same time"):
        require_one_team_at_a_time({"A": [one, other]})


@pytest.mark.parametrize(
    ("one", "other"),
    [((None, JUNE), (JUNE, None)), ((MAY, JUNE), (JUNE, JULY)), ((MAY, JUNE), (JULY, None))],
)
def test_one_may_follow_the_other(one, other):
    for first, second in ((one, other), (other, one)):
        teams = {"A": [membership(*first)], "B": [membership(*second)]}
        assert members_of(require_one_team_at_a_time(teams)) == (
            Member("A", "ann", *first), Member("B", "ann", *second)
        )  # fmt: skip
