"""Prefect flows around the commands, the only place that knows Prefect: ``python -m enrich.flows.NAME``.

``enrich_list`` is ``enrich run``, ``nightly`` is ``enrich nightly`` on a schedule, ``bulk_resolve`` is
``enrich resolve`` in partitions. Whoever imports them without the extra ``flows`` is told so in one line and leaves
with exit code 2.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

from enrich.errors import ExitCode

if find_spec("prefect") is None:
    print("enrich: flows need the extra 'flows'; pip install 'enrich-bib[flows]'", file=sys.stderr)  # noqa: T201
    sys.exit(ExitCode.BAD_INPUT)
