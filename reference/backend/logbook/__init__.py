"""The log: entries, permissions and the GraphQL API."""
