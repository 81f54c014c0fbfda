"""The verdict on a reference, value by value: what contradicts, what stays open, what may be written in many ways."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from enrich.check import Inquiry, find_findings, judge_references, without_ignored
from enrich.matching.description import describe_record
from enrich.matching.verify import verify
from enrich.model.entry import ReadingList
from enrich.model.identifiers import parse_arxiv, parse_doi
from enrich.model.record import Notice, NoticeKind, Record, Relation, RelationKind, WorkType
from enrich.model.reference import Completeness, NearRecord
from enrich.model.verdict import Status, Verdict
from enrich.model.work import Refusal, Work
from enrich.readers import read_files
from enrich.session.inquiry import COMPARISONS
from enrich.sources.crossref import Crossref
from enrich.text.names import parse_name

NOW = datetime(2026, 11, 1, tzinfo=UTC)
DOI = parse_doi("10.5555/123")
PEOPLE = ("Ada Brown", "Jörg Müller", "Wei Zhang", "Mira van der Berg")
FIELDS = {
    "title": "Sparse Transport on Lattices: A Study",
    "author": " and ".join(PEOPLE),
    "booktitle": "International Conference on Machine Learning",
    "year": "2020",
    "doi": "10.5555/123",
}
RECORD = Record(
    source="crossref",
    identifiers=(DOI,),
    retrieved_at=NOW,
    title=FIELDS["title"],
    authors=tuple(map(parse_name, PEOPLE)),
    type=WorkType.CONFERENCE,
    venue="International Conference on Machine Learning",
    year=2020,
    pages="11--20",
)
PREPRINT = replace(
    RECORD, source="arxiv", identifiers=(parse_arxiv("2001.00001"),), type=WorkType.PREPRINT, venue="arXiv", year=2019,
    pages=None,
)  # fmt: skip


def listed(kind="inproceedings", **changes):
    fields = {name: value for name, value in (FIELDS | changes).items() if value is not None}
    text = f"@{kind}{{key,\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}\n"
    return read_files({"x.bib": text.encode()}, name="x", source="x.bib")


def judged(reading_list: ReadingList, *records, near=(), refusals=(), **known):
    work = Work(
        work_id="doi:10.5555/123", citation_key="k", title=FIELDS["title"], title_source="", type=WorkType.CONFERENCE,
        entry_orders=(("x", 1),), records=records, near=near, refusals=refusals,
        verdict=Verdict(Status.EXACT, "x") if records else None,
    )  # fmt: skip
    inquiry = Inquiry(today=date(2026, 11, 1), comparisons=COMPARISONS, **known)
    works = {1: work}
    found = find_findings(reading_list, works)
    (reference,), more = judge_references(reading_list, works, found, inquiry)
    return reference, (*found, *more)


def verdict(*records, kind="inproceedings", **changes):
    reference, _ = judged(listed(kind, **changes), *(records or (RECORD,)))
    return str(reference.status), [one.kind for one in reference.reasons]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": "{SPARSE} transport on lattices -- a study"},
        {"author": 'Brown, A. and M{\\"u}ller, J. and Zhang, W. and van der Berg, M.'},
        {"author": "Ada Brown and others"},
        {"author": "Brown, Ada and Mueller, Jorg and Zhang, Wei and Berg, Mira van der"},
        {"booktitle": "Proceedings of the 37th International Conference on Machine Learning, ICML 2020"},
        {"booktitle": "Proc. of the Thirty-Seventh Int. Conf. on Machine Learning"},
        {"booktitle": "ICML"},
        {"booktitle": "Proceedings of Machine Learning Research"},
        {"pages": "11-20"},
        {"doi": None},
    ],
)  # fmt: skip
def test_what_people_write_in_more_than_one_way_is_verified(changes):
    assert verdict(**changes)[0] == "verified"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"title": "Dense Transport on Lattices: A Study"}, "title_superseded"),
        ({"author": "Nora Feld and Paul Winter"}, "authors_differ"),
        ({"author": "Jörg Müller and Ada Brown and Wei Zhang and Mira van der Berg"}, "authors_differ"),
        ({"author": "Ada Brown and Wei Zhang"}, "authors_differ"),
        ({"author": FIELDS["author"] + " and Paul Winter"}, "authors_differ"),
        ({"author": "First Author and Second Author"}, "authors_differ"),
        ({"year": "2017"}, "year_differs"),
        ({"year": "2031"}, "future_year"),
        ({"booktitle": "NeurIPS"}, "venue_differs"),
        ({"booktitle": "Symposium on Imaginary Lattices"}, "venue_unknown"),
        ({"booktitle": "International Conference on Quantum Machine Learning"}, "venue_unknown"),
        ({"pages": "511--520"}, "pages_or_volume_differ"),
    ],
)
def test_a_value_that_every_record_contradicts(changes, kind):
    status, kinds = verdict(**changes)
    assert (status, kinds) == ("contradicted", [kind])
    _, findings = judged(listed(**changes), RECORD)
    assert [one.kind for one in findings if one.severity == "defect"] == [kind]  # once, not three times


def test_one_record_that_agrees_is_enough():
    other = replace(RECORD, source="openalex", year=2021, authors=RECORD.authors[:2], venue="NeurIPS")
    assert verdict(other, RECORD)[0] == "verified"


def test_a_slip_or_one_other_given_name_is_a_note():
    for names in ("Ada Brown and Jörg Müller and Wei Zhagn and Mira van der Berg",
                  "Ada Brown and Hans Müller and Wei Zhang and Mira van der Berg"):  # fmt: skip
        reference, findings = judged(listed(author=names), RECORD)
        assert reference.status == "verified"
        assert [(one.kind, one.severity) for one in findings] == [("authors_differ", "note")]


def test_years_between_preprint_and_article_are_right_and_those_of_a_conference_are_its_editions():
    journal = replace(RECORD, type=WorkType.JOURNAL, venue="Journal of Machine Learning Research", year=2022)
    for year in ("2019", "2020", "2021", "2022", "2023"):
        found = verdict(PREPRINT, journal, booktitle=None, journal="JMLR", year=year)
        assert found[0] == "verified", year
    assert verdict(PREPRINT, journal, booktitle=None, journal="JMLR", year="2025")[0] == "contradicted"
    assert verdict(RECORD, year="2021")[0] == "contradicted"


def test_a_preprint_in_place_of_the_article_is_out_of_date_and_not_wrong():
    reading_list = listed("misc", booktitle=None, doi=None, eprint="2001.00001v1", archiveprefix="arXiv", year="2019")
    reference, findings = judged(reading_list, replace(PREPRINT, version="v3"), RECORD)
    assert reference.status == "verified"
    assert {one.kind: str(one.severity) for one in findings} == {
        "published_version_exists": "stale",
        "superseded_version": "note",
    }


def test_a_preprint_as_published_is_contradicted_by_those_who_would_know():
    dblp = replace(PREPRINT, source="dblp")
    base = {"doi": None, "eprint": "2001.00001", "archiveprefix": "arXiv", "year": "2020"}
    assert verdict(PREPRINT, dblp, **base) == ("contradicted", ["claimed_as_published"])
    assert verdict(PREPRINT, **base) == ("open", ["unconfirmed"])
    assert verdict(PREPRINT, dblp, **base | {"year": "2026"})[0] != "verified"
    assert verdict(PREPRINT, dblp, **base | {"booktitle": "ICML 2020 Workshop on Lattices"})[0] == "open"


def test_an_identifier_of_another_work_or_of_none():
    refusal = Refusal(identifier=DOI, title="Tomatoes", source="crossref", reason="title")
    reference, findings = judged(listed(), refusals=(refusal, replace(refusal, source="openalex")))
    assert reference.status == "contradicted"
    assert [one.kind for one in findings] == ["title_of_another_work"]
    reference, findings = judged(listed(), nowhere={DOI: frozenset({"crossref", "openalex"})})
    assert [one.kind for one in findings] == ["doi_not_found"]
    reference, _ = judged(listed(), nowhere={DOI: frozenset({"crossref"})})
    assert reference.status == "open"  # it may be registered elsewhere


def test_a_doi_is_missing_only_where_its_agency_was_asked():
    silent = {DOI: frozenset({"crossref", "openalex"})}
    for case in (
        judged(listed("phdthesis"), nowhere=silent),
        judged(listed(), nowhere=silent, unanswered=("datacite",)),
    ):
        assert (case[0].status, case[1]) == ("open", ())
    both = {DOI: frozenset({"crossref", "datacite"})}
    assert [one.kind for one in judged(listed("phdthesis"), nowhere=both)[1]] == ["doi_not_found"]


def test_a_record_of_the_title_by_other_people_contradicts_unless_the_title_tells_nothing():
    def near(title):
        record = replace(RECORD, title=title, authors=(parse_name("Nora Feld"), parse_name("Paul Winter")))
        mine = replace(RECORD, identifiers=())
        judgement = verify(
            describe_record(replace(mine, title=title)), describe_record(replace(record, identifiers=()))
        )
        return NearRecord(record=record, verdict=judgement, by_identifier=False)

    reference, _ = judged(listed(doi=None), near=(near(FIELDS["title"]),))
    assert (reference.status, reference.reasons[0].kind) == ("contradicted", "authors_differ")
    reference, _ = judged(listed(doi=None, title="Editorial"), near=(near("Editorial"),))
    assert reference.status == "open"


def test_a_word_that_differs_in_a_title_that_nobody_knows():
    record = replace(RECORD, title="Dense Transport on Lattices: A Study")
    near = NearRecord(record=record, verdict=Verdict(Status.AMBIGUOUS, "title_uncertain"), by_identifier=False)
    assert [one.kind for one in judged(listed(doi=None), near=(near,))[0].reasons] == ["title_differs"]
    other = replace(near, record=replace(record, authors=RECORD.authors[:2]))
    reference, findings = judged(listed(doi=None), near=(other,), answered={1: ("dblp",)}, searched={1: ("dblp",)})
    assert [(one.kind, one.severity) for one in findings] == [("unresolved", "defect")]
    assert "Dense Transport" in findings[0].record_says
    assert reference.asked == ("dblp",)
    assert judged(listed(doi=None))[1] == ()  # nobody was asked: open, and no finding


def test_snapshots_hold_retractions():
    from enrich.catalogue.snapshots.json_lines import from_openalex, to_line

    assert from_openalex({"id": "https://openalex.org/W1", "title": "Wells", "is_retracted": True})["remarks"] == [
        "retracted"
    ]
    arxiv = {"id": "2001.00001", "title": "Wells", "authors": "A. Huber", "categories": "cs.LG", "versions": []}
    assert "remarks" not in to_line(arxiv)
    assert to_line(arxiv | {"comments": "This paper has been withdrawn by the author"})["remarks"] == ["withdrawn"]


@pytest.mark.parametrize(
    ("claim", "year", "status"),
    [
        (Completeness("all", 2026), "2020", "contradicted"),
        (Completeness("ICML", 2024), "2020", "contradicted"),
        (Completeness("ICML", 2019), "2020", "open"),
        (Completeness("NeurIPS", 2026), "2020", "open"),
    ],
)
def test_what_a_catalogue_must_hold_and_does_not(claim, year, status):
    reference, _ = judged(listed(doi=None, year=year), complete=(claim,))
    assert reference.status == status
    assert [one.kind for one in reference.reasons] == ["unresolved" if status == "contradicted" else "unconfirmed"]


def test_a_retraction_is_told_with_its_notice_and_leaves_the_verdict():
    notice = Notice(NoticeKind.RETRACTED, parse_doi("10.5555/n.1"), None, "retraction-watch")
    record = replace(RECORD, remarks=("corrected", "retracted"), notices=(notice,))
    reference, findings = judged(listed(), record)
    assert reference.status == "verified"
    ((kind, said),) = [(one.kind, one.record_says) for one in findings]
    assert kind == "retracted"
    assert "doi:10.5555/n.1" in said
    assert "retraction-watch" in said
    about = Relation(RelationKind.RETRACTS, parse_doi("10.5555/other"))
    assert judged(listed(), replace(record, relations=(about,)))[1] == ()
    kinds = [one.kind for one in judged(listed(), replace(RECORD, remarks=("expression of concern", "corrected")))[1]]
    assert kinds == ["expression_of_concern", "corrected"]


def test_crossref_names_the_notices_of_an_article_and_what_a_notice_is_about():
    day = {"date-parts": [[2010, 2, 6]]}
    update = {"DOI": "10.5555/n.1", "type": "retraction", "source": "retraction-watch", "updated": day}
    rows = [
        {"DOI": "10.5555/a.1", "title": ["Wells"], "type": "journal-article", "updated-by": [update, None]},
        {"DOI": "10.5555/n.1", "title": ["On Wells"], "type": "journal-article", "update-to": [update]},
    ]
    from enrich.model.request import Outcome, Reply, Request

    request = Request(source="crossref", url="https://example.org/works")
    content = json.dumps({"message": {"items": rows}}).encode()
    reply = Reply(request=request, outcome=Outcome.OK, status=200, content=content, retrieved_at=NOW)
    article, notice = Crossref().parse_reply(reply).records
    assert [(one.kind, str(one.identifier), str(one.date), one.said_by) for one in article.notices] == [
        ("retracted", "doi:10.5555/n.1", "2010-02-06", "retraction-watch")
    ]
    assert notice.notices == notice.remarks == ()
    assert [one.kind for one in notice.relations] == ["retracts"]


def test_a_record_comes_back_from_the_store_and_the_catalogue_with_its_notices():
    from enrich.catalogue.record_lines import parse_line, to_line
    from enrich.model.dates import PartialDate
    from enrich.store.codec import parse_record, to_json

    notices = (Notice(NoticeKind.RETRACTED, DOI, PartialDate(2010, 2), "publisher"), Notice(NoticeKind.CONCERN))
    record = replace(RECORD, notices=notices, authors_truncated=True)
    assert parse_record(to_json(record)) == record
    back = parse_line(to_line(record))
    assert (back.notices, back.authors_truncated, back.pages) == (notices, True, record.pages)


def test_what_a_curator_ignores_counts_for_no_verdict():
    reading_list = listed(year="2017")
    reference, findings = judged(reading_list, RECORD)
    assert reference.status == "contradicted"
    (mended,) = without_ignored([reference], findings, ())
    assert mended.status == "verified"


def test_a_list_of_prose_has_verdicts_too():
    text = "# L\n\n* Sparse Transport on Lattices: A Study: [ICML20](https://doi.org/10.5555/123)\n"
    prose = read_files({"x.md": text.encode()}, name="x", source="x.md")
    assert judged(prose, RECORD)[0].status == "verified"
    reference, findings = judged(prose, replace(RECORD, year=2017))
    assert reference.status == "contradicted"
    assert [one.kind for one in findings] == ["year_differs"]


@pytest.mark.parametrize("title", ["RETRACTED: {}", "Retracted Article: {}", "[Withdrawn] {}", "{} (Retracted)"])
def test_the_mark_of_a_retraction_is_no_part_of_a_title(title):
    from enrich.catalogue.record_lines import without_mark
    from enrich.sources.replies import to_sane

    marked = title.format(FIELDS["title"])
    record = to_sane(replace(RECORD, title=marked))
    kind = "withdrawn" if "Withdrawn" in title else "retracted"
    assert (record.title, record.remarks, record.retraction_status) == (FIELDS["title"], (kind,), kind)
    assert without_mark({"title": marked, "remarks": ["oral"]})["remarks"] == sorted(["oral", kind])
    for written in (FIELDS["title"], marked):
        reference, findings = judged(listed(title=written), record)
        assert (reference.status, [one.kind for one in findings]) == ("verified", [kind])


def test_a_snapshot_of_any_shape_has_clean_titles_and_retractions(tmp_path):
    from enrich.catalogue import Catalogue
    from enrich.catalogue.build import build_catalogue

    (tmp_path / "x.bib").write_text("@article{a, title={RETRACTED: Wells of the Hof Region}, doi={10.5555/1}}\n")
    line = {"id": "https://openalex.org/W1", "doi": "https://doi.org/10.5555/2", "title": "Withdrawn: Wells of the Hof"}
    (tmp_path / "x.jsonl").write_text(json.dumps(line) + "\n")
    build_catalogue([tmp_path / "x.bib", tmp_path / "x.jsonl"], tmp_path / "c")
    catalogue = Catalogue.open(tmp_path / "c")
    found = [*catalogue.find_title("Wells of the Hof Region"), *catalogue.find_title("Wells of the Hof")]
    catalogue.close()
    assert {(one.title, one.remarks) for one in found} == {
        ("Wells of the Hof Region", ("retracted",)),
        ("Wells of the Hof", ("withdrawn",)),
    }


def test_a_preprint_may_bear_the_year_of_any_of_its_versions():
    from enrich.model.dates import PartialDate

    base = {"kind": "misc", "booktitle": None, "doi": None, "eprint": "1706.00001", "archiveprefix": "arXiv"}
    mine = replace(PREPRINT, identifiers=(parse_arxiv("1706.00001"),), year=2017)
    revised = replace(mine, revised=PartialDate(2023, 8, 2))
    journal = replace(RECORD, type=WorkType.JOURNAL, venue="JMLR", year=2019)

    def status(year, *records):
        return str(judged(listed(**base, year=str(year)), *records)[0].status)

    for year in (2017, 2018, 2021, 2023):
        assert status(year, revised) == status(year, revised, journal) == "verified", year
    assert status(2025, revised, journal) == status(2014, revised, journal) == "contradicted"
    assert status(2023, mine, journal) == "open"  # nobody tells when it was revised
    assert status(2017, replace(mine, year=2023)) == "verified"  # its identifier tells the first year
    article = {"booktitle": "ICML", "doi": None, "eprint": "1706.00001", "archiveprefix": "arXiv", "year": "2023"}
    assert verdict(revised, RECORD, **article)[0] == "contradicted"  # a revision is no edition of the conference


@pytest.mark.parametrize("venue", ["NAACL-HLT (1)", "ICML (2)", "ECCV (4)", "ICML (II)"])
def test_a_volume_is_no_part_of_the_name_of_proceedings(venue):
    name = {"N": "NAACL", "I": "ICML", "E": "European Conference on Computer Vision"}[venue[0]]
    assert verdict(replace(RECORD, venue=venue), booktitle=name) == ("verified", [])
    assert verdict(replace(RECORD, venue=name), booktitle=venue) == ("verified", [])
    assert verdict(replace(RECORD, venue=venue), booktitle="KDD (1)") == ("contradicted", ["venue_differs"])


def test_another_given_name_of_the_only_author_is_a_note_where_the_identifier_agrees():
    record = replace(RECORD, authors=(parse_name("Grisha Perlmann"),))
    reference, findings = judged(listed(author="Grigori Perlmann"), record)
    assert (reference.status, [(one.kind, one.severity) for one in findings]) == (
        "verified",
        [("authors_differ", "note")],
    )
    for author in ("Grigori Hamilton", "Ada Brown and Grigori Perlmann"):
        assert verdict(record, author=author)[0] == "contradicted"
    assert verdict(record, author="Grigori Perlmann", doi=None)[0] == "contradicted"  # it may be another's work


EARLIER = {"type": WorkType.JOURNAL, "venue": "Bell System Technical Journal", "volume": "27", "pages": "379--423"}
REPRINT = {"kind": "article", "booktitle": None, "doi": None, "journal": "Mobile Computing Review", "volume": "5",
           "pages": "3--55"}  # fmt: skip


@pytest.mark.parametrize(
    ("record", "entry", "status"),
    [
        (EARLIER | {"year": 1948}, REPRINT | {"year": "2001"}, "open"),
        (EARLIER | {"year": 1948}, REPRINT | {"year": "2001", "author": "Nora Feld"}, "contradicted"),
        (EARLIER | {"year": 1948}, REPRINT | {"year": "2001", "doi": FIELDS["doi"]}, "contradicted"),
        (EARLIER | {"year": 2001}, REPRINT | {"year": "2001", "volume": None, "pages": None}, "contradicted"),
        ({"type": WorkType.BOOK, "venue": None},
         {"kind": "book", "booktitle": None, "doi": None, "year": "2011"}, "open"),
        ({"type": WorkType.JOURNAL, "venue": "JMLR", "year": 2003},
         {"kind": "techreport", "booktitle": None, "doi": None, "year": "1999"}, "open"),
        ({"type": WorkType.JOURNAL, "venue": "JMLR", "year": 2003}, {"doi": None, "year": "2001"}, "open"),
        ({"venue": "NeurIPS", "year": 2018}, {"doi": None, "year": "2020"}, "contradicted"),
    ],
)  # fmt: skip
def test_a_record_that_only_the_title_led_to_may_be_of_another_edition(record, entry, status):
    known = replace(RECORD, pages=None)
    known = replace(known, **record)
    by_title = NearRecord(record=known, verdict=Verdict(Status.AMBIGUOUS, "x"), by_identifier=False)
    reading_list = listed(**entry)
    for reference, _ in (judged(reading_list, known), judged(reading_list, near=(by_title,))):
        assert reference.status == status, reference.summary
    if status == "open":
        assert "another" in judged(reading_list, known)[0].summary
        claim = Completeness("all", 2026)
        assert judged(reading_list, known, complete=(claim,))[0].status == "contradicted"  # it would hold that one


@pytest.mark.parametrize(
    ("pages", "volume", "status"),
    [
        ("6000--6010", "30", "verified"),
        ("5997--6008", "30", "verified"),
        ("7998--8008", "30", "contradicted"),
        ("5998--6008", "217", "verified"),
        (None, "217", "contradicted"),
    ],
)
def test_other_counts_of_pages_and_volumes_are_notes(pages, volume, status):
    record = replace(RECORD, type=WorkType.JOURNAL, venue="JMLR", pages="5998--6008", volume="30")
    changes = {"booktitle": None, "journal": "JMLR", "pages": pages, "volume": volume}
    reference, findings = judged(listed("article", **changes), record)
    assert reference.status == status
    severity = "defect" if status == "contradicted" else "note"
    assert [(one.kind, one.severity) for one in findings] == [("pages_or_volume_differ", severity)]


@pytest.mark.parametrize(
    "workshop", ["ICML Workshops", "ICML 2020 Workshop on Lattices", "Workshop on Lattices at ICML", "ICMLW"]
)
def test_a_workshop_is_not_the_main_track(workshop):
    assert verdict(booktitle=workshop) == ("contradicted", ["venue_differs"])
    assert verdict(replace(RECORD, venue=workshop)) == ("contradicted", ["venue_differs"])
    assert verdict(replace(RECORD, venue=workshop), booktitle=workshop)[0] == "verified"


def test_what_is_not_compared_is_named():
    said = {"publisher": "Elsevier", "year": "to appear", "number": "7", "address": "Wien"}
    record = replace(RECORD, publisher="ACM", issue="4")
    reference, findings = judged(listed(**said), record)
    assert reference.status == "verified"
    assert {(one.kind, one.field, one.entry_says) for one in reference.reasons} == {
        ("pages_or_volume_differ", "pages", "issue 7"),
        ("uncompared", "publisher", "Elsevier"),
        ("uncompared", "place", "Wien"),
        ("uncompared", "year", "to appear"),
    }
    assert [one.kind for one in findings] == ["pages_or_volume_differ"]


@pytest.mark.parametrize(
    "series", ["Proceedings of Machine Learning Research", "Lecture Notes in Computer Science", "CEUR-WS", "LIPIcs"]
)
def test_a_series_of_proceedings_says_nothing_against_a_conference(series):
    assert verdict(replace(RECORD, venue=series))[0] == "verified"
    assert verdict(booktitle=series)[0] == "verified"
    assert COMPARISONS.venues(series, "ICML") is None


def test_the_journal_of_a_preprint_is_the_one_of_its_journal_reference():
    from enrich.catalogue.record_lines import parse_line
    from enrich.catalogue.snapshots.json_lines import to_line

    people = [[one.family, one.given, ""] for one in RECORD.authors]
    row = {
        "id": "2001.00001", "title": FIELDS["title"], "authors_parsed": people, "categories": "cs.LG",
        "journal-ref": "Phys. Rev. Lett. 116, 061102 (2021)",
        "versions": [{"version": "v1", "created": "Mon, 2 Apr 2020 19:18:42 GMT"},
                     {"version": "v2", "created": "Mon, 2 May 2022 19:18:42 GMT"}],
    }  # fmt: skip
    record = parse_line(to_line(row), retrieved_at=NOW)
    assert (record.venue, record.volume, record.pages, record.year) == ("Phys. Rev. Lett.", "116", "061102", 2021)
    assert str(record.revised) == "2022-05-02"
    entry = {"booktitle": None, "doi": None, "eprint": "2001.00001", "archiveprefix": "arXiv"}
    for journal in ("Phys. Rev. Lett.", "Physical Review Letters"):
        assert verdict(record, kind="article", journal=journal, year="2021", **entry) == ("verified", [])
    assert verdict(record, kind="article", journal="Nature", year="2021", **entry)[0] == "contradicted"
    assert to_line(row | {"journal-ref": "submitted"})["date"] == "2020-04-02"


def test_every_entry_has_a_verdict():
    text = "@article{a, author={Ada Brown}, year=2003}\n@misc{b, journal={Nature}}\n@misc{c, title={Wells}}\n"
    reading_list = read_files({"x.bib": text.encode()}, name="x", source="x.bib")
    inquiry = Inquiry(today=date(2026, 11, 1), comparisons=COMPARISONS)
    found = find_findings(reading_list, {})
    references, _ = judge_references(reading_list, {}, found, inquiry)
    assert [(one.key, str(one.status)) for one in references] == [("a", "open"), ("b", "open"), ("c", "open")]
    assert [(one.kind, one.list_says) for one in found] == [("broken_entry", "a"), ("broken_entry", "b")]


def test_a_doi_that_is_read_in_part_is_malformed():
    for doi in ("10.5555/123 b?c", "10.5555/123%20b"):
        assert "malformed_identifier" in [one.kind for one in judged(listed(doi=doi), RECORD)[1]]
    for doi in ("https://doi.org/10.5555/123", "10.5555/123 [doi]", "doi: 10.5555/123"):
        assert judged(listed(doi=doi), RECORD)[1] == ()
