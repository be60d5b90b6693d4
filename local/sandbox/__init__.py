"""Small, faithful servers of the trackers' APIs over one invented company, or recordings."""
