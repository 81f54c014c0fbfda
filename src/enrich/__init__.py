"""Turns a reading list into a citable, always current, traceable bibliography."""
