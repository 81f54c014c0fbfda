"""F8 (and the headings of F12): a heading is an entry, its parents are the sections."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from enrich.readers.families.paragraphs import holds_fields
from enrich.readers.family import Family
from enrich.readers.fields.labels import is_names_and_year
from enrich.readers.fields.titles import count_words
from enrich.readers.fields.words import is_key
from enrich.readers.fields.written_names import is_names
from enrich.readers.grammar import read_run
from enrich.readers.outline import Kind, all_lines, links_of, plain_lines
from enrich.readers.pieces import to_pieces
from enrich.readers.sections import heading_text, purpose_of
from enrich.text.hosts import is_paper_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.readers.draft import Draft
    from enrich.readers.outline import Block

HEADING = Family(code="F8", shape="a heading per entry")
_FEWEST = 3
_LEAST_SHARE = 0.6
_MOST_BODY = 8
_MOSTLY = 0.8
_TITLE_WORDS = 4
_MOST_LINKS = 3
"""A paper has an address at its archive and one at its publisher."""


def entry_headings(blocks: Sequence[Block]) -> frozenset[int]:
    """Return the lines of the headings that are entries; the headings of a level are judged together.

    A heading without deeper ones below it can be an entry when it links to a paper, is a citation, or has fields right
    below it. A level is of entries when most of its headings are.
    """
    found: dict[int, list[tuple[int, bool, bool]]] = {}
    for index, block in enumerate(blocks):
        if block.kind is not Kind.HEADING:
            continue
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if following is not None and following.kind is Kind.HEADING and following.level > block.level:
            continue
        if purpose_of(heading_text(block)) is not None:
            continue
        is_sure = is_link_alone(block)
        found.setdefault(block.level, []).append((block.line, is_sure, is_sure or is_entry(block, following)))
    lines: list[int] = []
    for headings in found.values():
        good = [line for line, _, is_good in headings if is_good]
        if len(headings) >= _FEWEST and 2 * len(good) > len(headings) and _are_titles(blocks, headings):
            lines += [line for line, _, _ in headings]
            continue
        is_each = all(is_sure for _, is_sure, _ in headings) and (
            len(headings) > 1 or _is_linked(blocks, headings[0][0])
        )
        if is_each or (len(good) >= _FEWEST and len(good) >= _LEAST_SHARE * len(headings)):
            lines += good
    return frozenset(lines)


def _are_titles(blocks: Sequence[Block], headings: Sequence[tuple[int, bool, bool]]) -> bool:
    """Whether the headings of a level are each said once, have the length of titles and few links right below."""
    wanted = {line for line, _, _ in headings}
    level = {block.line: (index, block) for index, block in enumerate(blocks) if block.line in wanted}
    texts = [heading_text(block) for _, block in level.values() if block.kind is Kind.HEADING]
    n_words = sorted(count_words(text) for text in texts)
    n_links = 0
    for index, block in level.values():
        body = takewhile(lambda below: below.kind is not Kind.HEADING, blocks[index + 1 : index + 1 + _MOST_BODY])
        n_links += sum(1 for inner in (block, *body) for run in links_of(all_lines(inner)) if run.url)
    is_of_titles = len(set(texts)) > _MOSTLY * len(texts) and n_words[len(n_words) // 2] >= _TITLE_WORDS
    return is_of_titles and n_links <= _MOST_LINKS * len(texts)


def _is_linked(blocks: Sequence[Block], line: int) -> bool:
    return any(block.line == line and is_link_alone(block) for block in blocks if block.kind is Kind.HEADING)


def is_link_alone(block: Block) -> bool:
    """Whether a heading is one link to a paper and nothing else."""
    runs = [run for line in block.lines for run in line.runs if run.url is not None or run.text.strip()]
    return len(runs) == 1 and bool(runs[0].url) and runs[0].image is None and is_paper_url(runs[0].url or "")


def is_entry(block: Block, following: Block | None) -> bool:
    """Whether a heading can be an entry."""
    links = [run for run in links_of(block.lines) if run.url and not run.url.startswith("#")]
    if any(run.image is None and (is_paper_url(run.url or "") or count_words(run.text) > 3) for run in links):  # noqa: PLR2004
        return True
    if _is_citation(heading_text(block)):
        return True
    if count_words(heading_text(block)) < 3 or following is None:  # noqa: PLR2004
        return False
    return (
        following.kind in {Kind.LIST, Kind.PARAGRAPH}
        and holds_fields(following)
        and (
            _is_of_authors(following)
            or any(
                run.url
                for inner in (following.children or [following])
                for part in (inner.children or [inner])
                for run in links_of(part.lines)
            )
        )
    )


def _is_citation(text: str) -> bool:
    """Whether a heading begins with names and a year in brackets."""
    return is_names_and_year(text.partition(")")[0] + ")") and count_words(text.partition(")")[2]) > 0


def _is_of_authors(block: Block) -> bool:
    """Whether a paragraph is ``Authors:`` and names, as below the titles of a workshop."""
    key, mark, names = plain_lines(block.lines).partition(":")
    return bool(mark) and is_key(f"{key.strip(' *_')}:") and is_names(names.strip(" *_."))


def read(blocks: Sequence[Block]) -> dict[int, Draft | None]:
    """Return the entries that headings are, by line."""
    wanted = entry_headings(blocks)
    found = [block for block in blocks if block.kind is Kind.HEADING and block.line in wanted]
    units = [[piece for piece in to_pieces(block.lines) if piece.url or piece.text.strip()] for block in found]
    _, drafts = read_run(units, are_titled=True)
    for block, draft in zip(found, drafts, strict=True):
        if draft is not None:
            draft.family, draft.evidence = HEADING, "a heading with links below it is the title"
            draft.line = block.line
    return {block.line: draft for block, draft in zip(found, drafts, strict=True)}
