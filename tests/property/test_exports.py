"""No text whatsoever breaks a file: whatever a title, a name or a heading holds, readers read it."""

from __future__ import annotations

import json

import bibtexparser
import pybtex.database
import pybtex.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from enrich.export import BibMath, ExportOptions
from enrich.export.cited_work import CitedWork
from enrich.export.formats.bibtex import escape_text, protect_title, to_bibtex
from enrich.export.formats.csl_json import to_csl_json
from enrich.export.formats.rdf import to_zotero_rdf
from enrich.export.groups import Section, group_tree
from enrich.model.persons import Author
from enrich.model.record import WorkType
from enrich.text.tex import normalize_text

pytestmark = pytest.mark.property

_SIGNS = st.sampled_from(
    [*"\\{}$%&#_^~@\"'`<>|,;:=()[] \t\nabcXY12é王אß²ℓ√\u200b\x00\ud800", "$x$", "\\'e", " and ", "\\alpha", "</i>"]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(_SIGNS, max_size=30).map("".join))
AUTHORS = st.builds(
    Author, name=TEXTS, family=st.none() | TEXTS, given=st.none() | TEXTS, is_organization=st.booleans()
)
WORKS = st.builds(
    CitedWork,
    key=st.just("key2020word"),
    work_id=st.just("arxiv:2301.10140"),
    type=st.sampled_from(list(WorkType)),
    title=TEXTS,
    authors=st.lists(AUTHORS, max_size=3).map(tuple),
    container=st.none() | TEXTS,
    publisher=st.none() | TEXTS,
    url=st.none() | TEXTS,
    abstract=st.none() | TEXTS,
    keywords=st.lists(TEXTS, max_size=2).map(tuple),
    tags=st.lists(TEXTS, max_size=2).map(tuple),
)
OPTIONS = st.builds(ExportOptions, bib_math=st.sampled_from(list(BibMath)), bib_keywords=st.booleans())


@given(TEXTS)
def test_plain_text_is_reached_in_one_step(text):
    plain = normalize_text(text)
    assert normalize_text(plain) == plain
    assert plain == " ".join(plain.split())


@given(TEXTS)
def test_escaped_text_has_paired_braces_and_no_stray_backslash(text):
    for escaped in (escape_text(text), protect_title(text)):
        depth = 0
        for sign in escaped:
            depth += (sign == "{") - (sign == "}")
            assert depth >= 0
        assert depth == 0
        assert not escaped.endswith("\\")
        assert escaped.count("$") <= 1


@given(WORKS, st.lists(TEXTS, max_size=4), OPTIONS)
def test_bibtex_is_read_strictly_whatever_the_texts_are(work, path, options):
    root = Section("")
    section = root
    for name in path:
        section = section.child(name)
    section.work_ids[work.work_id] = None
    text = "".join(to_bibtex([work], group_tree(root, {work.work_id: work.key}), options))
    pybtex.errors.set_strict_mode(True)
    assert list(pybtex.database.parse_string(text, "bibtex").entries) == [work.key]
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == [work.key]


@given(WORKS, st.lists(TEXTS, max_size=4))
def test_rdf_and_csl_json_parse_whatever_the_texts_are(work, path):
    root = Section("")
    for name in path:
        root.child(name).work_ids[work.work_id] = None
    etree.fromstring("".join(to_zotero_rdf([work], root)).encode())
    assert json.loads("".join(to_csl_json([work])).encode())[0]["id"] == work.key
