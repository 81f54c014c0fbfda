"""From accepted records to a work: a claim for every value, the selected one by a table, versions side by side."""
