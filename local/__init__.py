"""Everything that runs Flowmart on one machine: the stack, the embedded database, the sandbox."""
