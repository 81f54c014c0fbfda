"""From the outline of one file to entries: every block goes to the family that its evidence names."""

from __future__ import annotations

import itertools
import re
from functools import cached_property
from typing import TYPE_CHECKING

from enrich.model.entry import Omission
from enrich.readers.draft import Draft
from enrich.readers.entry_candidates import EntryCandidate, FileReading
from enrich.readers.families import bare, block_readers, headings, known_families, nested, paragraphs
from enrich.readers.families.citation import CITATION
from enrich.readers.families.of_markups import ORG, RST
from enrich.readers.families.slotted import LINKED, PLAIN
from enrich.readers.fields.labels import is_generic, label_role
from enrich.readers.fields.rest import is_fields_only, read_pieces
from enrich.readers.fields.titles import count_words
from enrich.readers.fields.words import is_key
from enrich.readers.fields.written_names import is_name, parse_names
from enrich.readers.grammar import SAMPLE, Grammar, read_one, read_run
from enrich.readers.inline import split_text
from enrich.readers.judging import judge
from enrich.readers.outline import Block, Kind, Line, Outline, all_lines, links_of, plain_lines, walk
from enrich.readers.pieces import Part, Piece, text_of, to_pieces
from enrich.readers.roles import FEWEST, weighed
from enrich.readers.sections import Place, heading_text, purpose_of
from enrich.readers.slots import title_link
from enrich.text.hosts import is_anchor, is_paper_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from enrich.model.entry import BlockNote
    from enrich.readers.roles import IsKnown, Shapes, Weighed

_MOST_TEXT = 200
_BETWEEN = re.compile(r"(\([^()]{1,40}\)\s*)?(?:[,;]|[,;]?\s*(?:and|&))\s*(?:the|an?)?", re.IGNORECASE)
_YEAR = re.compile(r"\s*\((?:19|20)\d{2}\)")
_MOST_BODY = 6
"""Items below a heading that are fields of it."""
_MOST_LINES, _LONGEST_LINE = 2000, 1000
"""Of a code block that may be a list."""
_DONE = Block(Kind.RULE, 0)


def read_outline(
    outline: Outline, file: str | None = None, is_known: IsKnown | None = None
) -> tuple[list[Draft], list[Omission], list[BlockNote], str | None]:
    """Return the entries of an outline, what was left out, the notes on its blocks, and the list's title."""
    found = candidates_of_outline(outline, file, is_known)
    drafts, notes = judge(found, file)
    return drafts, sorted(found.omissions, key=lambda omission: omission.line), notes, found.title


def candidates_of_outline(outline: Outline, file: str | None = None, is_known: IsKnown | None = None) -> FileReading:
    """Return what the blocks of an outline may hold."""
    walker = _Walker(outline, file, is_known)
    walker.read()
    return walker.result


