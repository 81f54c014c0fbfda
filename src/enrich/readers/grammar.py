"""What the siblings in a run agree on: which slot is the title, and which fields stand in front of it.

A run is the items of one list. Each way to read it is measured by its description length: how many bits its exceptions
take (J. Rissanen, "Modeling by shortest data description", Automatica 14, 1978). The shortest one is the run's grammar,
and every item is read with it unless reading that item in another way is shorter by more than an exception costs.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from enrich.readers import roles
from enrich.readers.families import bare, citation, linked_title, piped, plain_title, slotted
from enrich.readers.fields.labels import is_generic
from enrich.readers.fields.names import ET_AL, is_name, is_names, parse_names
from enrich.readers.fields.titles import count_words
from enrich.readers.outline import ITALIC
from enrich.readers.pieces import Part, text_of
from enrich.readers.zone import Lead, leads_of, leads_with_link
from enrich.text.hosts import is_paper_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from enrich.readers.draft import Draft
    from enrich.readers.pieces import Piece
    from enrich.readers.roles import Opinion

    IsKnown = Callable[[str], bool]
    """Whether a text is the title of a known work."""

FEWEST = 3
"""Items that make a run."""
_EXCEPTION = 5.0
_UNREAD = 20.0
_DEPARTS = 4.0
_KNOWN = 6.0
"""Bits that a title of a known work speaks for the form that reads it."""
_ODD_TITLE = 8.0
_STAYS = {True: 5.0, False: 1.0}
"""Bits for a field that stays in a title, when it surely is one and when it may be."""
_SEPARATOR = re.compile(r"[.:?!,]\s|\s[-–—]\s|[\"“„‟”]|``")
_INITIAL = re.compile(r"\b[A-Z]\b")
SAMPLE = 24
"""Items from which a grammar is learnt."""
_MOST = 0.6
_NEGLIGIBLE = 0.3
"""Bits an item beneath which no other form is tried."""
_SHORT = {0: _ODD_TITLE, 1: 4.0, 2: 1.5}
_LONG_TITLE = 35
_TITLE_WORDS = 4
_ONE_NAME = 1.5
_MIXED = 2.0
"""Bits for a title of two styles, and for a short name that is a person's."""
_QUOTED = re.compile(r"[“\"„]([^“”\"„]{4,})[”\"]")
_NAMES_FIRST = "names, then the title"
LINKED = "a linked title"
_FORMS: dict[str, Callable[[Sequence[Piece], frozenset[Lead]], Draft | None]] = {
    "fields between pipes": lambda pieces, _leads: piped.read(pieces),
    _NAMES_FIRST: lambda pieces, _leads: citation.read(pieces, may_be_one=True),
    "names, a comma, the title": lambda pieces, _leads: citation.read(pieces, may_be_one=True, is_by_commas=True),
    LINKED: linked_title.read,
    "a plain title": plain_title.read,
    "an italic title": plain_title.read_italic,
}
"""How a title stands in its item; of two that are as short the first."""
UNLINKED = frozenset({_NAMES_FIRST, "names, a comma, the title", "an italic title"})
"""Forms that paragraphs have only where their siblings do: alone, such a paragraph may be prose."""
_ALONE: tuple[Callable[[Sequence[Piece], frozenset[Lead]], Draft | None], ...] = (
    lambda pieces, _leads: piped.read(pieces),
    lambda pieces, _leads: citation.read(pieces),
    lambda pieces, _leads: citation.read(pieces, is_by_commas=True),
    linked_title.read,
    plain_title.read,
)
"""How an item without siblings is read."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """How the items of a run are read."""

    form: str
    leads: frozenset[Lead] = frozenset()
    """Fields in front of the title that most items have."""
    title_cell: int | None = None
    """Which of the fields between pipes is the title."""
    bits: float = 0.0
    n_items: int = 0
    n_explained: int = 0

    @property
    def is_regular(self) -> bool:
        """Whether most items are read with it."""
        return self.n_explained > _MOST * self.n_items

    def __str__(self) -> str:
        fields = " ".join([*sorted(lead.value for lead in self.leads), self.form])
        return f"{fields}: explains {self.n_explained} of {self.n_items} items, exceptions take {self.bits:.0f} bits"


def learn(
    units: Sequence[Sequence[Piece]], usual: Grammar | None = None, is_known: IsKnown | None = None
) -> tuple[Grammar | None, dict[int, Draft]]:
    """Return the grammar of a run and items that are read already.

    Too few items to tell have the ``usual`` grammar of their list, and a run that departs from it says so in bits.
    Where the forms read different titles, those that ``is_known`` knows speak for their form.
    """
    filled = [index for index, unit in enumerate(units) if unit]
    if len(filled) < FEWEST:
        return usual, {}
    places = filled[:: -(-len(filled) // SAMPLE)]
    sample = [units[place] for place in places]
    is_plain = all(map(_begins_with_title, sample))
    texts = [_title_text(unit) for unit in sample] if not is_plain or _may_lead(sample) else []
    leads = _leads_that_pay(texts)
    if is_plain:
        return Grammar(LINKED, leads, n_items=len(filled), n_explained=len(filled)), {}
    if 2 * sum(map(leads_with_link, sample)) > len(sample):
        leads |= {Lead.LINK}
    cell = piped.vote(sample)
    tried: dict[str, list[tuple[float, Draft | None]]] = {}
    totals: dict[str, float] = {}
    for form in sorted(_FORMS, key=lambda form: usual is None or form != usual.form):
        tried[form] = [
            (description_length(draft, unit), draft) for unit in sample for draft in [_read(unit, form, leads, cell)]
        ]
        totals[form] = sum(min(bits, 2 * _EXCEPTION) for bits, _ in tried[form]) - _said_once(tried[form])
        totals[form] += _DEPARTS if usual and form != usual.form else 0.0
        if totals[form] <= _NEGLIGIBLE * len(sample) and (is_known is None or _knows_any(tried[form], is_known)):
            break
    if is_known is not None and len(tried) > 1:
        for form, n_known in _count_known(tried, is_known).items():
            totals[form] -= _KNOWN * n_known
    best = next(iter(totals))
    for form, total in totals.items():
        best = form if total < totals[best] - 0.5 else best
    least = max(0.0, totals[best])
    share = len(filled) / len(sample)
    n_explained = round(share * sum(bits < _EXCEPTION for bits, _ in tried[best]))
    read = {
        place: draft for place, (bits, draft) in zip(places, tried[best], strict=True) if draft and bits <= _EXCEPTION
    }
    return Grammar(best, leads, cell, least * share, len(filled), n_explained), read


def _count_known(tried: Mapping[str, Sequence[tuple[float, Draft | None]]], is_known: IsKnown) -> dict[str, int]:
    """How many titles each form reads that are those of known works, over the items that the forms read differently."""
    titles = {form: [draft and draft.title for _, draft in read] for form, read in tried.items()}
    differ = [index for index, found in enumerate(zip(*titles.values(), strict=True)) if len(set(found)) > 1]
    return {
        form: sum(bool(read[index]) and is_known(read[index] or "") for index in differ)
        for form, read in titles.items()
    }


def _knows_any(read: Sequence[tuple[float, Draft | None]], is_known: IsKnown) -> bool:
    return any(draft is not None and draft.title is not None and is_known(draft.title) for _, draft in read)


def learn_list(units: Sequence[Sequence[Piece]], is_known: IsKnown | None = None) -> Grammar | None:
    """Return the grammar that most items of a whole list have, None where there is none."""
    grammar, _ = learn(units, is_known=is_known)
    return grammar if grammar and grammar.is_regular else None


def read_unit(pieces: Sequence[Piece], grammar: Grammar | None = None, read: Draft | None = None) -> Draft | None:
    """Return the entry in the pieces of one unit, or None; ``read`` is what learning its grammar has read already.

    Without a grammar the families are asked from the most special down.
    """
    identifier = bare.read(pieces)
    if identifier is not None or read is not None:
        return identifier or read
    leads = grammar.leads if grammar else frozenset[Lead]()
    if grammar is None:
        return next((draft for form in _ALONE if (draft := form(pieces, leads)) is not None), None)
    best = _read(pieces, grammar.form, leads, grammar.title_cell)
    least = description_length(best, pieces)
    if least > _EXCEPTION:
        for form in _FORMS:
            draft = _read(pieces, form, leads, grammar.title_cell) if form != grammar.form else None
            bits = description_length(draft, pieces) + _EXCEPTION
            if draft is not None and bits < least:
                best, least = draft, bits
    return best


def reads_unlinked(pieces: Sequence[Piece]) -> bool:
    """Whether a unit can have names or an italic title in front."""
    if _begins_with_title(pieces):
        return False
    nothing = frozenset[Lead]()
    return any(description_length(_FORMS[form](pieces, nothing), pieces) <= _EXCEPTION for form in UNLINKED)


def read_as(pieces: Sequence[Piece], grammar: Grammar) -> Draft | None:
    """Return the entry in the pieces of one unit where the grammar explains it, and no other reading of it."""
    draft = _read(pieces, grammar.form, grammar.leads, grammar.title_cell)
    return draft if description_length(draft, pieces) <= _EXCEPTION else None


def _read(pieces: Sequence[Piece], form: str, leads: frozenset[Lead], cell: int | None) -> Draft | None:
    if cell is not None and form == "fields between pipes":
        return piped.read(pieces, cell)
    return _FORMS[form](pieces, leads)


def description_length(draft: Draft | None, pieces: Sequence[Piece]) -> float:
    """Bits that a reading of an item takes beyond its words: what is odd about its title, and what it leaves unread."""
    if draft is None or not draft.title:
        return _UNREAD
    title = draft.title
    n_words = count_words(title) if title.isascii() else max(count_words(title), len(title) // 4)
    bits = _SHORT.get(n_words, 0.0) + (4.0 if n_words > _LONG_TITLE else 0.0)
    if is_generic(title) or is_names(title):
        bits += _ODD_TITLE
    if " | " in title:
        bits += 4.0
    if draft.family == citation.FAMILY and not draft.authors:
        bits += _ODD_TITLE
    if _is_of_one(draft):
        bits += _ONE_NAME
    if (
        not draft.is_title_linked
        and draft.family != piped.FAMILY
        and any(_is_titled_paper(piece, title) for piece in pieces)
    ):
        bits += 6.0
    elif not draft.is_title_linked and n_words < _TITLE_WORDS and any(map(_is_named_link, pieces)):
        bits += 4.0
    said = _before(pieces) if draft.family == plain_title.FAMILY else ""
    if _SEPARATOR.search(said) and (
        cited := citation.cite(said, may_be_one=True) or citation.cite_by_commas(said, may_be_one=True)
    ):
        # "Names: title" may be a title with a colon; many names are sure, and so are names before any other mark.
        names = parse_names(cited[0])
        is_sure = f"{cited[0]}:" not in said and len(names) > 1
        is_sure = is_sure or ET_AL in names or (len(names) > 2 and all(map(_is_full, names)))  # noqa: PLR2004
        bits += 6.0 if is_sure else 1.0
    bits += _MIXED if _is_mixed(draft, pieces) else 0.0
    if draft.is_title_linked and draft.family == linked_title.FAMILY and draft.notes:
        before = _before(pieces)
        bits += 3.0 if count_words(before) >= _TITLE_WORDS and not before.rstrip().endswith(":") else 0.0
    return bits


def _is_of_one(draft: Draft) -> bool:
    """Whether a citation has one name without an initial in front: ``Name: title`` may be a title with a colon."""
    is_alone = draft.family == citation.FAMILY and len(draft.authors) == 1
    return is_alone and _INITIAL.search(draft.authors[0]) is None


def _said_once(read: Sequence[tuple[float, Draft | None]]) -> float:
    """The bits that single names cost beyond the first, where most items of a run have one of their own in front."""
    names = {draft.authors[0] for _, draft in read if draft is not None and _is_of_one(draft)}
    return _ONE_NAME * (len(names) - 1) if len(names) > _MOST * len(read) else 0.0


def _is_mixed(draft: Draft, pieces: Sequence[Piece]) -> bool:
    """Whether a short name is a person's, or a title goes on over the end of italic or quoted words."""
    title = draft.title or ""
    if draft.acronym and " " in draft.acronym and is_name(draft.acronym):
        return True
    if draft.is_title_linked or draft.family != plain_title.FAMILY:
        return False
    texts = [piece.text for piece in pieces if piece.part is Part.TEXT and piece.style & ITALIC]
    texts += [match[1] for match in _QUOTED.finditer(title)]
    return any(count_words(text) > 1 and text.strip(" .,") in title and len(text) + 3 < len(title) for text in texts)


