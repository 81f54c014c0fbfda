"""What the works of a list cite most and the list does not name, and what a curator hears of it."""

from __future__ import annotations

from datetime import UTC, datetime

from enrich.check import find_findings
from enrich.merge.absent_works import find_absent_works
from enrich.model.entry import Entry, ReadingList
from enrich.model.identifiers import Identifier, Scheme
from enrich.model.record import WorkType
from enrich.model.work import Bibliography, StatedReference, Work

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def s2(number):
    return Identifier(Scheme.S2, f"{number:040x}")


def doi(number):
    return Identifier(Scheme.DOI, f"10.1000/{number}")


def work(number, *references, title=None):
    return Work(
        work_id=f"s2:{number}",
        citation_key=f"k{number}",
        title=title or f"The Work Number {number}",
        title_source="",
        type=WorkType.PREPRINT,
        entry_orders=(("list", number),),
        identifiers=(s2(number),),
        stated_references=references,
        references=tuple(f"s2:{int(one.identifier.value, 16)}" for one in references if one.title == "listed"),
    )


def cites(identifier, title=None, source="semantic_scholar"):
    return StatedReference(source, identifier, title)


def bibliography_of(*works):
    entries = tuple(Entry(order=n, line=n, title=one.title) for n, one in enumerate(works, start=1))
    return Bibliography(
        lists=(ReadingList(name="list", source="list.md", entries=entries),),
        works=works,
        entry_works={("list", n): one.work_id for n, one in enumerate(works, start=1)},
        run_id="1",
        started_at=NOW,
        code_version="0",
    )


def test_works_that_two_cite_and_nobody_lists_come_most_cited_first():
    absent, rare, once = s2(100), s2(101), s2(102)
    found = find_absent_works(
        bibliography_of(
            work(1, cites(absent, "Attention"), cites(rare, "Rare"), cites(s2(2), "listed")),
            work(2, cites(absent, "Attention"), cites(rare, "Rare"), cites(once, "Once")),
            work(3, cites(absent, "Attention"), cites(s2(999), "The work number 1!")),
            work(4, cites(s2(999), "The Work Number 1")),
        )
    )
    assert [(one.title, len(one.citing_work_ids), one.n_with_references) for one in found] == [
        ("Attention", 3, 4),
        ("Rare", 2, 4),
    ]
    assert found[0].citing_work_ids == ("s2:1", "s2:2", "s2:3")


def test_of_absent_works_cited_as_often_the_title_decides_the_order():
    both = [cites(s2(100), "Wells"), cites(s2(101), "Dunes"), cites(s2(103)), cites(s2(102))]
    found = find_absent_works(bibliography_of(work(1, *both), work(2, *both)))
    assert [one.identifier for one in found] == [s2(102), s2(103), s2(101), s2(100)]


def test_only_one_source_is_counted_so_that_no_work_stands_there_twice():
    both = [cites(s2(100), "Attention"), cites(doi(7), source="crossref")]
    found = find_absent_works(
        bibliography_of(work(1, *both), work(2, *reversed(both)), work(3, cites(doi(7), source="crossref")))
    )
    assert [(one.source, one.identifier) for one in found] == [("semantic_scholar", s2(100))]
    named = [cites(doi(7), "Attention", source="crossref"), cites(s2(100))]
    found = find_absent_works(bibliography_of(work(1, *named), work(2, *named)))
    assert [one.source for one in found] == ["crossref"], "it names titles"
    few = cites(s2(100), "Attention")
    known = [cites(doi(7), source="crossref")]
    found = find_absent_works(bibliography_of(work(1, few, *known), *(work(n, *known) for n in range(2, 6))))
    assert [one.source for one in found] == ["crossref"]


def test_a_curator_hears_of_what_is_cited_more_often_than_nearly_all_that_is_listed():
    often, sometimes, listed = cites(s2(100), "Often"), cites(s2(101), "Now and Then"), cites(s2(1), "listed")
    works = (work(1, often, sometimes), *(work(n, often, listed, *[sometimes][: n < 4]) for n in range(2, 11)))
    bibliography = bibliography_of(*works)
    absent = find_absent_works(bibliography)
    assert [one.title for one in absent] == ["Often", "Now and Then"]
    by_order = dict(enumerate(works, start=1))
    found = [one for one in find_findings(bibliography.lists[0], by_order, None, absent) if one.kind == "absent_work"]
    assert [(one.record_says, one.order, one.fix) for one in found] == [("Often: 10 of 10 works cite it", None, None)]


def test_a_list_whose_references_nobody_knows_lacks_nothing():
    assert find_absent_works(bibliography_of(work(1), work(2))) == ()
