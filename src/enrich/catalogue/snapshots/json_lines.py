"""JSON lines: arXiv metadata as on Kaggle, OpenAlex works, and the catalogue's own lines.

<https://www.kaggle.com/datasets/Cornell-University/arxiv>, <https://docs.openalex.org/api-entities/works/work-object>
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import IO, TYPE_CHECKING, Any

from enrich.catalogue.snapshots.snapshot import CountingFile, SnapshotItem, read_lines, truncated
from enrich.errors import InputError
from enrich.model.identifiers import normalize_category
from enrich.model.record import NoticeKind
from enrich.text.author_lists import split_authors
from enrich.text.publication import is_withdrawn, parse_journal_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from enrich.catalogue.record_lines import Line

_FLOAT_ID = re.compile(r"(\d{3,4})\.(\d+)")
_ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/\d{7}")
_FIVE_DIGITS_SINCE = 1501
_MONTHS = {name: place for place, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
_RFC_DATE = re.compile(r"(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})")
_ISO_DATE = re.compile(r"\d{4}(?:-\d\d){0,2}")
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")


def read_json_lines(file: CountingFile, stream: IO[bytes], *, start: int = 0) -> Iterator[SnapshotItem]:
    """Pieces of a file of JSON lines; the shape of each object tells who wrote it."""
    for number, raw in read_lines(file, stream, start=start):
        if number == 1:
            _refuse_other_encodings(file, raw)
        text = raw.strip()
        if not text:
            continue
        try:
            found = json.loads(text.removeprefix(b"\xef\xbb\xbf").decode())
            yield SnapshotItem(number, to_line(found))
        except UnicodeDecodeError:
            yield SnapshotItem(number, None, "not UTF-8")
        except (json.JSONDecodeError, RecursionError):
            if not raw.endswith(b"\n"):
                raise truncated(file.path, number) from None
            yield SnapshotItem(number, None, "not JSON")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            yield SnapshotItem(number, None, f"no record: {error}")


def _refuse_other_encodings(file: CountingFile, raw: bytes) -> None:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or raw[1:2] == b"\x00":
        raise InputError("the text is UTF-16", path=file.path, line=1, advice="convert it to UTF-8")


def to_line(found: Mapping[str, Any]) -> Line:
    """Return the catalogue line of a JSON object.

    Raises:
        ValueError: the object is of no known shape.
    """
    for is_shape, convert in _SHAPES:
        if is_shape(found):
            return convert(found)
    raise ValueError("neither arXiv metadata nor an OpenAlex work nor a line of a catalogue")


def repair_arxiv_id(text: str) -> str:
    """Return the arXiv id that a program read as a number.

    >>> [repair_arxiv_id(text) for text in ("704.0001", "1001.002", "1802.0134699999999", "math.GT/0309136")]
    ['0704.0001', '1001.0020', '1802.01347', 'math/0309136']
    """
    if match := _FLOAT_ID.fullmatch(text):
        month = match[1].zfill(4)
        digits = 5 if int(month) >= _FIVE_DIGITS_SINCE else 4
        return f"{month}.{round(float('0.' + match[2]) * 10**digits):0{digits}d}"
    if not _ARXIV_ID.fullmatch(text):
        raise ValueError(f"not an arXiv id: {text!r}")
    archive, _, number = text.partition("/")
    return f"{archive.partition('.')[0]}/{number}"


def _from_arxiv(found: Mapping[str, Any]) -> Line:
    value = repair_arxiv_id(str(found["id"]))
    title = " ".join(_text(found["title"]).split())
    if not title:
        raise ValueError("no title")
    parsed = found.get("authors_parsed")
    if parsed:
        authors = [", ".join(part for part in (name[0], *name[2:3], name[1]) if part) for name in parsed]
    else:
        authors = list(split_authors(_text(found.get("authors") or "")).names)
    line: Line = {"identifiers": [f"arxiv:{value}", *_dois(found.get("doi"))], "title": title, "authors": authors}
    line["type"] = "preprint"
    versions = list(found.get("versions") or ())
    if versions and (date := _date(str(versions[0].get("created") or ""))):
        line |= {"date": date, "year": int(date[:4])}
    if len(versions) > 1 and (revised := _date(str(versions[-1].get("created") or ""))):
        line["revised"] = revised
    if published := parse_journal_reference(_text(found.get("journal-ref") or "")):
        # The line tells of the published version; the first date is the preprint's.
        line |= {"type": "unknown", "stage": "published", "date": None, **asdict(published)}
    categories = _text(found.get("categories") or "").split()
    if categories and (category := normalize_category(categories[0])):
        line["arxiv_category"] = category
    if found.get("license"):
        line["license"] = _text(found["license"])
    if found.get("abstract"):
        line["abstract"] = " ".join(_text(found["abstract"]).split())
    if is_withdrawn(found.get("comments") or ""):
        line["remarks"] = [str(NoticeKind.WITHDRAWN)]
    return {name: value for name, value in line.items() if value is not None}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {value!r}")
    return value


def _dois(value: str | None) -> list[str]:
    return [f"doi:{doi.lower().rstrip('.,;')}" for doi in _DOI.findall(value)] if value else []


def _date(text: str) -> str | None:
    if match := _ISO_DATE.match(text):
        return match[0]
    if match := _RFC_DATE.search(text):
        return f"{match[3]}-{_MONTHS.get(match[2], 1):02d}-{int(match[1]):02d}"
    return None


_OPENALEX_TYPES = {
    "article": "journal",
    "preprint": "preprint",
    "book": "book",
    "book-chapter": "chapter",
    "dissertation": "thesis",
    "dataset": "dataset",
    "report": "report",
    "proceedings-article": "conference",
    "software": "software",
}
_ARXIV_IN_URL = re.compile(r"arxiv\.org/(?:abs|pdf)/([\w./-]+?)(?:v\d+)?(?:\.pdf)?$")


def from_openalex(found: Mapping[str, Any]) -> Line:
    """Return the line of an OpenAlex work."""
    identifier = str(found["id"]).rpartition("/")[2].upper()
    title = found.get("title") or found.get("display_name")
    if not title:
        raise ValueError("no title")
    location = found.get("primary_location") or {}
    venue = location.get("source") or {}
    biblio = found.get("biblio") or {}
    places = {
        match[1]
        for each in (location, *(found.get("locations") or ()))
        if (match := _ARXIV_IN_URL.search(each.get("landing_page_url") or each.get("pdf_url") or ""))
    }
    kind = _OPENALEX_TYPES.get(found.get("type") or "", "unknown")
    is_published = kind != "preprint" and bool(venue) and venue.get("type") != "repository"
    pages = "--".join(part for part in (biblio.get("first_page"), biblio.get("last_page")) if part)
    line: Line = {
        "identifiers": [
            f"openalex:{identifier}",
            *_dois(found.get("doi")),
            *(f"arxiv:{repair_arxiv_id(value)}" for value in sorted(places) if _ARXIV_ID.fullmatch(value)),
        ],
        "title": " ".join(title.split()),
        "authors": [name for each in found.get("authorships") or () if (name := _author_name(each))],
        "type": kind,
        "stage": "published" if is_published else "submitted" if kind == "preprint" else None,
        # It is the first date of any version, so not that of a publication.
        "date": str(found["publication_date"]) if found.get("publication_date") and not is_published else None,
        "year": found.get("publication_year"),
        "venue": venue.get("display_name"),
        "volume": biblio.get("volume"),
        "issue": biblio.get("issue"),
        "pages": pages or None,
        "language": found.get("language"),
        "remarks": [str(NoticeKind.RETRACTED)] if found.get("is_retracted") else [],
        "citation_count": found.get("cited_by_count"),
        "citation_count_source": "openalex" if found.get("cited_by_count") is not None else None,
    }
    return {name: value for name, value in line.items() if value not in (None, [])}


def _author_name(authorship: Mapping[str, Any]) -> str | None:
    author = authorship.get("author") or {}
    name = author.get("display_name") or authorship.get("raw_author_name")
    return str(name) if name else None


def _own(found: Mapping[str, Any]) -> Line:
    if not isinstance(found["identifiers"], list) or not all(isinstance(each, str) for each in found["identifiers"]):
        raise TypeError("identifiers are no list of texts")
    if not found["identifiers"] or not isinstance(found.get("title", ""), str):
        raise ValueError("no identifiers, or a title that is no text")
    return dict(found)


_SHAPES: tuple[tuple[Callable[[Mapping[str, Any]], bool], Callable[[Mapping[str, Any]], Line]], ...] = (
    (lambda found: "identifiers" in found, _own),
    (lambda found: "openalex.org/" in str(found.get("id", "")), from_openalex),
    (lambda found: "id" in found and "title" in found and ("categories" in found or "versions" in found), _from_arxiv),
)
