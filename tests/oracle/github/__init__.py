"""GitHub's truth as the sandbox wrote it down, and what the marts should say of it."""
