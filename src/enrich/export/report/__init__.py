"""The report: one self-contained page to read, search and check a bibliography with."""
