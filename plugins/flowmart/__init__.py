"""Flowmart: flow metrics from issue trackers, in a warehouse that you own."""
