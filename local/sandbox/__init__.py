"""A small, faithful Phabricator/Phorge Conduit server over invented or recorded data."""
