"""NeurIPS proceedings: <https://papers.nips.cc>. One page per paper; its author order is the printed one.

``https://papers.nips.cc/paper_files/paper/1995/hash/e17184bcb70dcf3942c54e0b537ffc6d-Abstract.html``; old numbers from
2007 on are followed by redirect. The BibTeX file that a page links to adds volume, pages and publisher.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from enrich.model.addresses import identifiers_in_url
from enrich.model.dates import PartialDate
from enrich.model.identifiers import Identifier, Scheme, format_identifier, parse_identifier
from enrich.model.record import Record, Stage, WorkType
from enrich.model.request import Outcome, Request
from enrich.sources.base import BaseSource, Parsed, ReplyError, Traits, collapse, parse_authors, parse_bib, parse_json
from enrich.text.citation_meta import pages_of, parse_citation_meta, parse_links
from enrich.text.titles import normalize_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.request import Reply
    from enrich.sources.base import TitleQuestion

_SERIES = "Advances in Neural Information Processing Systems"
_FIRST_YEAR = 1987
_TRACKS_SINCE = 2022
_BIBTEX_LINK = re.compile(rb"""href=["']([^"']*(?:-Bibtex[^"']*\.bib|/bibtex))["']""", re.IGNORECASE)


class NeurIPS(BaseSource):
    """The page of a paper, and its BibTeX file where the page links one."""

    default_url = "https://papers.nips.cc"
    traits = Traits(
        name="neurips",
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
        licence="Bibliographic facts from the NeurIPS proceedings site",
        attribution="Metadata from the NeurIPS Proceedings (papers.nips.cc).",
    )

    def to_requests(
        self,
        identifiers: Sequence[Identifier],
        hints: Mapping[Identifier, TitleQuestion],
    ) -> Iterator[Request]:
        """One page per paper; what the list says of it goes along, for the case that an old number leads nowhere."""
        for one in sorted(set(identifiers)):
            yield self._page(one, hints.get(one))

    def parse_reply(self, reply: Reply) -> Parsed:
        """The record of a page, of a BibTeX file or of a Metadata.json.

        Raises:
            ReplyError: it is none of these.
        """
        asked = parse_identifier(Scheme.NEURIPS, dict(reply.request.marks)["neurips"])
        if reply.outcome is Outcome.NOT_FOUND:
            year_list = self._year_list(asked, reply.request)
            return Parsed(missing=() if year_list else (asked,), follow_ups=year_list)
        if "year" in dict(reply.request.marks):
            return self._parse_year_list(asked, reply)
        if reply.request.url.endswith((".bib", "/bibtex")):
            return Parsed(records=(_from_bibtex(asked, reply),))
        if reply.request.url.endswith(".json"):
            return Parsed(records=(_from_metadata(asked, reply),))
        record = _from_page(asked, reply)
        link = _BIBTEX_LINK.search(reply.content)
        return Parsed(
            records=(record,), follow_ups=(self._bibtex(record.identifiers[0], link[1], reply),) if link else ()
        )

    def _year_list(self, asked: Identifier, request: Request) -> tuple[Request, ...]:
        """The list of the year that the entry names: where a number of 2007 to 2019 is no longer redirected."""
        marks = dict(request.marks)
        if "title" not in marks or not marks.get("said_year") or "year" in marks:
            return ()
        url = f"{self.base_url}/paper_files/paper/{marks['said_year']}"
        extra = (("title", marks["title"]), ("year", marks["said_year"]))
        return (self._request(url, asked, "text/html", extra),)

    def _parse_year_list(self, asked: Identifier, reply: Reply) -> Parsed:
        """The page of the one paper in the list whose title is the entry's."""
        wanted = normalize_title(dict(reply.request.marks)["title"])
        links = {
            link for link, text in parse_links(reply.content) if "/hash/" in link and normalize_title(text) == wanted
        }
        found = {one for link in links for one in identifiers_in_url(_on_site(link)) if one.scheme is Scheme.NEURIPS}
        if len(found) != 1:
            return Parsed(missing=(asked,))
        page = self._page(found.pop(), None)
        return Parsed(follow_ups=(replace(page, marks=(("neurips", format_identifier(asked)),)),))

    def _page(self, identifier: Identifier, hint: TitleQuestion | None) -> Request:
        year, _, key = identifier.value.partition("/")
        if year == "number":
            path = f"/paper/{key}"
        else:
            track = identifier.qualifier or ("Conference" if int(year) >= _TRACKS_SINCE else "")
            path = f"/paper_files/paper/{year}/hash/{key}-Abstract{'-' + track if track else ''}.html"
        said = (("title", hint.title), ("said_year", str(hint.year or ""))) if hint and year == "number" else ()
        return self._request(f"{self.base_url}{path}", identifier, "text/html", said)

    def _bibtex(self, identifier: Identifier, link: bytes, reply: Reply) -> Request:
        """The request for the BibTeX file, on the host that was asked whatever host the page names."""
        target = urljoin(reply.url or reply.request.url, link.decode("ascii", "ignore"))
        return self._request(f"{self.base_url}{urlsplit(target).path}", identifier, "text/plain")

    def _request(
        self, url: str, identifier: Identifier, accept: str, said: tuple[tuple[str, str], ...] = ()
    ) -> Request:
        marks = (("neurips", format_identifier(identifier)), *said)
        return Request(source=self.traits.name, url=url, accept=accept, marks=marks)


def _identity(asked: Identifier, reply: Reply) -> tuple[Identifier, ...]:
    """The identifier of the page that was reached: a redirect from an old number teaches year and hash."""
    reached = [one for one in identifiers_in_url(_on_site(reply.url)) if one.value.partition("/")[0] != "number"]
    return tuple(dict.fromkeys((*reached, asked)))


def _on_site(url: str) -> str:
    return f"https://papers.nips.cc{urlsplit(url).path}"


def _from_page(asked: Identifier, reply: Reply) -> Record:
    tags = parse_citation_meta(reply.content)
    title = next(iter(tags.get("title", ())), None)
    if title is None:
        raise ReplyError("the page has no citation_title")
    identity = _identity(asked, reply)
    year = next((int(text[:4]) for text in tags.get("publication_date", ()) if text[:4].isdigit()), None)
    year = _year_of(identity) or year
    return Record(
        source="neurips",
        identifiers=identity,
        retrieved_at=reply.retrieved_at,
        title=title,
        authors=parse_authors(tags.get("author", ())),
        type=WorkType.CONFERENCE,
        stage=Stage.PUBLISHED,
        date=PartialDate(year) if year else None,
        year=year,
        venue=_SERIES,
        volume=next(iter(tags.get("volume", ())), str(year - _FIRST_YEAR) if year and year > _FIRST_YEAR else None),
        pages=pages_of(tags),
        url=_on_site(reply.url or reply.request.url),
        pdf_url=next(iter(tags.get("pdf_url", ())), None),
        request_key=reply.request.key,
        source_url=_on_site(reply.url or reply.request.url),
    )


def _year_of(identity: Sequence[Identifier]) -> int | None:
    years = [one.value.partition("/")[0] for one in identity]
    return next((int(year) for year in years if year.isdigit()), None)


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
