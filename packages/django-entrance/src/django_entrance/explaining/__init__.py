"""Says in words what a refusal, an error code of Entra's, an event or a token means with these settings."""
