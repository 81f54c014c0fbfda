"""Works as a run would know them, made of records that a test writes: for what only needs the facts."""

from __future__ import annotations

from datetime import UTC, datetime

from enrich.merge.works import Beliefs, to_work, work_id_of
from enrich.model.dates import parse_partial_date
from enrich.model.identifiers import parse_identifier
from enrich.model.record import Record, Stage, WorkType
from enrich.model.verdict import Status, Verdict
from enrich.readers import read_files
from enrich.updating.changes import Policy
from enrich.updating.own_values import to_known
from enrich.updating.update import update_text, updated_text

AT = datetime(2026, 11, 20, tzinfo=UTC)
TITLE = "Neural Ordinary Differential Equations"


def record(source="crossref", *identifiers, **fields):
    """What a source says; published at a conference unless it says otherwise."""
    found = tuple(parse_identifier(*one.split(":", 1)) for one in identifiers)
    usual = {"title": TITLE, "type": WorkType.CONFERENCE, "stage": Stage.PUBLISHED, "retrieved_at": AT}
    if isinstance(fields.get("date"), str):
        fields["date"] = parse_partial_date(fields["date"])
    return Record(source=source, identifiers=found, **{**usual, **fields})


def preprint(number="1806.07366", **fields):
    """What arXiv says."""
    usual = {"type": WorkType.PREPRINT, "stage": Stage.SUBMITTED, "year": 2018, "date": "2018-06-19"}
    return record("arxiv", f"arxiv:{number}", **{**usual, **fields})


def known(text, *records, status=Status.EXACT):
    """Every entry of a BibTeX text with one work, of which the records tell."""
    entries = read_files({"x.bib": text.encode()}, name="x", source="x.bib", reader="bibtex").entries
    pairs = []
    for entry in entries:
        identifiers = dict.fromkeys([*entry.identifiers, *(one for known in records for one in known.identifiers)])
        evidence = Beliefs(
            entries=[("x", entry)],
            sources=["x.bib"],
            records=[(one, "identifier") for one in records],
            identifiers=list(identifiers),
            verdict=Verdict(status, "titles_equal"),
            read_at=AT,
        )
        pairs.append((entry, to_work(work_id_of(evidence), evidence)))
    return to_known(pairs)


def update(text, *records, policy=Policy.UPGRADE, status=Status.EXACT, **options):
    """The update of a text of which the records tell, which must change nothing more when it is repeated."""
    found = update_text(text, known(text, *records, status=status), policy, **options)
    after = updated_text(found)
    again = update_text(after, known(after, *records, status=status), policy, **options)
    assert updated_text(again) == after
    return found


def updated(text, *records, **options):
    """The text after an update."""
    return updated_text(update(text, *records, **options))
