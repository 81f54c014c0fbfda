"""Speed, memory and request counts, as ratios against something run in the same call or as counts."""
