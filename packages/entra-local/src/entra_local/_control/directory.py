"""Changes the directory, and takes and gives back snapshots."""
