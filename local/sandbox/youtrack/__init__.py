"""A small, faithful YouTrack server over the invented company, seen through its REST API."""
