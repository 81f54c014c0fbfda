"""The values that flow through a run: entry, identifier, record, verdict, claim, work, finding. No I/O."""
