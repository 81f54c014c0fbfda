"""What a source is: questions to requests, bytes to records, and what it may be asked for. No source does I/O."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from urllib.parse import urlsplit

from enrich.model.addresses import trim_url
from enrich.model.entry import LinkRole
from enrich.model.record import WorkLink
from enrich.model.traits import Traits, register
from enrich.text.author_lists import to_authors
from enrich.text.hosts import url_role
from enrich.text.names import parse_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from enrich.model.identifiers import Identifier
    from enrich.model.persons import Author
    from enrich.model.record import Record
    from enrich.model.request import Reply, Request


_URL = re.compile(r"https?://[^\s<>\"{}\\^`]{4,500}", re.IGNORECASE)
_LINKED = frozenset({LinkRole.CODE, LinkRole.DATA, LinkRole.VIDEO, LinkRole.PROJECT})


class ReplyError(Exception):
    """A reply whose bytes are not what the source documents."""


@dataclass(frozen=True, slots=True)
class TitleQuestion:
    """A work without an identifier that any source takes."""

    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a reply says."""

    records: tuple[Record, ...] = ()
    missing: tuple[Identifier, ...] = ()
    """Identifiers of the question that the source says, or shows by silence, that it does not have."""
    follow_ups: tuple[Request, ...] = ()
    """Requests that the reply makes necessary, such as the BibTeX file that a page links to."""
    is_suspect: bool = False
    """The silence may be a symptom of load: the missing ones are worth one more question and no negative memory."""


class Source(Protocol):
    """A service we ask."""

    @property
    def traits(self) -> Traits:
        """What is known of it before it is asked."""
        ...

    @property
    def asks_singly(self) -> bool:
        """Whether every identifier is a request of its own."""
        ...

    def to_requests(
        self, identifiers: Sequence[Identifier], hints: Mapping[Identifier, TitleQuestion]
    ) -> Iterator[Request]:
        """The requests that ask for the works of these identifiers, in the largest batches that the source takes.

        ``hints`` holds what the list says of each work, for services that only a search opens.
        """
        ...

    def to_title_requests(self, questions: Sequence[TitleQuestion]) -> Iterator[Request]:
        """The requests that search for these titles; none where the source cannot."""
        ...

    def to_quote_requests(self, quotes: Sequence[str]) -> Iterator[Request]:
        """The requests that search for works by what their abstracts say, one for each; none where it cannot."""
        ...

    def parse_reply(self, reply: Reply) -> Parsed:
        """What the reply says.

        Raises:
            ReplyError: the bytes are not what the source documents.
        """
        ...


class BaseSource:
    """What sources share: the address where they are asked, and no title search unless they have one."""

    traits: ClassVar[Traits]
    default_url: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        """Make the source known."""
        if traits := cls.__dict__.get("traits"):
            register(traits)

    def __init__(self, base_url: str | None = None, *, has_key: bool = False) -> None:
        self.base_url = base_address(base_url, self.default_url)
        self.has_key = has_key

    @property
    def asks_singly(self) -> bool:
        """Whether every identifier is a request of its own."""
        return self.traits.batch_size == 1

    def to_title_requests(self, questions: Sequence[TitleQuestion]) -> Iterator[Request]:  # noqa: ARG002 (protocol)
        """None: the service has no search for machines, or one whose answers would be guesses."""
        return iter(())

    def to_quote_requests(self, quotes: Sequence[str]) -> Iterator[Request]:  # noqa: ARG002 (protocol)
        """None: the service does not search abstracts."""
        return iter(())


def base_address(given: str | None, default: str) -> str:
    """The address to ask: the given one, with the default's path where it names only a host.

    >>> base_address("http://127.0.0.1:9000", "https://sparql.dblp.org/sparql")
    'http://127.0.0.1:9000/sparql'
    """
    if not given:
        return default
    given = given.rstrip("/")
    return given if urlsplit(given).path else f"{given}{urlsplit(default).path}"


def batches(identifiers: Sequence[Identifier], size: int) -> Iterator[list[Identifier]]:
    """Sorted batches without duplicates: equal questions make equal requests whatever the order of the list."""
    unique = sorted(set(identifiers))
    for start in range(0, len(unique), size):
        yield unique[start : start + size]


def parse_json(reply: Reply) -> Any:  # noqa: ANN401 (JSON has any shape)
    """The JSON value of a reply.

    Raises:
        ReplyError: it is no JSON, whatever its content type says.
    """
    try:
        return json.loads(reply.content)
    except (ValueError, RecursionError) as error:
        raise ReplyError(f"no valid JSON ({len(reply.content)} bytes)") from error


def parse_authors(names: Iterable[object]) -> tuple[Author, ...]:
    """The authors behind display names, without what is no name.

    >>> [author.family for author in parse_authors(["Ricky T. Q. Chen", "", None, "-"])]
    ['Chen']
    """
    return to_authors(name for name in names if isinstance(name, str))


def to_person(family: str, given: str | None, *, suffix: str | None = None, orcid: str | None = None) -> Author:
    """The author of separate name parts; a script that writes the family first is left in that order.

    >>> to_person("van der Schaar", "Mihaela").name, to_person("Smith", "John", suffix="Jr.").name
    ('Mihaela van der Schaar', 'John Smith, Jr.')
    """
    parts = (f"{family}, {suffix}" if suffix else family, given)
    named = parse_name(", ".join(part for part in parts if part))
    return replace(named, family=family, given=given, suffix=suffix, orcid=orcid, is_organization=False)


def parse_bib(reply: Reply) -> list[tuple[str, dict[str, str]]]:
    """Key and fields (names in lower case) of the entries of a BibTeX reply; damaged entries are left out.

    Raises:
        ReplyError: no entry can be read.
    """
    from bibtexparser.entrypoint import parse_string  # noqa: PLC0415 (only proceedings need it)

    library = parse_string(reply.content.decode("utf-8", "replace"))
    if not library.entries:
        raise ReplyError("no BibTeX entry in the file")
    return [
        (entry.key, {field.key.lower(): " ".join(str(field.value).split()) for field in entry.fields})
        for entry in library.entries
    ]


def mapping(value: object) -> dict[str, Any]:
    """The JSON object, empty for anything else."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[dict[str, Any]]:
    """The JSON objects of a list, without whatever else stands in it."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def links_in(*texts: str | None) -> tuple[WorkLink, ...]:
    """The addresses in texts that show by themselves that they lead to code, data, a video or a project.

    >>> links_in("8 pages. Code: https://github.com/rtqichen/torchdiffeq.", None)
    (WorkLink(role='code', url='https://github.com/rtqichen/torchdiffeq'),)
    """
    urls = dict.fromkeys(trim_url(url) for text in texts for url in _URL.findall(text or ""))
    roles = {url: url_role(url) for url in urls}
    return tuple(WorkLink(role.value, url) for url, role in roles.items() if role in _LINKED)


def collapse(text: object) -> str | None:
    r"""The text with white space collapsed, None for nothing.

    >>> collapse("A title\n  over two lines")
    'A title over two lines'
    """
    if not isinstance(text, str):
        text = str(text) if isinstance(text, int | float) and not isinstance(text, bool) else ""
    return " ".join(text.split()) or None
