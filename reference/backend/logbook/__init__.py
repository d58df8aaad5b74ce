"""The log: entries, who may do what with them, and the GraphQL API over both."""
