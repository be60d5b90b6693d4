"""Measurements of pipelines; docs/benchmarks.md has the figures."""

# It puts the plugins folder on the path.
import local as local
