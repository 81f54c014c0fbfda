"""Rounds: who can still supply something that is missing or stale is asked, until a round learns nothing."""
