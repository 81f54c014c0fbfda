"""Titles, names, dates, venues, TeX and pages: pure functions on text."""
