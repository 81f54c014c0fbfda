"""A Zotero library kept in step with runs: each work is one item, and what a person changed there stays."""
