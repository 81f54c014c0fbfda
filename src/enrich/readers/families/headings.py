"""F8 (and the headings of F12): a heading is an entry, its parents are the sections."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from enrich.readers.families import linked_title, plain_title
from enrich.readers.families.paragraphs import holds_fields
from enrich.readers.fields.hosts import is_paper_url
from enrich.readers.fields.titles import count_words
from enrich.readers.outline import Kind, links_of
from enrich.readers.pieces import to_pieces
from enrich.readers.sections import heading_text, purpose_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.readers.draft import Draft
    from enrich.readers.outline import Block

FAMILY = "F8"
_FEWEST = 3
_LEAST_SHARE = 0.6


def entry_levels(blocks: Sequence[Block]) -> frozenset[int]:
    """Return the heading levels whose headings are entries: titles with link bullets below, or links to papers."""
    total: Counter[int] = Counter()
    good: Counter[int] = Counter()
    linked: Counter[int] = Counter()
    for index, block in enumerate(blocks):
        if block.kind is not Kind.HEADING:
            continue
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if following is not None and following.kind is Kind.HEADING and following.level > block.level:
            continue
        if purpose_of(heading_text(block)) is not None:
            continue
        total[block.level] += 1
        good[block.level] += is_entry(block, following)
        is_link = is_link_alone(block)
        linked[block.level] += is_link
    return frozenset(
        level
        for level, count in good.items()
        if (count >= _FEWEST or linked[level] == total[level]) and count >= _LEAST_SHARE * total[level]
    )


def is_link_alone(block: Block) -> bool:
    """Whether a heading is one link to a paper and nothing else."""
    runs = [run for line in block.lines for run in line.runs if run.url is not None or run.text.strip()]
    return len(runs) == 1 and bool(runs[0].url) and runs[0].image is None and is_paper_url(runs[0].url or "")


def is_entry(block: Block, following: Block | None) -> bool:
    """Whether a heading can be an entry."""
    links = [run for run in links_of(block.lines) if run.url and not run.url.startswith("#")]
    if any(run.image is None and (is_paper_url(run.url or "") or count_words(run.text) > 3) for run in links):  # noqa: PLR2004
        return True
    if count_words(heading_text(block)) < 3 or following is None:  # noqa: PLR2004
        return False
    return (
        following.kind in {Kind.LIST, Kind.PARAGRAPH}
        and holds_fields(following)
        and any(
            run.url
            for inner in (following.children or [following])
            for part in (inner.children or [inner])
            for run in links_of(part.lines)
        )
    )


def read(block: Block) -> Draft | None:
    """Return the entry that a heading is, or None."""
    pieces = [piece for piece in to_pieces(block.lines) if piece.url or piece.text.strip()]
    draft = linked_title.read(pieces) or plain_title.read(pieces)
    if draft is not None:
        draft.family = FAMILY
        draft.evidence = "a heading with links below it is the title"
        draft.line = block.line
    return draft
