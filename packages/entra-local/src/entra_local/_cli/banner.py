"""Says at start what this is, and where."""
