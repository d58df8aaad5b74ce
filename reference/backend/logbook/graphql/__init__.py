"""The GraphQL API of Logbook."""
