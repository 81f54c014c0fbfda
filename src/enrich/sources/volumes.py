"""Proceedings sites that offer a page per paper and a BibTeX file per volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.model.identifiers import Identifier
from enrich.model.request import Outcome, Request
from enrich.sources.base import Parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from enrich.model.identifiers import Scheme
    from enrich.model.record import Record
    from enrich.model.request import Reply

_VOLUME_WORTH = 2


def to_volume_requests(
    source: str,
    identifiers: Sequence[Identifier],
    volume_of: Callable[[Identifier], str],
    volume_url: Callable[[str], str],
    paper_url: Callable[[Identifier], str],
) -> Iterator[Request]:
    """One page per paper, or one file per volume where two or more of its papers are asked for."""
    volumes: dict[str, list[Identifier]] = {}
    for one in sorted(set(identifiers)):
        volumes.setdefault(volume_of(one), []).append(one)
    for volume, some in volumes.items():
        if len(some) >= _VOLUME_WORTH:
            marks = ((source, ",".join(one.value for one in some)),)
            yield Request(source=source, url=volume_url(volume), accept="text/plain", marks=marks)
        else:
            for one in some:
                yield Request(source=source, url=paper_url(one), accept="text/html")


def asked_of_volume(reply: Reply, scheme: Scheme) -> list[Identifier]:
    """The papers that the request for a volume's file was made for."""
    return [Identifier(scheme, one) for one in dict(reply.request.marks)[reply.request.source].split(",")]


def parse_volume(
    reply: Reply,
    asked: Sequence[Identifier],
    entries: Callable[[], Mapping[str, dict[str, str]]],
    key_of: Callable[[Identifier], str],
    to_record: Callable[[Identifier, dict[str, str], Reply], Record],
) -> Parsed:
    """The records of the papers asked for, and the papers that the file, if any, does not hold."""
    found = {} if reply.outcome is Outcome.NOT_FOUND else entries()
    return Parsed(
        records=tuple(to_record(one, found[key_of(one)], reply) for one in asked if key_of(one) in found),
        missing=tuple(one for one in asked if key_of(one) not in found),
    )
