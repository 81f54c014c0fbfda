"""A user's file changed in place: which value of which entry becomes what, who says so, and the edits that do it."""
