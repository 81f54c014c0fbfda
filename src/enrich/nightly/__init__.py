"""The unattended run: every list of the settings, asked for together, written one by one.

Lists are taken in groups, so that a request holds works of many lists and memory holds only one group. A list that
fails costs only itself.
"""

from enrich.nightly.night_outcomes import ListOutcome, NightIsActiveError, NightOutcome
from enrich.nightly.running import LOCK, lists_of, run_night

__all__ = ["LOCK", "ListOutcome", "NightIsActiveError", "NightOutcome", "lists_of", "run_night"]
