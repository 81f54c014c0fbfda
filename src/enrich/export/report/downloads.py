"""The texts that the page hands out, work by work, as the exports write them: BibTeX, RIS and CSV.

Abstracts are left out: what somebody downloads from a page that was passed on holds bibliographic facts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from enrich.export import columns
from enrich.export.arrow import to_arrow
from enrich.export.cited_work import to_cited_works
from enrich.export.formats.bibtex import to_bibtex, to_entry
from enrich.export.formats.ris import to_ris
from enrich.export.groups import Section
from enrich.export.options import ExportOptions
from enrich.export.rows import ROWS
from enrich.export.spreadsheet import to_csv_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.model.work import Bibliography, Work

_OPTIONS = ExportOptions(bib_abstract=False)


def to_downloads(bibliography: Bibliography, works: Sequence[Work]) -> dict[str, dict[str, Any]]:
    """For each format the text of each work, in their order, and what stands before and behind them in a file."""
    shown = replace(bibliography, works=tuple(works))
    cited_works = [replace(cited, abstract=None) for cited in to_cited_works(shown, _OPTIONS)]
    head, *lines = to_csv_lines(columns.WORKS, to_arrow(columns.WORKS, ROWS[columns.WORKS.name](shown)))
    return {
        "bib": {**_around(bibliography, works), "works": [f"\n{to_entry(cited, _OPTIONS)}" for cited in cited_works]},
        "ris": {"head": "", "works": [text for cited in cited_works for text in to_ris([cited])], "tail": ""},
        "csv": {"head": f"\ufeff{head}", "works": lines, "tail": ""},
    }


def _around(bibliography: Bibliography, works: Sequence[Work]) -> dict[str, str]:
    """Preambles before the entries, and behind them the entries that lend them fields."""
    taken = {work.citation_key.lower() for work in works}
    parents = [one for known in bibliography.lists for one in known.parents if one.key.lower() not in taken]
    preambles = dict.fromkeys(one for known in bibliography.lists for one in known.preambles)
    head = "".join(to_bibtex([], Section(""), _OPTIONS, (), preambles))
    whole = "".join(to_bibtex([], Section(""), _OPTIONS, parents, preambles))
    return {"head": head, "tail": whole.removeprefix(head)}
