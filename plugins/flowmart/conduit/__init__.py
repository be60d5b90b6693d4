"""A client of Phabricator's and Phorge's API for notebooks and scripts: docs/conduit_client.md."""

from flowmart.conduit.client import ConduitClient
from flowmart.conduit.recordings import Recordings
from flowmart.conduit.things import Thing

__all__ = ["ConduitClient", "Recordings", "Thing"]
