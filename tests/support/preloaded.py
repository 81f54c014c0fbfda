"""What a command imports and reads before it does anything, once for all commands of a test run."""

from enrich.matching.model import load_model

load_model()
