"""F6 and F7: tables whose columns are told by their header words, and by what the cells hold where these are silent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.readers.draft import Draft, note_text
from enrich.readers.families.table_shapes import header_and_rows, unfolded, upright
from enrich.readers.families.table_words import (
    EMPTY,
    MOST_COLUMNS,
    MOST_TITLE_WORDS,
    MOSTLY,
    WORDS_OF_TITLE,
    column_of,
    length_of,
    text_of_cell,
)
from enrich.readers.family import Family
from enrich.readers.fields.labels import bare_label, is_generic, is_names_and_year, label_role
from enrich.readers.fields.rest import read_pieces
from enrich.readers.fields.titles import clean_title, count_words, set_date, set_label, take_mark
from enrich.readers.fields.words import label_of, read_text
from enrich.readers.fields.written_names import is_name, is_names, parse_names
from enrich.readers.grammar import read_one, read_run
from enrich.readers.outline import BOLD, Cell, Row
from enrich.readers.pieces import Part, Piece, to_pieces
from enrich.text.hosts import is_paper_url
from enrich.text.venues import find_label, find_venue
from enrich.text.written_dates import find_date, find_year

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.readers.outline import Block

TABLE = Family(code="F6", shape="tables; columns told by their cells and header words", is_table=True)
HTML_TABLE = Family(code="F7", shape="the same in HTML", is_table=True)
_NUMBER = re.compile(r"[<>≈]?\d[\d,.]*\s*[KkMBGT%]?")
_SAMPLE_ROWS = 40
_ACRONYM = re.compile(r"[A-Z][A-Z&/ -]{1,14}")
_FEWEST_NUMERIC = 2
_LEAST_SHARE = 0.3
_EVIDENCE = {"title": 0.3, "paper": 0.2, "keywords": -0.2, "venue": -0.2, "authors": -0.3}
"""What the word of a header adds to the share of titles in its column."""


def read(block: Block) -> tuple[list[tuple[Draft, list[Row]]], str | None]:
    """Return the entries of a table with their rows, or a reason why it is no table of entries."""
    header, rows = header_and_rows(upright(block)) if block.rows else ([], [])
    if not rows:
        return [], "empty table"
    header += [""] * (max(len(row.cells) for row in rows) - len(header))
    header, rows = unfolded(header, rows)
    columns = [column_of(text) for text in header]
    title = _title_column(columns, rows, header)
    if title is None:
        return [], "table without titles"
    sample = _sample(rows)
    columns = [
        column if column or index == title else _column_by_content(sample, index)
        for index, column in enumerate(columns)
    ]
    family = HTML_TABLE if block.is_html else TABLE
    drafts: list[tuple[Draft, list[Row]]] = []
    titled = [row for row in rows if title < len(row.cells) and not row.cells[title].is_continued]
    found = dict(zip(map(id, titled), _read_titles([row.cells[title] for row in titled]), strict=True))
    for row in rows:
        if drafts and _continues(row):
            _continue(drafts[-1][0], row)
            drafts[-1][1].append(row)
            continue
        draft = _read_row(row, title, found.get(id(row)), columns, header) if id(row) in found else None
        if draft is not None:
            draft.family = family
            drafts.append((draft, [row]))
    if not _is_about_works(drafts, columns):
        return [], "table of other things"
    return drafts, None


def _title_column(columns: Sequence[str | None], rows: Sequence[Row], header: Sequence[str]) -> int | None:
    """The column with the titles: what its cells hold decides, the words of its header are evidence for or against."""
    n_columns = min(max(len(columns), *(len(row.cells) for row in rows[:_SAMPLE_ROWS])), MOST_COLUMNS)
    sample = _sample(rows)
    shares = [_title_share(sample, index) for index in range(n_columns)]
    for wanted in ("title", "paper"):
        named = [index for index, column in enumerate(columns) if column == wanted and index < len(shares)]
        if named:
            best = max(named, key=lambda index: shares[index])
            is_told = wanted == "title" or {"authors", "year"} <= set(columns)
            if shares[best] >= _LEAST_SHARE or (is_told and _named_share(sample, best) > 0):
                return best
    scores = [
        share * _distinct_share(sample, index) + _EVIDENCE.get(columns[index] or "", 0.0)
        if index < len(columns)
        else share
        for index, share in enumerate(shares)
    ]
    likely = max(range(len(scores)), key=lambda index: scores[index], default=0)
    if scores and scores[likely] >= 2 * _LEAST_SHARE and (_has_paper_links(sample) or _is_of_works(columns, sample)):
        return likely
    acronym = next((index for index, column in enumerate(columns) if column == "acronym"), None)
    if acronym is not None and ("paper" in columns or _has_paper_links(sample)) and not _is_of_figures(sample):
        return acronym
    return 0 if not any(header) and _has_paper_links(sample) and shares and shares[0] >= _LEAST_SHARE else None


def _sample(rows: Sequence[Row]) -> Sequence[Row]:
    """Some of the rows of more than one cell: one that spans all columns is no row of fields."""
    rows = [row for row in rows if sum(not cell.is_continued for cell in row.cells) > 1] or rows
    return rows[:: -(-len(rows) // _SAMPLE_ROWS)]


def _named_share(rows: Sequence[Row], index: int) -> float:
    """The share of cells with words that are no label and no date: even titles of one or two words."""
    texts = [text_of_cell(row.cells[index]) for row in rows if index < len(row.cells)]
    return sum(any(map(str.isalpha, text)) and not is_generic(text) for text in texts) / len(texts) if texts else 0.0


def _texts(rows: Sequence[Row], index: int) -> list[str]:
    """The words of the cells of a column."""
    return [
        text_of_cell(row.cells[index]) for row in rows if index < len(row.cells) and not row.cells[index].is_continued
    ]


def _distinct_share(rows: Sequence[Row], index: int) -> float:
    texts = [
        text_of_cell(row.cells[index]) for row in rows if index < len(row.cells) and not row.cells[index].is_continued
    ]
    return len(set(texts)) / len(texts) if texts else 0.0


def _is_of_works(columns: Sequence[str | None], rows: Sequence[Row]) -> bool:
    """Whether columns say when or by whom something was published: it is about works even without links to them."""
    known = {column or _column_by_content(rows, index) for index, column in enumerate(columns)}
    return bool(known & {"authors", "year", "date", "venue"})


def _column_by_content(rows: Sequence[Row], index: int) -> str | None:
    """What most cells of a column hold where its header says nothing, or None."""
    texts = [
        text_of_cell(row.cells[index]) for row in rows if index < len(row.cells) and not row.cells[index].is_continued
    ]
    texts = [bare for text in texts if (bare := text.strip(" *_`|")).lower() not in EMPTY]
    tests: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("date", lambda text: find_date(text) is not None),
        ("venue", lambda text: find_label(text) is not None),
        ("authors", lambda text: is_names(text) or is_name(text)),
        ("number", lambda text: _NUMBER.fullmatch(text) is not None),
    )
    for name, test in tests:
        if texts and sum(map(test, texts)) > MOSTLY * len(texts) and (name != "authors" or any(map(is_names, texts))):
            return name
    is_series = (
        texts
        and all(map(_ACRONYM.fullmatch, texts))
        and 4 * sum(find_label(text) is not None for text in texts) >= len(texts)
    )
    return "venue" if is_series else None


def _title_share(rows: Sequence[Row], index: int) -> float:
    """The share of rows whose cell in a column has a title, and no prose."""
    good = total = 0
    for row in rows:
        if index >= len(row.cells) or row.cells[index].is_continued:
            continue
        if text_of_cell(row.cells[index]).strip(" *_`|").lower() in EMPTY:
            continue
        total += 1
        words = 0
        for line in row.cells[index].lines:
            for run in line.runs:
                if run.image is None and run.text != run.url and not is_generic(run.text) and not is_names(run.text):
                    words = max(words, length_of(run.text))
        good += WORDS_OF_TITLE <= words <= MOST_TITLE_WORDS
    return good / total if total else 0.0


def _is_of_figures(rows: Sequence[Row]) -> bool:
    """Whether two or more columns hold numbers: a comparison of data sets or systems by name."""
    numeric = 0
    for index in range(min(max(len(row.cells) for row in rows), MOST_COLUMNS)):
        texts = [text_of_cell(row.cells[index]).strip(" ~+%$") for row in rows if index < len(row.cells)]
        filled = [text for text in texts if text.lower() not in EMPTY]
        numbers = sum(1 for text in filled if _NUMBER.fullmatch(text) and find_date(text) is None)
        numeric += bool(filled) and numbers >= MOSTLY * len(filled)
    return numeric >= _FEWEST_NUMERIC


def _has_paper_links(rows: Sequence[Row]) -> bool:
    urls = sum(
        1
        for row in rows
        if any(is_paper_url(run.url) for cell in row.cells for line in cell.lines for run in line.runs if run.url)
    )
    return urls >= _LEAST_SHARE * len(rows)


def _is_about_works(drafts: Sequence[tuple[Draft, list[Row]]], columns: Sequence[str | None]) -> bool:
    if not drafts:
        return False
    if {"title", "paper", "authors", "venue", "year", "date"} & set(columns):
        return True
    n_papers = sum(1 for draft, _ in drafts if any(is_paper_url(link.url) for link in draft.links))
    return n_papers >= _LEAST_SHARE * len(drafts)


def _read_row(
    row: Row, title: int, draft: Draft | None, columns: list[str | None], header: Sequence[str]
) -> Draft | None:
    pieces = to_pieces(row.cells[title].lines)
    if draft is None:
        title, draft = _other_title(row, title)
    name = next(
        (
            index
            for index, column in enumerate(columns)
            if column == "acronym" and index != title and index < len(row.cells)
        ),
        None,
    )
    if draft is None and name is not None and not row.cells[name].is_continued:
        draft = _read_titles([row.cells[name]])[0]
        if draft is not None:
            read_pieces(draft, pieces)
            name = None
    if draft is None:
        return None
    draft.line, draft.evidence = (
        row.line,
        f"column {header[title] or title + 1!r} of a table holds the titles, the others "
        + (", ".join(dict.fromkeys(filter(None, columns[:title] + columns[title + 1 :]))) or "are not known"),
    )
    for index, cell in enumerate(row.cells):
        if index == title or (
            name is None
            and index < len(columns)
            and columns[index] == "acronym"
            and index != title
            and text_of_cell(cell) == draft.title
        ):
            continue
        column = columns[index] if index < len(columns) else None
        _read_cell(draft, cell, column, header[index] if index < len(header) else "")
    return draft


def _other_title(row: Row, title: int) -> tuple[int, Draft | None]:
    """The title of a row that has it in another column than its table: a linked, bold or long text."""
    best, best_words = None, WORDS_OF_TITLE - 1
    for index, cell in enumerate(row.cells):
        if index == title or cell.is_continued:
            continue
        for line in cell.lines:
            for run in line.runs:
                words = count_words(run.text) + (2 if run.url or run.style & BOLD else 0)
                if run.image is None and words > best_words and not is_generic(run.text) and not is_names(run.text):
                    best, best_words = index, words
    return (title, None) if best is None else (best, _read_titles([row.cells[best]])[0])


def _read_titles(cells: Sequence[Cell]) -> list[Draft | None]:
    """The entries in the cells of a column of titles."""
    units = [to_pieces(cell.lines) if text_of_cell(cell).strip(" *_`|").lower() not in EMPTY else [] for cell in cells]
    return read_run(units, are_titled=True)[1]


def _read_cell(draft: Draft, cell: Cell, column: str | None, header: str) -> None:
    text = text_of_cell(cell).strip(" *_`|")
    pieces = to_pieces(cell.lines)
    has_links = any(piece.part is not Part.TEXT for piece in pieces)
    if cell.is_continued and column not in _SHARED_COLUMNS:
        return
    if text.lower().strip(":. ") in EMPTY and not has_links:
        return
    for piece in pieces:
        if piece.role == "citation":
            _add_note(draft, piece)
    read = _COLUMN_READERS.get(column or "")
    if read is not None:
        read(draft, text)
        _add_links(draft, pieces, header if column in _SHARED_COLUMNS else "")
    elif column == "keywords" and not has_links:
        draft.keywords += [part.strip() for part in re.split(r"[,;/]", text) if part.strip()]
    elif has_links:
        _add_links(draft, pieces, header)
        note_text(draft, pieces)
    elif column == "notes" and count_words(text) > MOST_TITLE_WORDS // 2:
        draft.notes.append(text)
    elif column is None or column == "notes":
        _read_unnamed(draft, text)


def _add_note(draft: Draft, piece: Piece) -> None:
    """Add what a footnote with a citation says about an entry that has its title already."""
    found = read_one([piece])
    if found is None or not found.authors:
        return
    draft.authors = draft.authors or found.authors
    draft.text.append(piece.text)
    if draft.label is None:
        draft.label, draft.venue, draft.year = found.label, found.venue, draft.year or found.year


def _read_name(draft: Draft, text: str) -> None:
    if text and text != draft.title:
        draft.acronym = draft.acronym or clean_title(text) or None


def _read_date(draft: Draft, text: str) -> None:
    date = find_date(text)
    if date is not None:
        set_date(draft, str(date))
    elif not take_mark(text, draft):
        draft.year = draft.year or find_year(text)
        if text and draft.year is None:
            draft.notes.append(text)


def _read_authors(draft: Draft, text: str) -> None:
    if is_names_and_year(text):
        text, _, year = text.rpartition("(")
        draft.year = draft.year or find_year(year)
    draft.authors = draft.authors or parse_names(text)


def _read_venue(draft: Draft, text: str) -> None:
    if not text or text.lower() in EMPTY:
        return
    if find_date(text) is not None:
        _read_date(draft, text)
        return
    if not any(map(str.isalpha, text)):
        draft.notes.append(text)
        return
    label = label_of(text)
    if label is not None:
        draft.label = draft.label or text
        set_label(draft, text, label)
    elif draft.label is None:
        draft.label, draft.venue = text, find_venue(text) or text
        draft.year = find_year(text) or draft.year


_COLUMN_READERS: dict[str, Callable[[Draft, str], None]] = {
    "acronym": _read_name,
    "venue": _read_venue,
    "year": _read_date,
    "date": _read_date,
    "authors": _read_authors,
}
_SHARED_COLUMNS = frozenset({"venue", "year", "date"})


def _read_unnamed(draft: Draft, text: str) -> None:
    if not take_mark(text, draft):
        if count_words(text) > 2:  # noqa: PLR2004
            read_text(draft, text)
        elif text:
            draft.keywords.append(text)


def _add_links(draft: Draft, pieces: Sequence[Piece], header: str) -> None:
    """Links of a cell; a badge or a text that says nothing takes the word of the header."""
    for piece in pieces:
        if piece.part is Part.LINK:
            is_silent = (
                not bare_label(piece.text)
                or bare_label(piece.text).lower() in {"link", "url", "here", "web"}
                or piece.text == piece.url
            )
            if is_silent and header and label_role(header) is not None:
                draft.add_link(piece, word=header)
            else:
                read_pieces(draft, [piece])
        elif piece.part is Part.IMAGE:
            read_pieces(draft, [piece])


def _continues(row: Row) -> bool:
    """Whether a row holds one wide cell below an entry: its summary, or its links."""
    own = [cell for cell in row.cells if not cell.is_continued]
    return len(own) <= 1 and len(row.cells) > 2  # noqa: PLR2004


def _continue(draft: Draft, row: Row) -> None:
    for cell in row.cells:
        if not cell.is_continued:
            read_pieces(draft, to_pieces(cell.lines))
