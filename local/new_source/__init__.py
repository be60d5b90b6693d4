"""``make new-source NAME=some_tracker``: the skeleton of a new source (docs/adding_a_source.md)."""
