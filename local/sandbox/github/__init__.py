"""GitHub: GraphQL over a schema of the sandbox's own, and REST, on the invented company."""
