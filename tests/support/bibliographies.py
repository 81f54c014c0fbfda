"""Bibliographies for the tests of exports: hand-written nasty works, the founding list, and generated masses."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from enrich.merge.citation_keys import assign_citation_keys
from enrich.model.dates import PartialDate, parse_partial_date
from enrich.model.entry import Entry, EntryKind, Link, LinkRole, ReadingList
from enrich.model.facts import Keyword
from enrich.model.finding import Finding, Severity
from enrich.model.identifiers import Identifier, Scheme
from enrich.model.persons import Author, Institution
from enrich.model.record import Repository, Stage, WorkType
from enrich.model.verdict import Status, Verdict
from enrich.model.work import (
    AbsentWork,
    Bibliography,
    Claim,
    StatedLink,
    StatedReference,
    Version,
    Work,
    WorkStatus,
    YearCount,
)
from enrich.text.names import parse_name
from support.shared import SHARED

RETRIEVED = datetime(2026, 11, 20, 8, 15, 30, 123456, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def person(name: str) -> Author:
    return parse_name(name)


def group(name: str) -> Author:
    return Author(name, is_organization=True)


def _claims(work: Work) -> tuple[Claim, ...]:
    values = {"title": work.title, "year": work.year, "venue": work.venue, "citation_count": work.citation_count}
    claims = [
        Claim(
            work_id=work.work_id,
            field=field,
            value=str(value),
            source="semantic_scholar" if field == "citation_count" else "arxiv",
            retrieved_at=RETRIEVED,
            source_url="https://arxiv.org/abs/2301.10140",
            request_key="9d1f6a20c4b8e713",
            is_selected=True,
            reason="only claim",
        )
        for field, value in values.items()
        if value is not None
    ]
    title = Claim(
        work_id=work.work_id,
        field="title",
        value=work.title_source + " (as listed)",
        source="list",
        retrieved_at=RETRIEVED,
        method="list",
        reason="a record knows better",
    )
    return (*claims, title)


def _work(title: str, section: tuple[str, ...] = ("Plain",), **facts) -> dict:
    return {"title": title, "section": section, **facts}


DOE = (person("Jane Doe"),)
MANY = tuple(person(f"Given{number} Family{chr(97 + number % 26)}{chr(97 + number // 26)}") for number in range(300))
NASTY_SECTIONS = (
    ("Plain",),
    ("Plain", "Nested: deep, with & 50% of $5 #1 _x_ ~ ^ \"quoted\" 'single'"),
    ("Braces } and { open",),
    ("Semicolon; backslash \\ at @ sign",),
    ("数学と統計", "深層学習"),
    ("שלום עולם",),
    ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven"),
    (),
    ("@",),
    ("   spaces\tand\ttabs   ",),
    ("Emoji 🧠 section",),
    ("Same", "Same"),
)

NASTY = (
    _work(
        "Über die Schrödinger-Gleichung: Naïve Studies of Čech Cohomology",
        authors=(person("García-Márquez, José"), person("Živković, Ana"), person("Le Roux, Jean-Baptiste")),
        type="journal",
        venue="Zeitschrift für Physik",
        volume="12",
        issue="3",
        pages="1-20",
        year=1999,
        date="1999-03",
        doi="10.1000/xyz_(1)<2>123",
        url="https://example.org/a_b?x=1&y=2%20z#frag~t",
    ),
    _work(
        "Regret of $\\mathcal{O}(\\sqrt{T})$ and $\\ell_1$ norms in $\\mathbb{R}^{d}$ with $O(n^2)$ cost",
        arxiv="2301.10140",
        section=NASTY_SECTIONS[1],
        abstract="The models cost 12\\% of R\\&D at x\\_y \\#1 with $\\theta \\in \\mathbb{R}$.",
    ),
    _work(
        "From $5 to $10: Prices",
        arxiv="2301.10150",
        abstract="It went from \\$5 to \\$10, that is 100% of {everything} & more~or~less.",
    ),
    _work("A single $5 note", arxiv="2302.00010"),
    _work("100% of C# developers & their_under_scores ~ tilde ^ caret | pipe < less > greater", arxiv="2302.00020"),
    _work("An open { brace", arxiv="2302.00030", section=NASTY_SECTIONS[2]),
    _work("A closing } brace", arxiv="2302.00040", section=NASTY_SECTIONS[2]),
    _work("Balanced {0, 1} braces and \\{escaped\\} ones", arxiv="2302.00050"),
    _work("} wrong { order", arxiv="2302.00060"),
    _work("A backslash at the end \\", arxiv="2302.00070", section=NASTY_SECTIONS[3]),
    _work("C:\\Users\\name and \\textit{markup} with \\unknown{macro}", arxiv="2302.00080", section=NASTY_SECTIONS[3]),
    _work(
        "深度学习：神经常微分方程",
        authors=(person("王小明"), Author("李 雷", "李", "雷")),
        arxiv="2302.00090",
        section=NASTY_SECTIONS[4],
    ),
    _work(
        "ニューラル常微分方程式",
        authors=(Author("山田 太郎", "山田", "太郎"),),
        section=NASTY_SECTIONS[4],
        arxiv="2302.00100",
    ),
    _work("למידה עמוקה", authors=(person("דוד כהן"),), section=NASTY_SECTIONS[5], arxiv="2302.00110"),
    _work("التعلم العميق", authors=(person("محمد علي"),), section=NASTY_SECTIONS[5], arxiv="2302.00120"),
    _work("Emoji 🧠🚀 in 👩‍🔬 titles", section=NASTY_SECTIONS[10], arxiv="2302.00130"),
    _work(
        "Three Hundred Authors",
        authors=MANY,
        type="journal",
        venue="Physics Letters B",
        volume="716",
        pages="1-29",
        year=2012,
        doi="10.1016/j.physletb.2012.08.020",
    ),
    _work(
        "By Organizations",
        authors=(
            group("The NASA Collaboration"),
            group("Barnes and Noble, Inc."),
            group("OpenAI"),
            group("R&D Team {Alpha}"),
            group("50% Club"),
        ),
    ),
    _work(
        "Particles",
        authors=(
            person("van der Schaar, Mihaela"),
            person("de la Vallée Poussin, Charles"),
            person("Guido van Rossum"),
            Author("Friedrich Müller vom Hagen", "Müller vom Hagen", "Friedrich"),
            Author("Jean d'Alembert", "d'Alembert", "Jean"),
            Author("Sor Juana Inés de la Cruz", "de la Cruz", "Sor Juana Inés"),
        ),
        arxiv="2302.00140",
    ),
    _work(
        "Suffixes",
        authors=(person("Smith, Jr., John"), Author("Sammy Davis III", "Davis", "Sammy", "III")),
        arxiv="2302.00150",
    ),
    _work(
        "Odd Names",
        authors=(
            Author("Plato"),
            Author("bell hooks", "hooks", "bell"),
            Author("X Æ A-12", "A-12", "X Æ"),
            Author("Mary and Jane Lou", "Lou", "Mary and Jane"),
            Author("A {Brace} Name", "{Brace} Name", "A"),
            Author("O'Brien-Şimşek", "O'Brien-Şimşek", "T."),
            Author("Erd\u0151s", "Erd\u0151s", "Paul"),
            Author("1", None, None),
        ),
        arxiv="2302.00160",
    ),
    _work("X", arxiv="2302.00170"),
    _work("?", arxiv="2302.00180"),
    _work("</script><script>alert(1)</script>", arxiv="2302.00190"),
    _work("<!-- comment --> & <b>bold</b> &amp; H<sub>2</sub>O", arxiv="2302.00200"),
    _work('=HYPERLINK("http://example.org";"x")', arxiv="2302.00210", venue="=1+1"),
    _work("+1 is a formula", arxiv="2302.00220"),
    _work("-1 is a formula too", arxiv="2302.00230"),
    _work("@SUM(A1:A9)", arxiv="2302.00240", section=NASTY_SECTIONS[8]),
    _work("\t\ttabbed and\r\nbroken\ninto\u2028lines", arxiv="2302.00250", section=NASTY_SECTIONS[9]),
    _work("Neural Ordinary Differential Equations", authors=DOE, year=2018, arxiv="2302.00260"),
    _work("Neural Ordinary Differential Equations", authors=DOE, year=2018, arxiv="2302.00270"),
    _work("Neural Jump Processes", authors=DOE, year=2018, arxiv="2302.00280"),
    _work("Neural Ordinary Things", authors=(person("DOE, Jane"),), year=2018, arxiv="2302.00290"),
    _work(
        "BERT: Pre-Training of Deep Bidirectional Transformers",
        authors=(person("Devlin, Jacob"), person("Chang, Ming-Wei")),
        type="conference",
        venue="Proceedings of the 2019 Conference of the North American Chapter of the ACL",
        venue_short="NAACL",
        pages="4171--4186",
        year=2019,
        date="2019-06-02",
        publisher="ACL",
        arxiv="1810.04805",
        doi="10.18653/v1/n19-1423",
        section=NASTY_SECTIONS[6],
    ),
    _work(
        "PyTorch",
        authors=(group("Meta AI"),),
        type="software",
        version="2.3.0",
        year=2024,
        github="pytorch/pytorch",
        url="https://pytorch.org",
        section=(),
    ),
    _work(
        "OpenAI Blog",
        authors=(group("OpenAI"),),
        type="website",
        year=2023,
        date="2023-12-31",
        url="https://openai.com/blog",
        section=(),
    ),
    _work(
        "GPT-4 Technical Report",
        authors=(group("OpenAI"),),
        type="report",
        issue="TR-1",
        year=2023,
        section=NASTY_SECTIONS[11],
    ),
    _work(
        "ImageNet",
        authors=(person("Deng, Jia"),),
        type="dataset",
        publisher="Stanford",
        year=2009,
        url="https://image-net.org",
        section=NASTY_SECTIONS[11],
    ),
    _work(
        "Pattern Recognition and Machine Learning",
        authors=(person("Bishop, Christopher M."),),
        type="book",
        publisher="Springer",
        year=2006,
    ),
    _work("A Chapter", authors=DOE, type="chapter", venue="The Big Book", publisher="Springer", pages="1–2", year=2001),
    _work("My Thesis", authors=DOE, type="thesis", publisher="ETH Zürich", year=2010),
    _work("", type="unknown", url="https://example.org/{lost}title \\x"),
    _work(
        "Learning unknown ODE models with Gaussian processes",
        authors=(person("Heinonen, Markus"),),
        arxiv="1803.04303",
        date="2018-03-12",
    ),
    _work(
        "MathML <mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math> and &#x3B1;",
        arxiv="math/0309136",
    ),
    _work("Control \x00\x01\x7f characters \ud800 and \ufeff marks", arxiv="2302.00300"),
    _work("NA", arxiv="2302.00310", authors=(Author("NULL"),)),
    _work("1e5", arxiv="2302.00320"),
    _work("'); DROP TABLE works; --", arxiv="2302.00330"),
    _work('A comma, a "quote" and a ; semicolon', arxiv="2302.00340", keywords=("a, b", "c; d", "= 1", "e_f")),
    _work("Nested {{double} braces} in {B}raced {Words}", arxiv="2302.00350"),
    _work("Z" * 700, arxiv="2302.00360"),
)
"""One dict per work: title, section and the facts that differ from a plain preprint."""

_SCHEMES = {"arxiv": Scheme.ARXIV, "doi": Scheme.DOI, "github": Scheme.GITHUB}


def _to_work(facts: dict, order: int, list_name: str) -> Work:
    identifiers = [Identifier(scheme, facts[name]) for name, scheme in _SCHEMES.items() if name in facts]
    identifiers = identifiers or [Identifier(Scheme.URL, f"https://example.org/works/{order}")]
    date = parse_partial_date(facts["date"]) if "date" in facts else None
    kind = WorkType(facts.get("type", "preprint"))
    plain = {"venue", "venue_short", "publisher", "volume", "issue", "pages", "abstract", "keywords", "version", "year"}
    work = Work(
        work_id=str(identifiers[0]),
        citation_key="",
        title=facts["title"],
        title_source=facts["title"],
        type=kind,
        entry_orders=((list_name, order),),
        identifiers=tuple(identifiers),
        authors=facts.get("authors", DOE),
        date=date,
        url=facts.get("url"),
        sections=((list_name, facts["section"]),),
        citation_count=order if order % 3 else None,
        citation_count_source="semantic_scholar" if order % 3 else None,
        citation_count_at=RETRIEVED if order % 3 else None,
        verdict=Verdict(Status.EXACT, "same_identifier"),
        first_seen_at=RETRIEVED,
        updated_at=RETRIEVED,
        remarks=("oral",) if order % 5 == 0 else (),
        versions=(
            Version(
                type=kind,
                stage=Stage.PUBLISHED,
                identifiers=tuple(identifiers),
                title=facts["title"],
                date=date,
                sources=("arxiv",),
            ),
        ),
        **{name: value for name, value in facts.items() if name in plain},
    )
    if order % 4 == 0:
        work = _with_hostile_facts(work)
    return replace(work, claims=_claims(work))


def _with_hostile_facts(work: Work) -> Work:
    """The work with what services send besides, as somebody would send it who wants to break a writer."""
    place = Institution('=HYPERLINK("http://example.org")', "03dbr7087", "CA", "education")
    repository = Repository(5400, "C#; DROP TABLE works", ("a; b", "=1+1"), RETRIEVED)
    code = "https://github.com/owner/na;me{x}\\y"
    own = {"institutions": (place,), "affiliations": ("@A; B", "C \ud800"), "s2_author_id": "7", "sources": ("arxiv",)}
    return replace(
        work,
        authors=(*(replace(one, **own) for one in work.authors[:5]), *work.authors[5:]),
        editors=(person("Ed Itor"),),
        series="Series } of {",
        issn="1049-5258",
        isbn="978-3-16-148410-0",
        pdf_url="https://example.org/a;b:c{d}e f.pdf",
        oa_url="javascript:alert(1)",
        oa_status="gold",
        tldr="<script>alert(1)</script> \ud800",
        keyword_scores=(Keyword("=cmd()", 0.5), Keyword("b; c", None)),
        funders=("+Funder", "Another; One"),
        fwci=1.5,
        citation_percentile=0.25,
        reference_count=2,
        s2_corpus_id=2**40,
        retraction_status="retracted",
        retraction_date=PartialDate(2024, 5),
        citations_by_year=(YearCount(2025, 3, "openalex", RETRIEVED), YearCount(2024, 1, "openalex", RETRIEVED)),
        links=(
            StatedLink("code", code, "list", Identifier(Scheme.GITHUB, "owner/name"), repository),
            StatedLink("video", "https://youtu.be/x", "arxiv"),
        ),
        stated_references=(
            StatedReference("semantic_scholar", Identifier(Scheme.S2, "0" * 40), "=A <b>Title</b> \ud800"),
            StatedReference("crossref", Identifier(Scheme.DOI, "10.1000/a<b>\";'c")),
        ),
    )


def _entry(facts: dict, order: int) -> Entry:
    link = Link(facts.get("url", f"https://example.org/{order}"), "arXiv23", LinkRole.PAPER)
    return Entry(
        order=order,
        line=order * 3,
        title=facts["title"] or None,
        section_path=facts["section"],
        label="arXiv23",
        links=(link,),
        topic_labels=("TS",),
        remarks=("oral",) if order % 5 == 0 else (),
    )


def bibliography_of(facts: list[dict], *, list_name: str = "nasty", new: frozenset[str] | None = None) -> Bibliography:
    works = [_to_work(known, order, list_name) for order, known in enumerate(facts, start=1)]
    works = [
        replace(work, references=(works[place - 1].work_id,), reference_sources=("semantic_scholar",))
        if place
        else work
        for place, work in enumerate(works)
    ]
    keys = assign_citation_keys(works)
    works = [replace(work, citation_key=keys[work.work_id]) for work in works]
    entries = tuple(_entry(known, order) for order, known in enumerate(facts, start=1))
    return Bibliography(
        lists=(
            ReadingList(name=list_name, source=f"{list_name}.md", entries=entries, title="A Nasty List", digest="ab"),
        ),
        works=tuple(sorted(works, key=lambda work: work.work_id)),
        entry_works={(list_name, order): work.work_id for order, work in enumerate(works, start=1)},
        run_id="5f2b9c1d7a30",
        started_at=LATER,
        code_version="0.1.0",
        config_digest="a3f0",
        new_work_ids=frozenset(work.work_id for work in works) if new is None else new,
        findings=(
            Finding(
                list=list_name,
                order=1,
                line=3,
                kind="label_year_wrong",
                severity=Severity.DEFECT,
                list_says="ICLR20",
                record_says="=ICLR 2021",
                evidence=("https://openreview.net/forum?id=PxTIG12RRHS",),
                fix="ICLR21",
            ),
        ),
        absent_works=(
            AbsentWork(
                list=list_name,
                source="semantic_scholar",
                identifier=Identifier(Scheme.S2, "0" * 40),
                title="</script><script>alert(1)</script> & =1",
                citing_work_ids=tuple(sorted({work.work_id for work in works[:2]})),
                n_with_references=len(works),
            ),
        ),
        warnings=("crossref: unreachable",),
        ledger=({"source": "arxiv", "requests": 1, "cached": 0},),
        sources_used=("arxiv", "semantic_scholar"),
    )


@cache
def nasty() -> Bibliography:
    """All the works that break a writer somewhere."""
    return bibliography_of(list(NASTY))


_TYPES = {"journal": WorkType.JOURNAL, "conference": WorkType.CONFERENCE, "workshop": WorkType.CONFERENCE}


def founding() -> Bibliography:
    """The founding list with its true facts; needs the shared material."""
    lines = (SHARED / "truth" / "awesome-neural-ode.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    works: dict[str, Work] = {}
    entries, entry_works = [], {}
    for row in rows:
        truth = row["truth"]
        identifiers = [
            Identifier(scheme, truth[name].lower() if scheme is Scheme.DOI else truth[name])
            for scheme, name in (
                (Scheme.ARXIV, "arxiv_id"),
                (Scheme.DOI, "doi"),
                (Scheme.OPENREVIEW, "openreview_forum"),
                (Scheme.DBLP, "dblp_key"),
            )
            if truth.get(name)
        ] or [Identifier(Scheme.URL, row["urls"][0]["url"] if row["urls"] else f"https://example.org/{row['order']}")]
        kind = {"software": WorkType.SOFTWARE, "website": WorkType.WEBSITE}.get(
            row["kind"], _TYPES.get(truth.get("venue_type", ""), WorkType.PREPRINT)
        )
        links = tuple(Link(link["url"], link["label"], LinkRole(link["role"])) for link in row["urls"])
        work_id = str(identifiers[0])
        entries.append(
            Entry(
                order=row["order"],
                line=row["line"],
                title=row["list_title"],
                kind=EntryKind(row["kind"]),
                section_path=tuple(row["section_path"]),
                label=row["list_label"],
                remarks=tuple(row["remarks"]),
                topic_labels=tuple(row["topic_labels"]),
                links=links,
            )
        )
        entry_works["awesome-neural-ode", row["order"]] = work_id
        submitted = truth.get("submitted")
        works.setdefault(
            work_id,
            Work(
                work_id=work_id,
                citation_key="",
                title=truth["title"],
                title_source=truth["title"],
                type=kind,
                entry_orders=(("awesome-neural-ode", row["order"]),),
                identifiers=tuple(identifiers),
                authors=tuple(parse_name(name) for name in truth.get("authors", ())),
                year=int(truth["year"]) if truth.get("year") else None,
                date=parse_partial_date(submitted) if submitted else None,
                venue=truth.get("venue"),
                volume=truth.get("volume"),
                pages=truth.get("pages") or truth.get("article"),
                arxiv_category=truth.get("arxiv_primary_category"),
                url=links[0].url if links else None,
                sections=(("awesome-neural-ode", tuple(row["section_path"])),),
                remarks=tuple(row["remarks"]),
                status=WorkStatus.OK if truth.get("authors") else WorkStatus.PARTIAL,
                first_seen_at=RETRIEVED,
                updated_at=RETRIEVED,
            ),
        )
    keys = assign_citation_keys(works.values())
    named: dict[str, list[Entry]] = {}
    for entry in entries:
        named.setdefault(entry_works["awesome-neural-ode", entry.order], []).append(entry)
    done = [
        replace(
            work,
            citation_key=keys[work.work_id],
            claims=_claims(work),
            entry_orders=tuple(("awesome-neural-ode", entry.order) for entry in named[work.work_id]),
            sections=tuple(("awesome-neural-ode", entry.section_path) for entry in named[work.work_id]),
        )
        for work in works.values()
    ]
    return Bibliography(
        lists=(
            ReadingList(
                name="awesome-neural-ode",
                source="data/raw/awesome-neural-ode.md",
                entries=tuple(entries),
                title="Awesome Neural ODE",
                digest="cd",
            ),
        ),
        works=tuple(sorted(done, key=lambda work: work.work_id)),
        entry_works=entry_works,
        run_id="founding00001",
        started_at=LATER,
        code_version="0.1.0",
        new_work_ids=frozenset(works),
        sources_used=("catalogue",),
    )


_WORDS = "neural flow sparse latent graph convex robust causal kernel tensor score jump hybrid optimal control".split()
_NAMES = "Chen Rubanova Duvenaud Kidger Massaroli Poli García Müller Živković Smith Zhang Tanaka Okafor Novák".split()


def generated(n_works: int, *, n_authors: int = 4, seed: int = 7) -> Bibliography:
    """Plausible works in numbers, equal for equal arguments."""
    chance = random.Random(seed)
    facts = []
    for number in range(n_works):
        title = " ".join(chance.choice(_WORDS).title() for _ in range(chance.randint(4, 11)))
        year = chance.randint(2012, 2026)
        facts.append(
            _work(
                f"{title}: Part {number}",
                (f"Chapter {number % 12}", f"Topic {number % 60}"),
                arxiv=f"{year % 100:02d}{1 + number % 12:02d}.{number % 100_000:05d}",
                authors=tuple(
                    Author(f"{given} {family}", family, given)
                    for family, given in (
                        (chance.choice(_NAMES), f"A{chance.choice(_WORDS)}") for _ in range(n_authors)
                    )
                ),
                year=year,
                date=str(PartialDate(year, 1 + number % 12, 1 + number % 28)),
                type=chance.choice(("preprint", "conference", "journal")),
                venue=chance.choice(("NeurIPS", "ICML", "ICLR", "Journal of Machine Learning Research")),
                doi=f"10.1000/{number}",
                abstract=f"We study {title.lower()} at 50% of the cost. " * 8,
            )
        )
    return bibliography_of(facts, list_name="generated")


_PLACES = tuple(
    Institution(f"University of {name}", f"0{number}abc", "CA", "education") for number, name in enumerate(_NAMES)
)


def enriched(bibliography: Bibliography, *, n_references: int = 5) -> Bibliography:
    """The works with what services send besides: topics, institutions, references, citations by year, code."""
    chance = random.Random(11)
    cited = [Identifier(Scheme.S2, f"{number:040x}") for number in range(5_000)]
    titles = [f"A Cited Work with the Number {number}" for number in range(5_000)]

    def enrich(work: Work) -> Work:
        numbers = sorted(chance.sample(range(5_000), n_references))
        place = chance.choice(_PLACES)
        return replace(
            work,
            authors=tuple(
                replace(author, institutions=(place,), affiliations=(place.name,), sources=("arxiv", "openalex"))
                for author in work.authors
            ),
            stated_references=tuple(StatedReference("semantic_scholar", cited[one], titles[one]) for one in numbers),
            citations_by_year=tuple(YearCount(year, year % 7, "openalex", RETRIEVED) for year in (2024, 2025, 2026)),
            links=(StatedLink("code", f"https://github.com/owner/{work.citation_key}", "list"),),
            pdf_url=f"https://example.org/{work.citation_key}.pdf",
            primary_topic="Model Reduction",
            topic_field="Physics",
            keyword_scores=(Keyword("Ode", 0.7), Keyword("Flow", 0.5)),
            fwci=1.5,
            citation_percentile=0.9,
            oa_status="green",
            tldr=f"In short: {work.title}.",
            reference_count=n_references,
        )

    return replace(bibliography, works=tuple(enrich(work) for work in bibliography.works))


def two_lists() -> Bibliography:
    """The nasty list, and a second one that names three of its works under sections of its own."""
    first = nasty()
    works = {work.work_id: work for work in first.works}
    chosen = [first.entry_works["nasty", order] for order in (1, 12, 35)]
    entries = tuple(
        Entry(order=order, line=order, title=works[work_id].title, section_path=("Second", f"Part {order}"))
        for order, work_id in enumerate(chosen, start=1)
    )
    second = ReadingList(name="other-list", source="other.md", entries=entries, title="Another List", digest="ef")
    again = {
        work_id: replace(
            works[work_id],
            entry_orders=(*works[work_id].entry_orders, ("other-list", order)),
            sections=(*works[work_id].sections, ("other-list", entries[order - 1].section_path)),
        )
        for order, work_id in enumerate(chosen, start=1)
    }
    return replace(
        first,
        lists=(*first.lists, second),
        works=tuple(again.get(work.work_id, work) for work in first.works),
        entry_works=first.entry_works
        | {("other-list", order): work_id for order, work_id in enumerate(chosen, start=1)},
        new_work_ids=frozenset(chosen[:2]),
    )
