"""Smallest edits of a text that somebody wrote: spans with their new text; every other character stays."""
