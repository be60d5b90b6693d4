"""Phabricator's Conduit API over the invented company, or over recorded answers."""
