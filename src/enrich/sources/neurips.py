"""NeurIPS proceedings: <https://papers.nips.cc>. One page per paper, one list per year; both name authors as printed.

``https://papers.nips.cc/paper_files/paper/1995/hash/e17184bcb70dcf3942c54e0b537ffc6d-Abstract.html`` is one paper; two
or more of a year are one request for ``https://papers.nips.cc/paper_files/paper/1995``, which also tells what an old
number of 2007 to 2019 stands for. The BibTeX file that a page links to adds pages and publisher.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from enrich.model.addresses import identifiers_in_url, to_url
from enrich.model.dates import PartialDate
from enrich.model.identifiers import Identifier, Scheme, format_identifier, parse_identifier
from enrich.model.record import Record, Stage, WorkType
from enrich.model.request import Outcome, Request
from enrich.model.traits import PUBLISHED, WRITTEN, Role, Terms, Traits
from enrich.sources.base import BaseSource, Parsed, ReplyError, collapse, parse_authors, parse_bib, parse_json
from enrich.text.citation_meta import pages_of, parse_citation_meta, parse_links, parse_meta_date
from enrich.text.title_forms import normalize_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion

_SERIES = "Advances in Neural Information Processing Systems"
_FIRST_YEAR = 1987
_NUMBER = "number"
_LIST_WORTH = 2
_YEAR_LIST = re.compile(r"/paper_files/paper/\d{4}$")
_TRACKS_SINCE = 2022
_BIBTEX_LINK = re.compile(rb"""href=["']([^"']*(?:-Bibtex[^"']*\.bib|/bibtex))["']""", re.IGNORECASE)


