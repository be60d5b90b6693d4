"""Facts that depend on other records of their entity, such as an issue on those that block it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.core.errors import OutdatedBatchError
from flowmart.engines.base import PUBLISHED_KEYS
from flowmart.transform.touched import followers_of

if TYPE_CHECKING:
    from flowmart.publish.publishing import Publishing
    from flowmart.transform.touched import Follower


def require_current_records(publishing: Publishing, entity: str) -> None:
    """
    Check that an overtaken batch was built on the records that are published, or come with it.

    :raises OutdatedBatchError: if rows that it takes depend on a record that another run may have
        published since, or rows that another run published depend on a record that it takes.
    """
    for follower in followers_of(entity, publishing.project.contracts()):
        for rows in (_built_on_others(publishing, follower), _others(publishing, follower)):
            if count := publishing.count(rows):
                raise OutdatedBatchError(
                    f"Another run published records on which {count} rows of {follower.fact} "
                    f"depend by {follower.column}",
                    where=str(publishing.batch),
                    next_step="build the batch again",
                )


def _built_on_others(publishing: Publishing, follower: Follower) -> str:
    """Rows of keys that the batch takes, about published records that it does not take."""
    entity = follower.entity
    published = publishing.publication.current(PUBLISHED_KEYS)
    return (
        f"{publishing.stage(follower.fact)} "
        f"where {entity}_key in ({publishing.taken(entity)}) "
        f"and {follower.column} not in ({publishing.taken(entity)}) "
        f"and {follower.column} in (select record_key from {published} "
        f"where {publishing.own} and entity = '{entity}')"
    )


def _others(publishing: Publishing, follower: Follower) -> str:
    """Published rows of keys that the batch does not take, about records that it takes."""
    entity = follower.entity
    return (
        f"{publishing.publication.current(follower.fact)} "
        f"where {publishing.own} and {follower.column} in ({publishing.taken(entity)}) "
        f"and {entity}_key not in ({publishing.taken(entity)})"
    )
