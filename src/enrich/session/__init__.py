"""One run over one or more lists, and what it takes: inputs, sources, store, journal."""