class NeurIPS(BaseSource):
    """The page of a paper, and its BibTeX file where the page links one."""

    default_url = "https://papers.nips.cc"
    traits = Traits(
        name="neurips",
        turn=70,
        role=Role.PROCEEDINGS,
        purpose="the proceedings of NeurIPS",
        terms=Terms(
            title="NeurIPS Proceedings",
            licence="no licence stated (bibliographic facts only)",
            attribution="Records of the NeurIPS Proceedings.",
            url="https://papers.nips.cc",
            shares_abstracts=False,
        ),
        # Crossref lists the authors of NeurIPS by alphabet: the pages stand before it in both orders.
        trust={WRITTEN: 20, PUBLISHED: 20},
        example="neurips:2018/69386f6bb1dfed68692a24c8686939b9",
        hosts=(
            "papers.nips.cc",
            "papers.neurips.cc",
            "proceedings.neurips.cc",
            "datasets-benchmarks-proceedings.neurips.cc",
        ),
        schemes=(Scheme.NEURIPS,),
        settles=frozenset({"title", "authors", "date", "venue", "edition", "link"}),
        batch_size=1,
        min_interval_s=1.0,
    )

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        hints: Mapping[Identifier, TitleQuestion],
    ) -> Iterator[Request]:
        """One list per year in which several papers or a number are looked for, else one page per paper.

        A number without a title and a year by the list leads only to a redirect.
        """
        years: dict[str, list[tuple[Identifier, str]]] = {}
        for one in sorted(set(identifiers)):
            year, hint = one.value.partition("/")[0], hints.get(one)
            if year == _NUMBER and hint and hint.title and hint.year:
                year = str(hint.year)
            years.setdefault(year, []).append((one, hint.title if hint else ""))
        for year, some in years.items():
            is_listed = len(some) >= _LIST_WORTH or _is_number(some[0][0])
            if year != _NUMBER and is_listed:
                url = f"{self.base_url}/paper_files/paper/{year}"
                marks = tuple((format_identifier(one), title) for one, title in some)
                yield Request(source=self.traits.name, url=url, accept="text/html", marks=marks)
            else:
                yield from (self._page(one) for one, _ in some)

    def parse_reply(self, reply: Reply) -> Parsed:
        """The record of a page or of a BibTeX file, or those of a year that were asked for.

        What the list of its year does not hold has its page asked for; a number is redirected there.

        Raises:
            ReplyError: it is none of these.
        """
        if _YEAR_LIST.search(urlsplit(reply.request.url).path):
            return self._parse_year(reply)
        asked = parse_identifier(Scheme.NEURIPS, dict(reply.request.marks)["neurips"])
        if reply.outcome is Outcome.NOT_FOUND:
            return Parsed(missing=(asked,))
        if reply.request.url.endswith((".bib", "/bibtex")):
            return Parsed(records=(_from_bibtex(asked, reply),))
        if reply.request.url.endswith(".json"):
            return Parsed(records=(_from_metadata(asked, reply),))
        record = _from_page(asked, reply)
        link = _BIBTEX_LINK.search(reply.content)
        return Parsed(
            records=(record,), follow_ups=(self._bibtex(record.identifiers[0], link[1], reply),) if link else ()
        )

    def _parse_year(self, reply: Reply) -> Parsed:
        """The papers of a year that were asked for: by hash, or by the title that the list gives a number."""
        papers = {} if reply.outcome is Outcome.NOT_FOUND else _papers_of(reply)
        if not papers and reply.outcome is not Outcome.NOT_FOUND:
            raise ReplyError("no paper in the list of the year")
        by_title: dict[str, list[Identifier]] = {}
        for one, (title, _) in papers.items():
            by_title.setdefault(normalize_title(title), []).append(one)
        records, lost = [], []
        for text, title in reply.request.marks:
            asked = parse_identifier(Scheme.NEURIPS, text)
            same = by_title.get(normalize_title(title), []) if _is_number(asked) else [asked]
            if len(same) == 1 and same[0] in papers:
                records.append(_from_list(next(one for one in papers if one == same[0]), asked, papers, reply))
            else:
                lost.append(asked)
        return Parsed(records=tuple(records), follow_ups=tuple(map(self._page, lost)))

    def _page(self, identifier: Identifier) -> Request:
        year, _, key = identifier.value.partition("/")
        if year == _NUMBER:
            path = f"/paper/{key}"
        else:
            track = identifier.qualifier or ("Conference" if int(year) >= _TRACKS_SINCE else "")
            path = f"/paper_files/paper/{year}/hash/{key}-Abstract{'-' + track if track else ''}.html"
        return self._request(f"{self.base_url}{path}", identifier, "text/html")

    def _bibtex(self, identifier: Identifier, link: bytes, reply: Reply) -> Request:
        """The request for the BibTeX file, on the host that was asked whatever host the page names."""
        target = urljoin(reply.url or reply.request.url, link.decode("ascii", "ignore"))
        return self._request(f"{self.base_url}{urlsplit(target).path}", identifier, "text/plain")

    def _request(self, url: str, identifier: Identifier, accept: str) -> Request:
        marks = (("neurips", format_identifier(identifier)),)
        return Request(source=self.traits.name, url=url, accept=accept, marks=marks)


def _identity(asked: Identifier, reply: Reply) -> tuple[Identifier, ...]:
    """The identifier of the page that was reached: a redirect from an old number teaches year and hash."""
    reached = [one for one in identifiers_in_url(_on_site(reply.url)) if not _is_number(one)]
    return tuple(dict.fromkeys((*reached, asked)))


def _is_number(identifier: Identifier) -> bool:
    return identifier.value.startswith(f"{_NUMBER}/")


def _papers_of(reply: Reply) -> dict[Identifier, tuple[str, str]]:
    """Title and authors of every paper in the list of a year."""
    papers: dict[Identifier, tuple[str, str]] = {}
    for target, title, names in parse_links(reply.content):
        for one in identifiers_in_url(_on_site(target)) if "/hash/" in target and title else ():
            if one.scheme is Scheme.NEURIPS:
                papers.setdefault(one, (title, names))
    return papers


