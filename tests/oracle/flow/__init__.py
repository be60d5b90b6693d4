"""The flow metrics in plain Python: one issue at a time, no SQL, nothing of Flowmart."""
