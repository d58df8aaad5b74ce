"""Microsoft's own clients: MSAL Python, azure-identity, msal-node and msal-browser."""