class _Walker:
    """Goes through the blocks of one file in order."""

    def __init__(self, outline: Outline, file: str | None, is_known: IsKnown | None) -> None:
        self._outline = outline
        self._is_known = is_known
        self._file = file
        self._place = Place()
        self.result = FileReading()
        self._current: Draft | None = None
        self._heading_entry: Draft | None = None
        """The entry of the heading just above."""
        self._group = self._n_groups = 0
        self._is_behind_prose = False
        self._is_behind_paragraph = False
        self._is_page = outline.markup == "page"
        self._readers: dict[Kind, Callable[[Block], None]] = {
            Kind.TABLE: self._table,
            Kind.QUOTE: self._quote,
            Kind.DETAILS: self._details,
            Kind.CODE: self._code,
            Kind.DATA: self._untitled,
        }
        self._family = next((one for one in known_families() if one.markup == outline.markup), None)
        self._more: list[Weighed] | None = None
        self._shapes: Shapes = {}
        wrapped = [block.children for block in walk(outline.blocks) if block.kind in {Kind.QUOTE, Kind.DETAILS}]
        self._runs: dict[int, paragraphs.ParagraphRun] = {}
        """The run that a paragraph belongs to, by line."""
        self._entry_headings: dict[int, Draft | None] = {}
        for blocks in (outline.blocks, *wrapped):
            self._entry_headings |= headings.read(blocks)

    def read(self) -> None:
        self.result.omissions += self._outline.omissions
        for comment in self._outline.comments:
            self._omit_text(comment.line, "comment", comment.text)
        blocks = self._outline.blocks
        self._runs |= paragraphs.runs(blocks)
        for index, block in enumerate(blocks):
            self._begin_group()
            self._block(block, blocks[index + 1] if index + 1 < len(blocks) else None)
            blocks[index] = _DONE  # a list of megabytes is not kept twice

    def _blocks(self, blocks: Sequence[Block]) -> None:
        self._runs |= paragraphs.runs(blocks)
        for index, block in enumerate(blocks):
            self._begin_group()
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            self._block(block, following)

    def _begin_group(self) -> None:
        self._n_groups += 1
        self._group = self._n_groups

    def _block(self, block: Block, following: Block | None) -> None:
        if block.kind is not Kind.LIST:
            self._is_behind_paragraph = False
        if self._is_of_family(block):
            return
        if block.kind is Kind.HEADING:
            self._heading(block)
        elif block.kind is Kind.PARAGRAPH:
            self._paragraph(block, following)
        elif block.kind in {Kind.LIST, Kind.ITEM}:
            self._list(block.children if block.kind is Kind.LIST else [block])
        elif reader := self._readers.get(block.kind):
            reader(block)

    def _is_of_family(self, block: Block) -> bool:
        """Whether a block was read by a family that reads blocks of its kind."""
        found = (family.read_block(block) for family in block_readers(block.kind) if family.read_block)
        drafts = next(filter(None, found), ())
        for draft in drafts:
            draft.problems += block.problems
            draft.topic_labels += block.topic_labels
            self._add(draft, all_lines(block))
            draft.section_path = block.section_path or draft.section_path
        return bool(drafts)

    def _heading(self, block: Block) -> None:
        text = heading_text(block)
        if block.is_html and block.level == 1:
            self.result.title = self.result.title or text
            return
        draft = self._entry_headings.get(block.line)
        if draft is not None:
            self._place.leave(block.level)
            self._add(draft, block.lines)
            self._heading_entry = draft
            draft.is_voted = True
            return
        if self.result.title is None and text and purpose_of(text) is None:
            self.result.title = text
        self._place.open_heading(block.level, text)
        self._current = None
        self._is_behind_prose = False
        if any(run.url and not is_anchor(run.url) for run in links_of(block.lines)):
            self._omit_lines(block.line, "heading", block.lines)

    def _details(self, block: Block) -> None:
        if block.level < 0:
            self._place.close_details()
            return
        if block.level > 0:
            self._place.open_details("")
            return
        summary = plain_lines(block.lines)
        if not block.children and self._place.awaits_details_name():
            self._place.name_details(summary)
            return
        self._place.open_details(summary)
        self._blocks(block.children)
        self._place.close_details()

    def _list(self, items: Sequence[Block]) -> None:
        follows = self._current is not None and self._current.family in {paragraphs.LINES, paragraphs.PARAGRAPH}
        if (
            self._is_behind_paragraph
            and follows
            and self._current is not None
            and not any(_has_links(item) for item in items)
        ):
            self._current.notes += [plain_lines(all_lines(item)) for item in items]
            return
        if self._current is not None and self._current is self._heading_entry and self._read_body(items):
            return
        units = [to_pieces(_own_lines(item)) for item in items]
        heading = " ".join(self._place.path()[-1:])
        grammar, drafts = read_run(
            units, self._siblings(units), self._is_known, heading, are_titled=self._is_page, shapes=self._shapes
        )
        self._n_groups += 1
        group = self._n_groups
        if grammar is not None:
            self.result.grammars[group] = grammar
        for place, (item, unit) in enumerate(zip(items, units, strict=True)):
            self._group = group
            self._item(item, unit, grammar, drafts[place])

    def _siblings(self, units: Sequence[Sequence[Piece]]) -> Sequence[Weighed]:
        """Items of all lists of the file, for a list that has too few."""
        if len(units) >= FEWEST:
            return ()
        if self._more is None:
            self._more = _sample(self._outline.blocks, self._is_known)
        return self._more

    def _read_body(self, items: Sequence[Block]) -> bool:
        """Read the short list below a heading that is an entry: its links are the entry's, whatever their texts say."""
        units = [to_pieces(all_lines(item)) for item in items]
        n_links = sum(piece.part is Part.LINK for unit in units for piece in unit)
        texts = [piece.text for unit in units for piece in unit if piece.url]
        is_labelled = any(label_role(text) is not None for text in texts)
        if (not is_labelled and len(items) > 1) or len(items) > _MOST_BODY or n_links > 2 * _MOST_BODY:
            return False
        for unit in units:
            read_pieces(self._current, unit)  # type: ignore[arg-type]
        return True

    def _item(self, item: Block, pieces: Sequence[Piece], grammar: Grammar | None, read: Draft | None) -> None:
        if _is_group(item):
            self._group_of(plain_lines(item.children[0].lines), item.children[1:])
            return
        *others, pieces = _parts(pieces)
        draft = read_one(pieces) if others else read
        if draft is None and _is_titled(item, pieces):
            draft = read_one(pieces, is_titled=True)
        for another in filter(None, map(read_one, others)):
            self._add(another, _own_lines(item))
        if item.children and item.children[0].kind is Kind.HEADING:
            self._blocks(item.children)
            return
        own = _own_lines(item)
        below = [block for block in item.children if block.kind is not Kind.PARAGRAPH]
        if pieces and not any(map(_holds_entries, below)) and self._is_continuation(pieces, grammar):
            _go_on(self._current, pieces)  # type: ignore[arg-type]
            self._blocks(below)
            return
        is_linked = any(piece.url for piece in pieces)
        if below and not is_linked and _ends_with_colon(pieces) and not all(map(paragraphs.holds_fields, below)):
            self._group_of(plain_lines(own), below)
            return
        is_index = _is_anchors(pieces) and (draft is None or not (draft.authors or draft.is_title_linked))
        if draft is None or is_index:
            if pieces:
                self._omit_lines(item.line, "contents" if is_index else "no title", own)
            self._group_of(plain_lines(own) if pieces and not is_linked else "", below)
            return
        self._add_with_fields(draft, pieces, own, below)

    def _add_with_fields(
        self, draft: Draft, pieces: Sequence[Piece], own: Sequence[Line], below: Sequence[Block]
    ) -> None:
        """Add the entry of an item with the fields in the blocks below it; what is no field is read by itself."""
        left, n_fields = self._read_below(draft, below)
        if left and not n_fields and not (draft.links or draft.authors or draft.label):
            self._group_of(draft.title or "", left)
            return
        if n_fields and any(block.kind is Kind.LIST for block in below):
            draft.family, draft.evidence = nested.NESTED, "a title with its fields in bullets below"
        elif draft.authors and any(piece.part is Part.BREAK for piece in pieces) and draft.family in {LINKED, PLAIN}:
            draft.family, draft.evidence = paragraphs.LINES, "a title with authors and links on lines of their own"
        self._add(draft, [*own, *(line for block in below if block not in left for line in all_lines(block))])
        self._blocks(left)

    def _group_of(self, name: str, blocks: Sequence[Block]) -> None:
        """Read blocks below an item that is the name of their group; they have none without a name."""
        depth = self._place.n_groups
        if name and blocks:
            self._place.open_group(name.strip(" :：*"), depth)
        self._blocks(blocks)
        self._place.close_groups(depth)

    def _is_continuation(self, pieces: Sequence[Piece], grammar: Grammar | None) -> bool:
        """Whether an item without a title of its own goes on with the entry above."""
        if self._current is None or self._current.title is None or not is_fields_only(pieces):
            return False
        bare_one = bare.read(pieces)
        has_work = self._current.has_work_link or bool(self._current.extra_identifiers)
        if bare_one is not None and has_work and _is_another(self._current, bare_one, pieces):
            return False
        # What looks like names is a title where its siblings have one in its place and it has a link as they have.
        is_sibling = grammar is not None and grammar.is_regular and self._current.has_work_link
        words = [piece.text for piece in pieces if piece.part is Part.TEXT]
        return not (is_sibling and count_words(" ".join(words)) > 2 and any(piece.url for piece in pieces))  # noqa: PLR2004

    def _read_below(self, draft: Draft, below: Sequence[Block]) -> tuple[list[Block], int]:
        """Read the blocks below a title item; return those that are no fields, and how many fields there were."""
        left: list[Block] = []
        n_fields = 0
        for block in below:
            if block.kind is Kind.LIST:
                others: list[Block] = []
                cited = [nested.cited(draft, to_pieces(_own_lines(item))) for item in block.children]
                is_one = draft.has_work_link or sum(one is not None for one in cited) == 1
                for item, found in zip(block.children, cited, strict=True):
                    if found is not None and is_one and not draft.authors:
                        nested.take_citation(draft, found)
                        n_fields += 1
                    elif found is None and self._read_below_item(draft, item):
                        n_fields += 1
                    else:
                        others.append(item)
                if others:
                    left.append(Block(Kind.LIST, others[0].line, children=others))
            elif (
                block.kind is Kind.QUOTE
                and draft.quote is None
                and all(inner.kind is Kind.PARAGRAPH for inner in block.children)
            ):
                draft.quote = plain_lines(line for inner in block.children for line in inner.lines)
            elif block.kind in {Kind.DETAILS, Kind.CODE} and not _holds_entries(block):
                self._read_digest(draft, block)
            elif block.kind is not Kind.RULE:
                left.append(block)
        return left, n_fields

    def _read_below_item(self, draft: Draft, item: Block) -> bool:
        own = [line for block in item.children if block.kind is Kind.PARAGRAPH for line in block.lines]
        deeper = [block for block in item.children if block.kind is not Kind.PARAGRAPH]
        if not own or any(_holds_entries(block) for block in deeper) or not nested.read_field(draft, to_pieces(own)):
            return False
        for block in deeper:
            for line in all_lines(block):
                read_pieces(draft, to_pieces([line]))
        return True

    def _read_digest(self, draft: Draft, block: Block) -> None:
        """BibTeX, an abstract or a figure folded away under an entry."""
        from enrich.readers.families import details  # noqa: PLC0415 (only for lists that have them)

        text = details.bibtex_of(block)
        if text is not None:
            details.add_bibtex(draft, text)
        elif "abstract" in plain_lines(block.lines).lower() and draft.quote is None:
            draft.quote = " ".join(filter(None, (plain_lines(inner.lines) for inner in block.children))) or None

    def _paragraph(self, block: Block, following: Block | None) -> None:
        pieces = to_pieces(block.lines)
        if all(piece.part is Part.IMAGE or (piece.part is Part.TEXT and not piece.text.strip()) for piece in pieces):
            self._badges(block, pieces)
            return
        if self._current is not None and self._current is self._heading_entry and not self._current.authors:
            names = plain_lines(block.lines).strip(" *_,.")
            if is_name(names) and not any(is_paper_url(piece.url) for piece in pieces if piece.url):
                self._current.authors = parse_names(names)
                return
        if paragraphs.is_group_label(pieces, following):
            self._place.open_group(plain_lines(block.lines).strip(" :*"))
            self._current = None
            return
        if self._addresses(block) or self._names(block) or self._continues(block, pieces):
            return
        drafts = [] if self._is_page else self._runs[block.line].read(block, self._is_known)
        for draft in drafts:
            self._add(draft, block.lines)
        self._is_behind_paragraph = bool(drafts)
        if not drafts:
            self._is_behind_prose = True
            self._omit_lines(block.line, "contents" if _is_anchors(pieces) else "prose", block.lines)
            if any(piece.url for piece in pieces):
                self._current = None

    def _names(self, block: Block) -> bool:
        """Whether a paragraph has the title of the work that the heading above only identifies."""
        if self._current is None or self._current is not self._heading_entry or self._current.title is not None:
            return False
        found = self._runs[block.line].read(block, self._is_known)
        if len(found) != 1 or found[0].has_work_link:
            return False
        nested.take_citation(self._current, found[0])
        return True

    def _continues(self, block: Block, pieces: Sequence[Piece]) -> bool:
        """Whether a paragraph was read into the entry above it."""
        if self._current is None or block.is_html or not self._goes_on(pieces):
            return False
        read_pieces(self._current, pieces)
        return True

    def _addresses(self, block: Block) -> bool:
        """Whether every line of a paragraph is an identifier of a work and nothing else, below no titled entry."""
        is_after = self._current is not None and self._current.family is bare.IDENTIFIER
        if not (is_after or (self._current is None and len(block.lines) > 1)):
            return False
        works = [bare.read(to_pieces([line])) for line in block.lines if len(line.runs) == 1]
        found = [work for work in works if work is not None]
        if not found or len(found) < len(block.lines):
            return False
        for work, line in zip(found, block.lines, strict=True):
            self._add(work, [line])
        return True

    def _goes_on(self, pieces: Sequence[Piece]) -> bool:
        """Whether a paragraph belongs to the entry above it."""
        if is_fields_only(pieces) or self._is_body_of_heading(pieces):
            return True
        if (
            self._current is not None
            and self._current.family in {headings.HEADING, ORG}
            and not any(piece.url for piece in pieces)
        ):
            return True
        text = "".join(piece.text for piece in pieces[:2]).lstrip(" *_").lower()
        return text.startswith(("abstract", "keywords")) and self._current is not None

    def _is_body_of_heading(self, pieces: Sequence[Piece]) -> bool:
        """Whether a paragraph below a heading that is an entry links to nothing by another title."""
        is_below = self._current is not None and self._current.family in {headings.HEADING, RST, ORG}
        urls = [piece for piece in pieces if piece.part is Part.LINK and piece.url]
        return is_below and bool(urls) and all(label_role(piece.text) is not None or piece.image for piece in urls)

    def _badges(self, block: Block, pieces: Sequence[Piece]) -> None:
        if self._is_page and (self._current is None or self._current.topic_labels or self._current.quote):
            if self._is_behind_prose:
                return
            self._add(Draft(block.line, None, PLAIN, "badges of an entry whose title is lost"), [])
        if self._current is not None:
            read_pieces(self._current, pieces)

    def _table(self, block: Block) -> None:
        from enrich.readers.families import tables  # noqa: PLC0415 (only for lists that have them)

        found, reason = tables.read(block)
        taken = {id(row) for _, rows in found for row in rows} if reason is None else set()
        if reason is None:
            for draft, rows in found:
                self._add(
                    draft, [line for row in rows for cell in row.cells if not cell.is_continued for line in cell.lines]
                )
            self._current = None
        for row in block.rows:
            lines = [line for cell in row.cells if not cell.is_continued for line in cell.lines]
            if id(row) not in taken and any(run.url for run in links_of(lines)):
                self._omit_lines(row.line, reason or "row without a title", lines)
        if reason is not None:
            self._current = None

    def _quote(self, block: Block) -> None:
        if any(inner.kind is not Kind.PARAGRAPH for inner in block.children):
            self._blocks(block.children)
            return
        lines = [line for inner in block.children for line in inner.lines]
        drafts = [] if self._is_page else paragraphs.read_lines(lines)
        if drafts and all(map(_is_work, drafts)):
            for draft in drafts:
                self._add(draft, lines)
            return
        if self._is_page and (self._current is None or self._current.quote) and self.result.candidates:
            self._add(Draft(block.line, None, PLAIN, "quote of an entry whose title is lost"), [])
        if self._current is not None and self._current.quote is None:
            self._current.quote = plain_lines(lines)
            if any(run.url for run in links_of(lines)):
                self._omit_lines(block.line, "quote", lines)
        else:
            self._is_behind_prose = True
            self._omit_lines(block.line, "prose", lines)

    def _code(self, block: Block) -> None:
        from enrich.readers.families import details  # noqa: PLC0415 (only for lists that have them)

        is_bibtex = details.is_bibtex(block.text)
        if is_bibtex and self._current is not None and details.add_bibtex(self._current, block.text):
            return
        if is_bibtex and self._is_list_of_bibtex and self._place.purpose() is None:
            for entry in details.entries_of(block.text):
                entry.line += block.line
                self._block(entry, None)
        elif not self._verbatim(block):
            self._omit_text(block.line, "code", block.text)

    @cached_property
    def _is_list_of_bibtex(self) -> bool:
        """Whether the file has several code blocks of BibTeX: one alone says how to cite the list."""
        from enrich.readers.families import details  # noqa: PLC0415 (only for lists that have them)

        blocks = walk(self._outline.blocks)
        return sum(block.kind is Kind.CODE and details.is_bibtex(block.text) for block in blocks) > 1

    def _verbatim(self, block: Block) -> bool:
        """Whether the lines of a code block are entries: most of them, or its first one with its fields below."""
        lines = [
            Line(number, split_text(text.strip()), is_hard=True)
            for number, text in enumerate(block.text.split("\n")[:_MOST_LINES], block.line + 1)
            if text.strip() and len(text) < _LONGEST_LINE
        ]
        if len(lines) > 1 and all(map(is_key, (plain_lines([line]) for line in lines[1:]))):
            draft = read_one(to_pieces(lines), is_titled=True)
            drafts, least = [draft], 1
        else:
            drafts, least = read_run([to_pieces([line]) for line in lines])[1], max(3, len(lines) // 2)
        found = [draft for draft in drafts if draft and draft.title and (draft.authors or draft.label or draft.links)]
        if len(found) < least:
            return False
        for draft in found:
            self._add(draft, [line for line in lines if line.number == draft.line])
        return True

    def _untitled(self, block: Block) -> None:
        said = (*block.record.values(), *(one.value for one in block.fields))
        self._omit_text(block.line, "no title", " ".join(filter(None, (block.key, *said))))

    def _add(self, draft: Draft, lines: Iterable[Line]) -> None:
        draft.section_path = self._place.path()
        if self._family and not draft.family.is_of_any_markup:
            draft.family = self._family
        urls = tuple(dict.fromkeys(run.url for run in links_of(lines) if run.url))
        self.result.candidates.append(
            EntryCandidate(draft, self._group, self._place.purpose(), self._place.heading(), urls)
        )
        self._current = draft
        self._is_behind_prose = False

    def _omit_lines(self, line: int, reason: str, lines: Iterable[Line]) -> None:
        kept = list(lines)
        urls = tuple(dict.fromkeys(run.url for run in links_of(kept) if run.url and not run.url.startswith("#")))
        self.result.omissions.append(
            Omission(line=line, reason=reason, text=plain_lines(kept)[:_MOST_TEXT], file=self._file, urls=urls)
        )

    def _omit_text(self, line: int, reason: str, text: str) -> None:
        urls = tuple(dict.fromkeys(run.url for run in split_text(text) if run.url))
        shown = " ".join(text[: 4 * _MOST_TEXT].split())[:_MOST_TEXT]
        self.result.omissions.append(Omission(line=line, reason=reason, text=shown, file=self._file, urls=urls))


def _parts(pieces: Sequence[Piece]) -> list[Sequence[Piece]]:
    """The pieces of each entry of an item: ``[One Paper](a) (2003) and [Another](b) (2006)`` are two."""
    titles = [index for index in range(len(pieces)) if _may_be_title(pieces, index)]
    parts: list[Sequence[Piece]] = []
    start = 0
    for first, second in itertools.pairwise(titles):
        between = pieces[first + 1 : second]
        joined = _BETWEEN.fullmatch(text_of(between)) if all(piece.part is Part.TEXT for piece in between) else None
        if joined:
            year = [between[0]._replace(text=joined[1])] if joined[1] else []
            parts.append([*pieces[start : first + 1], *year])
            start = second
    return [*parts, pieces[start:]]


def _may_be_title(pieces: Sequence[Piece], index: int) -> bool:
    """Whether a link has a title for its text and leads to a paper, or has the year of one behind it."""
    piece = pieces[index]
    if piece.part is not Part.LINK or count_words(piece.text) < 2 or is_generic(piece.text):  # noqa: PLR2004
        return False
    behind = "".join(one.text for one in pieces[index + 1 : index + 2])
    return is_paper_url(piece.url) or _YEAR.match(behind) is not None


def _sample(blocks: Sequence[Block], is_known: IsKnown | None) -> list[Weighed]:
    """Some items of all lists of a file, as siblings of those that have too few."""
    items = [block for block in walk(blocks) if block.kind is Kind.ITEM and not _is_of_contents(block)]
    return weighed([to_pieces(_own_lines(item)) for item in items[:: max(1, len(items) // SAMPLE)]], is_known)


def _is_work(draft: Draft) -> bool:
    """Whether a quoted text is an entry: a linked title, or a citation with its year."""
    is_cited = draft.family is CITATION and bool(draft.authors and draft.year)
    return is_cited or (draft.is_title_linked and draft.has_work_link)


def _is_group(item: Block) -> bool:
    """Whether an item is a label, such as a year, above paragraphs of their own."""
    paragraphs_of = [block for block in item.children if block.kind is Kind.PARAGRAPH]
    if len(paragraphs_of) < 3 or item.children[0].kind is not Kind.PARAGRAPH:  # noqa: PLR2004
        return False
    return is_generic(plain_lines(paragraphs_of[0].lines).strip(" *_:")) and not _has_links(paragraphs_of[0])


def _is_titled(item: Block, pieces: Sequence[Piece]) -> bool:
    """Whether what stands below an item without a title shows that it is one: its links, or fields of it."""
    links = [one for one in pieces if one.part is Part.LINK]
    if links:
        return len(item.children) > 1 and is_fields_only(links)
    return any(map(paragraphs.holds_fields, item.children[1:]))


def _is_of_contents(item: Block) -> bool:
    """Whether an item begins with a link to a place in the list itself."""
    first = next((run for line in _own_lines(item) for run in line.runs if run.url), None)
    return first is not None and is_anchor(first.url or "")


def _own_lines(item: Block) -> list[Line]:
    return [line for block in item.children if block.kind is Kind.PARAGRAPH for line in block.lines]


def _is_another(current: Draft, bare_one: Draft, pieces: Sequence[Piece]) -> bool:
    """Whether an identifier names another work than an entry with a link: alone, or as one more of its kind."""
    is_address = bare.bare_identifier(text_of(pieces)) is not None
    schemes = {one.scheme for one in current.identifiers()}
    new = bare_one.extra_identifiers
    known = set(current.identifiers())
    return not known.intersection(new) and (is_address or any(one.scheme in schemes for one in new))


def _go_on(current: Draft, pieces: Sequence[Piece]) -> None:
    """Read an item as fields of the entry above it, an identifier without a link as one of its own."""
    bare_one = bare.read(pieces)
    if bare_one is None or bare_one.links:
        read_pieces(current, pieces)
    else:
        current.extra_identifiers += bare_one.extra_identifiers


def _ends_with_colon(pieces: Sequence[Piece]) -> bool:
    return text_of(pieces).rstrip(" *_").endswith((":", "："))


def _has_links(block: Block) -> bool:
    return any(run.url is not None for run in links_of(all_lines(block)))


def _is_anchors(pieces: Iterable[Piece]) -> bool:
    """Whether all links lead to places in the list itself."""
    urls = [piece.url for piece in pieces if piece.part is Part.LINK]
    return bool(urls) and all(map(is_anchor, urls))


def _holds_entries(block: Block) -> bool:
    """Whether a nested block has links with titles of its own."""
    if block.kind is Kind.TABLE:
        return True
    if block.kind is Kind.DETAILS:
        return any(child.kind in {Kind.LIST, Kind.TABLE} for child in block.children)
    return (
        any(title_link(to_pieces([line])) is not None for line in all_lines(block))
        if block.kind is Kind.LIST
        else False
    )
