"""PostgreSQL on one machine: an embedded server, and the databases that a stack has on it."""
