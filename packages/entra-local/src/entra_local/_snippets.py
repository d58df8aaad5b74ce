"""Has the settings to copy for each client library."""
