"""The families of layouts: what each looks like, said once; code, docs and outputs take it from here."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Family(StrEnum):
    """Which layout an entry was read from; the value is the code of the column ``family``."""

    shape: str
    """What entries of the family look like, as docs/reading.md says it."""

    def __new__(cls, code: str, shape: str) -> Self:
        """A family by its code."""
        family = str.__new__(cls, code)
        family._value_ = code
        family.shape = shape
        return family

    LINKED = "F1", "item, the title is the text of a link"
    PLAIN = "F2", "item, plain, bold or quoted title, then links with short labels"
    LINES = "F3", "title, authors, venue and links on lines of their own"
    NESTED = "F4", "title item with its fields in nested bullets"
    PARAGRAPH = "F5", "paragraph that begins with a linked title"
    TABLE = "F6", "tables; columns told by their cells and header words"
    HTML_TABLE = "F7", "the same in HTML"
    HEADING = "F8", "a heading per entry"
    CITATION = "F9", "citation, names first"
    PIPED = "F10", "fields with ` \\| ` between them"
    RST = "F11", "reStructuredText"
    ORG = "F12", "Org mode"
    DETAILS = "F13", "`<details>` whose summary is the title: above BibTeX, or with a link to the paper"
    BRACKETED = "F14", "title in brackets, links on the next line, reference-style links"
    RECORD = "F15", "records of a data file, a page that marks its works up, Org headings with drawers"
    BIBLIOGRAPHY = "F16", "entries of a bibliography: BibTeX, CSL-JSON, RIS, Zotero RDF"
    IDENTIFIER = "F17", "an identifier and nothing else; its title is for a source to say"


OF_MARKUPS = {"rst": Family.RST, "org": Family.ORG}
"""The families of what reads like prose in these markups."""
TABLES = frozenset({Family.TABLE, Family.HTML_TABLE})
OF_ANY_MARKUP = TABLES | {Family.DETAILS, Family.RECORD, Family.BIBLIOGRAPHY, Family.IDENTIFIER}
"""Families that are told whatever the markup, where reStructuredText and Org name all else by their own."""
