"""Merging: one value per field by the table, a claim for each, versions side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from enrich.export.cited_work import to_cited_work
from enrich.export.options import ExportOptions
from enrich.merge.claims import Value
from enrich.merge.precedence import CORRECTIONS
from enrich.merge.works import Beliefs, to_work, work_id_of
from enrich.model.dates import PartialDate
from enrich.model.entry import Entry, EntryKind, Link, LinkRole, StatedField
from enrich.model.identifiers import parse_arxiv, parse_identifier
from enrich.model.record import Record, Relation, RelationKind, Stage, WorkType
from enrich.model.reference import NearRecord
from enrich.model.verdict import Status, Verdict
from enrich.model.work import DeadLink, Refusal
from enrich.text.names import parse_name

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NODE = parse_arxiv("1806.07366")
DOI = parse_identifier("doi", "10.1000/x")
NEURIPS = "Advances in Neural Information Processing Systems"
ENTRY = Entry(
    order=1, line=7, title="Neural ODE", venue="NeurIPS", year=2019, links=(Link("https://x.org", "p", LinkRole.PAPER),)
)


def record(source, *identifiers, minutes=0, **fields):
    return Record(source=source, identifiers=identifiers, retrieved_at=NOW + timedelta(minutes=minutes), **fields)


PREPRINT = record(
    "arxiv", NODE, title="Neural Ordinary Differential Equations", authors=(parse_name("Ricky T. Q. Chen"),),
    type=WorkType.PREPRINT, stage=Stage.SUBMITTED, date=PartialDate(2018, 6, 19), year=2018, venue="arXiv",
    relations=(Relation(RelationKind.IS_PREPRINT_OF, DOI),),
)  # fmt: skip
PUBLISHED = record(
    "crossref", DOI, title="Neural ordinary differential equations.", authors=(parse_name("R. Chen"),),
    type=WorkType.CONFERENCE, stage=Stage.PUBLISHED, year=2019, venue="NeurIPS", volume="31", citation_count=4,
)  # fmt: skip


def merge(*records, entry=ENTRY, identifiers=(NODE, DOI), **more):
    evidence = Beliefs(
        entries=[("list", entry)],
        sources=["list.md"],
        records=[(one, "identifier") for one in records],
        identifiers=identifiers,
        verdict=None,
        read_at=NOW,
        **more,
    )
    return to_work(work_id_of(evidence), evidence)


def test_title_comes_from_the_preprint_and_the_edition_from_the_publisher():
    work = merge(PREPRINT, PUBLISHED)
    assert work.work_id == "arxiv:1806.07366"
    assert work.title == "Neural Ordinary Differential Equations"
    assert work.authors[0].given == "Ricky T. Q."
    assert (work.type, work.venue, work.year, work.volume) == (WorkType.CONFERENCE, NEURIPS, 2019, "31")
    assert work.venue_short == "NeurIPS"
    assert str(work.date) == "2018-06-19"


def test_a_complete_list_of_authors_counts_before_one_that_is_not():
    cut = replace(PREPRINT, authors_truncated=True)
    assert merge(cut, PUBLISHED).authors == PUBLISHED.authors
    assert not merge(cut, PUBLISHED).authors_truncated
    written = replace(ENTRY, authors=("Chen",), authors_truncated=True)
    alone = merge(identifiers=(), entry=written)
    assert (alone.authors_truncated, alone.authors[0].is_organization) == (True, False)
    assert not merge(PUBLISHED, entry=written).authors_truncated


def test_every_value_of_every_source_is_a_claim_with_a_reason():
    work = merge(PREPRINT, PUBLISHED)
    titles = [(claim.source, claim.is_selected, claim.reason) for claim in work.claims if claim.field == "title"]
    assert titles == [
        ("arxiv", True, "preferred to crossref, list"),
        ("crossref", False, "arxiv is preferred"),
        ("list", False, "arxiv is preferred"),
    ]
    assert all(claim.retrieved_at.tzinfo for claim in work.claims)


def test_a_source_is_not_called_the_only_one_where_another_speaks_of_the_field():
    work = merge(PREPRINT, PUBLISHED, entry=replace(ENTRY, year=PUBLISHED.year))
    reasons = {claim.field: claim.reason for claim in work.claims if claim.is_selected}
    speakers = {}
    for claim in work.claims:
        speakers.setdefault(claim.field, set()).add(claim.source)
    alone = {field for field, reason in reasons.items() if reason == "the only source"}
    assert alone
    assert not [field for field in alone if len(speakers[field]) > 1]


def test_both_versions_stay_on_the_work_with_the_evidence():
    preprint, published = merge(PREPRINT, PUBLISHED).versions
    assert (preprint.stage, preprint.identifiers) == (Stage.SUBMITTED, (NODE,))
    assert (published.stage, published.venue, published.identifiers) == (Stage.PUBLISHED, "NeurIPS", (DOI,))
    assert "arxiv: is_preprint_of doi:10.1000/x" in preprint.evidence


def test_an_unknown_count_is_none_and_a_known_one_keeps_source_and_date():
    assert merge(PREPRINT).citation_count is None
    work = merge(PREPRINT, PUBLISHED, record("semantic_scholar", NODE, minutes=5, title="x", citation_count=0))
    assert (work.citation_count, work.citation_count_source) == (0, "semantic_scholar")
    assert work.citation_count_at == NOW + timedelta(minutes=5)


def test_a_count_is_said_by_who_counted_whether_it_is_selected_or_not():
    passed_on = record("catalogue", NODE, citation_count=9, citation_count_source="openalex")
    alone = merge(PREPRINT, passed_on)
    assert (alone.citation_count, alone.citation_count_source) == (9, "openalex")
    beside = merge(PREPRINT, passed_on, record("crossref", DOI, title="x", citation_count=4))
    said = [(one.source, one.value, one.is_selected) for one in beside.claims if one.field == "citation_count"]
    assert said == [("crossref", "4", True), ("openalex", "9", False)], "a catalogue is trusted as one"
    assert beside.citation_count_source == "crossref"


VOLUME = "Proceedings of the 36th International Conference on Machine Learning"


def test_the_venue_is_the_series_and_the_title_of_its_volume_stands_apart():
    work = merge(PREPRINT, replace(PUBLISHED, venue=VOLUME))
    assert (work.venue, work.venue_short) == ("International Conference on Machine Learning", "ICML")
    assert work.volume_title == VOLUME
    assert to_cited_work(work, ExportOptions()).container == VOLUME
    other = merge(PREPRINT, PUBLISHED, replace(PUBLISHED, source="openalex", venue=VOLUME))
    assert (other.venue, other.volume_title) == (NEURIPS, None), "of another series"
    assert merge(PREPRINT).volume_title is None


def test_a_work_with_an_arxiv_link_that_nobody_knows_is_a_preprint():
    bare = replace(ENTRY, venue=None, identifiers=(NODE,))
    nobody = merge(entry=bare, identifiers=(NODE,))
    assert (nobody.type, nobody.venue) == (WorkType.PREPRINT, "arXiv")
    assert merge(entry=bare, identifiers=(DOI,)).type is WorkType.UNKNOWN


def test_the_label_of_the_list_counts_only_where_nobody_knows():
    assert merge(PREPRINT).year == 2018
    nobody = merge(identifiers=())
    assert (nobody.year, nobody.venue, nobody.status) == (2019, NEURIPS, "not_found")


def test_a_preprint_without_a_publication_is_a_preprint():
    work = merge(PREPRINT, identifiers=(NODE,))
    assert (work.type, work.venue, len(work.versions)) == (WorkType.PREPRINT, "arXiv", 1)
    article = record("crossref", DOI, title="Neural ODE", type=WorkType.JOURNAL, stage=Stage.PUBLISHED)
    assert merge(article, entry=replace(ENTRY, venue=None)).venue is None, "that it lies on arXiv too says nothing"


def test_software_is_its_repository_and_the_paper_about_it_another_work():
    repository = parse_identifier("github", "rtqichen/torchdiffeq")
    entry = Entry(order=1, line=1, title="torchdiffeq", kind=EntryKind.SOFTWARE, identifiers=(repository,))
    work = merge(
        record("github", repository, title="torchdiffeq", license="MIT"), entry=entry, identifiers=(DOI, repository)
    )
    assert (work.work_id, work.type, work.license) == ("github:rtqichen/torchdiffeq", WorkType.SOFTWARE, "MIT")


def test_a_work_that_nobody_knows_keeps_an_id_of_its_title():
    first, second = merge(identifiers=()), merge(identifiers=())
    assert first.work_id == second.work_id
    assert first.work_id.startswith("title:")


def test_equal_records_in_another_order_make_the_same_work():
    assert merge(PREPRINT, PUBLISHED).claims == merge(PUBLISHED, PREPRINT).claims


def test_a_venue_is_named_in_full_whoever_cuts_it_short():
    short = record("dblp", DOI, venue="J. Mach. Learn. Res.", type=WorkType.JOURNAL, stage=Stage.PUBLISHED, year=2018)
    full = record("crossref", DOI, venue="Scientific Reports", type=WorkType.JOURNAL, stage=Stage.PUBLISHED, year=2018)
    assert merge(short).venue == "J. Mach. Learn. Res.", "nobody says what it is short for"
    spelled = replace(short, source="semantic_scholar", venue="Journal of Machine Learning Research")
    work = merge(short, spelled)
    assert (work.venue, work.venue_short) == ("Journal of Machine Learning Research", "JMLR")
    acronym = merge(replace(short, venue="JMLR"))
    assert (acronym.venue, acronym.venue_short) == ("Journal of Machine Learning Research", "JMLR")
    assert merge(replace(full, venue="Sci. Rep."), replace(full, source="openalex")).venue == "Scientific Reports"
    written = replace(ENTRY, venue="JMLR", label="Journal of Machine Learning Research 2018")
    assert merge(entry=written, identifiers=()).venue == "Journal of Machine Learning Research"
    workshop = replace(ENTRY, venue="NeurIPS", label="NeurIPS 2020 Workshop")
    assert merge(entry=workshop, identifiers=()).venue == "NeurIPS", "a workshop stands in no proceedings of its host"


def dois_of(work):
    return [(one.value, one.reason) for one in work.claims if one.field == "doi" and one.is_selected]


def test_what_two_editions_say_is_not_mixed():
    paper = record("crossref", DOI, venue="Wells 2019", pages="1--9", type=WorkType.CONFERENCE, stage=Stage.PUBLISHED,
                   year=2019)  # fmt: skip
    other = parse_identifier("doi", "10.1000/journal")
    article = record("crossref", other, venue="A Journal of Wells", volume="7", issue="2", type=WorkType.JOURNAL,
                     stage=Stage.PUBLISHED, year=2021)  # fmt: skip
    work = merge(PREPRINT, paper, article, identifiers=(NODE, DOI, other))
    assert (work.venue, work.year, work.pages, work.volume, work.issue) == ("Wells 2019", 2019, "1--9", None, None)
    assert [str(one) for one in work.identifiers] == ["arxiv:1806.07366", "doi:10.1000/x", "doi:10.1000/journal"]
    volumes = [(one.value, one.is_selected, one.reason) for one in work.claims if one.field == "volume"]
    assert volumes == [("7", False, "of another version")]
    assert dois_of(work) == [("10.1000/x", "of the version to cite")]
    linked = replace(ENTRY, identifiers=(other,))
    chosen = merge(PREPRINT, paper, article, entry=linked, identifiers=(NODE, DOI, other))
    assert (chosen.venue, chosen.year, chosen.volume, chosen.pages) == ("A Journal of Wells", 2021, "7", None)
    assert chosen.identifier("doi") == "10.1000/journal"
    assert dois_of(chosen) == [("10.1000/journal", "of the version to cite")]
    assert {str(one) for version in chosen.versions for one in version.identifiers} >= {f"doi:{DOI.value}", str(other)}


def id_of(*identifiers, **facts):
    entry = Entry(**{"order": 1, "line": 7, "title": None, "kind": EntryKind.PAPER, **facts})
    found = [parse_identifier(*one.split(":", 1)) for one in identifiers]
    given = {"sources": ["l"], "records": [], "verdict": None, "read_at": NOW}
    return work_id_of(Beliefs(entries=[("list", entry)], identifiers=found, **given))


def test_the_id_of_a_work_is_its_preferred_identifier_whoever_named_it_first():
    assert id_of("doi:10.1000/x", "arxiv:1806.07366") == id_of("arxiv:1806.07366", "doi:10.1000/x") == f"{NODE}"
    assert id_of("doi:10.1000/y", "doi:10.1000/x") == "doi:10.1000/x"
    assert id_of("doi:10.1000/x", "github:o/n", kind=EntryKind.SOFTWARE) == "github:o/n"
    assert id_of("github:o/n", title="A") == id_of(title="A")
    assert id_of("github:o/n", "url:https://x.org/a", "doi:10.1000/x") == "doi:10.1000/x"


def test_without_an_identifier_the_id_is_made_of_what_the_entry_says():
    pages = {"links": (Link("https://x.org", "p", LinkRole.PAPER),)}
    texts = [
        id_of(title="Neural ODE"), id_of(quote="Words of it"), id_of(**pages),
        id_of(fields=(StatedField("note", "A"),)), id_of(fields=(StatedField("note", "B"),)), id_of(),
    ]  # fmt: skip
    assert len(set(texts)) == len(texts)
    assert all(one.startswith("title:") and len(one) == 22 for one in texts)
    assert id_of(title="Neural  ode", quote="Words of it", **pages) == texts[0]
    assert id_of(quote="Words of it", **pages) == texts[1]


def test_a_work_is_complete_with_a_title_and_all_its_authors():
    ada = (parse_name("Ada Byron"),)
    untitled = replace(ENTRY, title=None)
    for record_facts, entry, status in (
        ({"title": "T", "authors": ada}, ENTRY, "ok"),
        ({"title": "T", "authors": ada, "authors_truncated": True}, ENTRY, "partial"),
        ({"title": "T"}, ENTRY, "partial"),
        ({"authors": ada}, untitled, "partial"),
    ):
        assert merge(record("crossref", DOI, **record_facts), entry=entry).status == status
    assert merge().status == "not_found"
    nameless = merge(record("crossref", DOI, authors=ada), entry=untitled)
    assert (nameless.title, nameless.title_source) == ("", "")
    assert merge(PUBLISHED).title_source == PUBLISHED.title


def test_the_short_form_of_a_venue_is_who_gives_one_or_that_of_the_table():
    own = record("dblp", DOI, venue="NeurIPS", venue_short="NIPS", stage=Stage.PUBLISHED, type=WorkType.CONFERENCE)
    assert merge(own).venue_short == "NIPS"
    assert merge(PUBLISHED).venue_short == "NeurIPS"


def test_what_was_refused_compared_or_missed_stays_on_the_work():
    refusal = Refusal(identifier=NODE, title="Another Work", source="crossref", reason="titles_differ")
    near = NearRecord(record=PUBLISHED, verdict=Verdict(Status.DIFFERENT, "titles_differ"), by_identifier=False)
    dead = DeadLink(identifier=NODE, url="https://x.org", source="arxiv", missed_at=NOW)
    work = merge(PREPRINT, refusals=[refusal], near=[near], dead_links=[dead])
    assert (work.refusals, work.near, work.dead_links) == ((refusal,), (near,), (dead,))


def by_hand(field, value):
    return Value(field, value, CORRECTIONS, NOW, None, "", "correction", is_published=True)


@pytest.mark.parametrize(
    ("corrected", "work_type"),
    [
        ({}, WorkType.PREPRINT),
        ({"venue": "NeurIPS"}, WorkType.CONFERENCE),
        ({"venue": "JMLR"}, WorkType.JOURNAL),
        ({"venue": "Nowhere Known"}, WorkType.PREPRINT),
        ({"venue": "NeurIPS", "type": WorkType.JOURNAL}, WorkType.JOURNAL),
        ({"type": WorkType.THESIS}, WorkType.THESIS),
    ],
)
def test_a_curator_who_names_the_venue_says_the_type(corrected, work_type):
    work = merge(PREPRINT, corrected=[by_hand(*one) for one in corrected.items()])
    assert work.type is work_type
