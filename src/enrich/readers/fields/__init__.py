"""Fields of an entry: what a piece of its text is."""