def _is_titled_paper(piece: Piece, title: str) -> bool:
    """Whether a link to a paper has a title for its text, and another one than was read."""
    is_title = piece.part is Part.LINK and piece.image is None and count_words(piece.text) >= _TITLE_WORDS
    return is_title and is_paper_url(piece.url) and not is_generic(piece.text) and piece.text.strip(" .") not in title


def _is_full(name: str) -> bool:
    return " " in name


def _is_named_link(piece: Piece) -> bool:
    return (
        piece.part is Part.LINK and piece.image is None and count_words(piece.text) > 1 and not is_generic(piece.text)
    )


def _before(pieces: Sequence[Piece]) -> str:
    index = next((index for index, piece in enumerate(pieces) if piece.part is Part.LINK), len(pieces))
    return text_of(pieces[:index])


def _begins_with_title(pieces: Sequence[Piece]) -> bool:
    """Whether an item begins with a linked title that nobody would take for anything else."""
    first = next((piece for piece in pieces if piece.part is not Part.TEXT or piece.text.strip(" *_\t")), None)
    return (
        first is not None
        and first.part is Part.LINK
        and first.image is None
        and count_words(first.text) >= _TITLE_WORDS
        and not is_generic(first.text)
        and not is_names(first.text)
        and linked_title.title_link(pieces) is not None
    )


