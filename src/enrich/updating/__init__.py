"""A bibliography brought up to date in place: which field of which entry gets which value, who says so, and the edits."""
