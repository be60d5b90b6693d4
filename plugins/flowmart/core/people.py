"""Teams of people, as configured."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from flowmart.core.spellings import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Membership(BaseModel):
    """
    A stretch of time in which someone belongs to a team.

    :param user: the source's id of the account, or its login.
    :param begins: first day; always, if left out. It is written ``from``.
    :param ends: first day on which they no longer belong to it; still, if left out. It is written
        ``to``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    user: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    begins: date | None = Field(default=None, alias="from")
    ends: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Membership:
        if self.begins and self.ends and self.ends <= self.begins:
            raise ValueError(
                f"{self.user!r} leaves on {self.ends}, but comes on {self.begins}; "
                "let `to` be the first day after the last one"
            )
        return self

    def overlaps(self, other: Membership) -> bool:
        """Whether both hold on some day."""
        return _before(self.begins, other.ends) and _before(other.begins, self.ends)


class Member(NamedTuple):
    """A row of the configured teams; the columns of ``settings_table('member')``."""

    team: str
    user_ref: str
    valid_from: date | None
    valid_to: date | None


def _before(begins: date | None, ends: date | None) -> bool:
    return begins is None or ends is None or begins < ends


def require_one_team_at_a_time(
    people: Mapping[str, Sequence[Membership]],
) -> Mapping[str, Sequence[Membership]]:
    """
    Make sure that nobody is in two teams on one day, or twice in one.

    :param people: team -> its members.
    :raises ValueError: naming the person, the teams and what to change.
    """
    known: dict[str, list[tuple[str, Membership]]] = {}
    for team, memberships in people.items():
        if not team.strip():
            raise ValueError("a team has an empty name")
        for own in memberships:
            for other_team, other in known.setdefault(plain(own.user), []):
                if own.overlaps(other):
                    teams = f"{other_team!r} and {team!r}"
                    where = (
                        f"in two teams, {teams}," if team != other_team else f"twice in {team!r}"
                    )
                    raise ValueError(
                        f"{own.user!r} is {where} at the same time; let one of the memberships "
                        "end, by `to`, before the other begins, by `from`"
                    )
            known[plain(own.user)].append((team, own))
    return people


def members_of(people: Mapping[str, Sequence[Membership]]) -> tuple[Member, ...]:
    """All memberships as rows."""
    return tuple(
        Member(team, membership.user, membership.begins, membership.ends)
        for team, memberships in people.items()
        for membership in memberships
    )
