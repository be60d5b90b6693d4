"""Clients of the trackers that others wrote, unmodified, against the sandboxes."""
