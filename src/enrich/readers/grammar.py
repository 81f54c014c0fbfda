"""What the siblings in a run agree on: which slots are the title of each item.

A run is the items of one list, the paragraphs in a row, the headings of a level or the cells of a column. The model of
slots gives every item its likeliest title among its siblings; the place that most of them have is the run's grammar.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from enrich.readers.families import slotted, unit_readers
from enrich.readers.pieces import Part
from enrich.readers.roles import FEWEST, Shapes, Weighed, decide, weighed
from enrich.text.hosts import is_paper_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from enrich.readers.draft import Draft
    from enrich.readers.pieces import Piece
    from enrich.readers.roles import IsKnown

SAMPLE = 24
"""Items that stand for a whole list."""
_LIKELY = 0.5
_SURE = 0.95
"""That an item which leads to a paper has no title has to be more than likely."""
_MOST = 0.6
_LEAST = 1e-6
_BEFORE = {"nothing": "", "names": "names, ", "name": "a name, ", "surnames": "names, "}


@dataclass(frozen=True, slots=True)
class Grammar:
    """How the items of a run are read."""

    form: str
    """Where most of them have their title."""
    is_linked: bool = False
    bits: float = 0.0
    """What the readings of all items take, given their siblings."""
    n_items: int = 0
    n_explained: int = 0

    @property
    def is_regular(self) -> bool:
        """Whether most items are read with it."""
        return self.n_explained > _MOST * self.n_items

    def __str__(self) -> str:
        return f"{self.form}: explains {self.n_explained} of {self.n_items} items, which take {self.bits:.0f} bits"


def read_run(
    run: Sequence[Sequence[Piece]],
    more: Sequence[Weighed] = (),
    is_known: IsKnown | None = None,
    heading: str = "",
    *,
    are_titled: bool = False,
    shapes: Shapes | None = None,
) -> tuple[Grammar | None, list[Draft | None]]:
    """Return the grammar of a run, None for one of few items, and the entry of each item, None where it is none.

    Where there are too few items to tell, ``more`` items of the same list stand beside them. Titles that ``is_known``
    knows speak for their place. ``are_titled`` says that something else has shown that every item has a title.
    """
    drafts: list[Draft | None] = []
    places: Counter[tuple[str, bool]] = Counter()
    bits = 0.0
    for unit, opinion in zip(run, decide(weighed(run, is_known, heading, shapes), more), strict=True):
        draft = _of_unit(unit)
        if draft is None and opinion is not None and opinion.best.span is not None:
            if are_titled or opinion.nothing < (_SURE if _leads_to_paper(unit) else _LIKELY):
                draft = slotted.read(unit, opinion.regions, opinion.best.span)
                if draft is not None:
                    draft.doubt = opinion.nothing
                places[_form(opinion.best.signature), opinion.regions[opinion.best.span.region].is_link] += 1
            bits -= math.log2(max(_LEAST, opinion.share, opinion.nothing))
        drafts.append(draft)
    if len(run) < FEWEST or not places:
        return None, drafts
    (form, is_linked), n_explained = places.most_common(1)[0]
    return Grammar(form, is_linked, bits, len(run), n_explained), drafts


def _of_unit(unit: Sequence[Piece]) -> Draft | None:
    """The entry of a unit that a family knows at sight."""
    drafts = (family.read_unit(unit) for family in unit_readers() if unit and family.read_unit)
    return next((draft for draft in drafts if draft is not None), None)


def _leads_to_paper(pieces: Sequence[Piece]) -> bool:
    return sum(piece.part is Part.LINK and is_paper_url(piece.url) for piece in pieces) == 1


def read_one(pieces: Sequence[Piece], *, is_titled: bool = False) -> Draft | None:
    """Return the entry of one unit without siblings, or None."""
    return read_run([pieces], are_titled=is_titled)[1][0]


def _form(signature: tuple[str, ...]) -> str:
    """The place of a title in words: ``names, a quoted title``."""
    place, _, said, *_ = signature
    title = "a linked title" if place == "link" else f"a title in {place}"
    return f"{_BEFORE.get(said, f'{said}, ')}{title}"
