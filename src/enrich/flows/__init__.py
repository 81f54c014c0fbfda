"""Prefect flows around the commands, the only place that knows Prefect: ``python -m enrich.flows.NAME``.

``enrich_list`` is ``enrich run``, ``nightly`` is ``enrich nightly`` on a schedule, ``bulk_resolve`` is
``enrich resolve`` in partitions. Whoever imports them without the extra ``flows`` is told so in one line and leaves
with exit code 2.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

from enrich.errors import ExitCode

if find_spec("prefect") is None:
    print("enrich: flows need the extra 'flows'; pip install 'enrich-bib[flows]'", file=sys.stderr)  # noqa: T201
    sys.exit(ExitCode.BAD_INPUT)

# Prefect reads these when it is imported; without a network its telemetry only logs errors.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
# A busy or slow machine makes the tables of Prefect's first database in more than the twenty seconds that it waits.
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