def _on_site(url: str) -> str:
    return f"https://papers.nips.cc{urlsplit(url).path}"


def _from_page(asked: Identifier, reply: Reply) -> Record:
    tags = parse_citation_meta(reply.content)
    title = next(iter(tags.get("title", ())), None)
    if title is None:
        raise ReplyError("the page has no citation_title")
    identity = _identity(asked, reply)
    stated = parse_meta_date(tags)
    year = _year_of(identity) or (stated.year if stated else None)
    return Record(
        source="neurips",
        identifiers=identity,
        retrieved_at=reply.retrieved_at,
        title=title,
        authors=parse_authors(tags.get("author", ())),
        type=WorkType.CONFERENCE,
        stage=Stage.PUBLISHED,
        date=stated if stated and stated.year == year else PartialDate(year) if year else None,
        year=year,
        venue=_SERIES,
        volume=next(iter(tags.get("volume", ())), _volume_of(year)),
        pages=pages_of(tags),
        url=_on_site(reply.url or reply.request.url),
        pdf_url=next(iter(tags.get("pdf_url", ())), None),
        request_key=reply.request.key,
        source_url=_on_site(reply.url or reply.request.url),
    )


def _year_of(identity: Sequence[Identifier]) -> int | None:
    years = [one.value.partition("/")[0] for one in identity]
    return next((int(year) for year in years if year.isdigit()), None)


def _from_list(
    paper: Identifier, asked: Identifier, papers: Mapping[Identifier, tuple[str, str]], reply: Reply
) -> Record:
    """The record of a paper in the list of its year."""
    title, names = papers[paper]
    year = _year_of((paper,))
    url = to_url(paper)
    return Record(
        source="neurips",
        identifiers=tuple(dict.fromkeys((paper, asked))),
        retrieved_at=reply.retrieved_at,
        title=title,
        authors=parse_authors(names.split(",")),
        type=WorkType.CONFERENCE,
        stage=Stage.PUBLISHED,
        date=PartialDate(year) if year else None,
        year=year,
        venue=_SERIES,
        volume=_volume_of(year),
        url=url,
        request_key=reply.request.key,
        source_url=url,
    )


def _volume_of(year: int | None) -> str | None:
    return str(year - _FIRST_YEAR) if year and year > _FIRST_YEAR else None


def _from_bibtex(asked: Identifier, reply: Reply) -> Record:
    """Volume, pages and publisher; names and title are shortened there, so the page's stay."""
    fields = parse_bib(reply)[0][1]
    year = fields.get("year") or ""
    return Record(
        source="neurips",
        identifiers=(asked,),
        retrieved_at=reply.retrieved_at,
        title=fields.get("title") or None,
        type=WorkType.CONFERENCE,
        stage=Stage.PUBLISHED,
        year=int(year) if year.isdigit() else None,
        venue=fields.get("booktitle") or _SERIES,
        publisher=fields.get("publisher") or None,
        volume=fields.get("volume") or None,
        pages=fields.get("pages") or None,
        pdf_url=fields.get("url") or None,
        request_key=reply.request.key,
        source_url=_on_site(reply.request.url),
    )


def _from_metadata(asked: Identifier, reply: Reply) -> Record:
    """The Metadata.json of 1987 to 2019."""
    document = parse_json(reply)
    title = collapse(document.get("title")) if isinstance(document, dict) else None
    if not title:
        raise ReplyError("no title in the metadata")
    first, last = document.get("page_first"), document.get("page_last")
    return Record(
        source="neurips",
        identifiers=(asked,),
        retrieved_at=reply.retrieved_at,
        title=title,
        type=WorkType.CONFERENCE,
        stage=Stage.PUBLISHED,
        year=_year_of((asked,)),
        venue=_SERIES,
        pages=f"{first}--{last}" if first and last else None,
        abstract=collapse(document.get("abstract")),
        request_key=reply.request.key,
        source_url=_on_site(reply.request.url),
    )
