"""From entries and records to works in the making: which record belongs to which work."""
