"""What keeps an installation well: checks before a run, and removal of what is old."""