def _may_lead(sample: Iterable[Sequence[Piece]]) -> bool:
    return any(character.isdigit() for unit in sample for character in _title_text(unit)[:12])


def _title_text(pieces: Sequence[Piece]) -> str:
    """The text in whose front fields may stand: what precedes a linked title and the title, or the plain text."""
    index = linked_title.title_link(pieces)
    if index is None:
        return _before(pieces)
    before = text_of(pieces[:index])
    return f"{before} {pieces[index].text}" if before else pieces[index].text


def _leads_that_pay(texts: Sequence[str]) -> frozenset[Lead]:
    """The kinds of fields that are cut: those that take more bits where they stay than their absence elsewhere."""
    counts: Counter[Lead] = Counter()
    stays: Counter[Lead] = Counter()
    for text in texts:
        for lead, is_sure in leads_of(text):
            counts[lead] += 1
            stays[lead] += _STAYS[is_sure]  # type: ignore[assignment]
    return frozenset(lead for lead, n in counts.items() if len(texts) * _entropy(n / len(texts)) < stays[lead])


def _entropy(share: float) -> float:
    return 0.0 if share in {0.0, 1.0} else -(share * math.log2(share) + (1 - share) * math.log2(1 - share))


_UNLIKELY = 0.05
"""The probability of a title, given that there is one, below which another is read."""
_LIKELY = 0.5


def revise(run: Sequence[Sequence[Piece]], drafts: Sequence[Draft | None]) -> list[Draft | None]:
    """Return the drafts of a run with those replaced whose titles are unlikely among their slots and their siblings."""
    found = list(drafts)
    for place, (unit, opinion) in enumerate(zip(run, roles.decide(run), strict=True)):
        if opinion is not None:
            found[place] = revised(unit, drafts[place], opinion)
    return found


def revised(unit: Sequence[Piece], draft: Draft | None, opinion: Opinion) -> Draft | None:
    """Return the draft of a unit, or another where its title is unlikely."""
    if opinion.best is None or opinion.nothing > _LIKELY or (draft is not None and draft.title is None):
        return draft
    share = opinion.shares.get(roles.letters(draft.title or ""), 0.0) if draft else 0.0
    if share > _UNLIKELY * (1 - opinion.nothing):
        return draft
    return slotted.read(unit, opinion.regions, opinion.best) or draft
