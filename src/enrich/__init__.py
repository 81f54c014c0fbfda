"""Turns a reading list into a citable, always current, traceable bibliography."""

DISTRIBUTION = "enrich-bib"
"""What pip installs; the command and the import are ``enrich``."""
