"""Laws of updates and healing: nothing raises, what is reported unchanged is, and the rest reads as before."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.known_works import TITLE, known, preprint, record

from enrich.editing.bibtex_edits import FieldEdit, entry_edits, is_faithful
from enrich.editing.edits import apply_edits
from enrich.errors import InputError
from enrich.model.finding import Finding, Severity
from enrich.model.record import WorkType
from enrich.readers import read_files
from enrich.text.bibtex_syntax import BibKind, parse_bibliography
from enrich.text.title_forms import normalize_title
from enrich.updating.changes import Policy
from enrich.updating.healing import HEALABLE, Document, heal
from enrich.updating.update import update_text, updated_text

pytestmark = pytest.mark.property

FILE = f"""% Encoding: UTF-8
@string{{nips = "Advances in Neural Information Processing Systems"}}
@preamble{{"\\newcommand{{\\x}}{{1}}"}}

@article{{scholar2018,
  title={{{{N}}eural Ordinary Differential Equations}},
  author={{Chen, Ricky and Rubanova, Yulia}},
  journal={{arXiv preprint arXiv:1806.07366}},
  year={{2018}}
}}

@Misc{{jabref,
  author     = {{Chen, R. and others}},
  title      = {{{{{TITLE}}}}},
  year       = {{2018}},
  eprint     = {{1806.07366}},
  file       = {{:a.pdf:PDF}},
}} % why
@ARTICLE(hand,
\tTITLE = "{TITLE}", JOURNAL = "CoRR", VOLUME = "abs/1806.07366",
\tYEAR = 2018)
@inproceedings{{ macro , title={{{TITLE}}}, booktitle = nips # " 31", year = 2018}} @misc{{s,title={{{TITLE}}}}}
@inproceedings{{child, crossref={{parent}}, title={{{TITLE}}}}}
@proceedings{{parent, title={{NeurIPS}}, year={{2018}}}}
@comment{{jabref-meta: groupstree:
0 AllEntriesGroup:;
}}
"""
RECORDS = (
    preprint(authors=()),
    record(
        "dblp", "dblp:conf/nips/C18", "doi:10.5555/3327757", venue="NeurIPS", year=2018, pages="6572-6583", volume="31"
    ),
    record(
        "crossref",
        "doi:10.1000/j.1",
        type=WorkType.JOURNAL,
        venue="Journal of M & Q",
        year=2019,
        volume="20",
        issue="3",
    ),
)
PIECES = [
    *'{}"@,=#%\\\n()',
    "\r\n",
    "@misc{x,",
    "title={",
    "year=",
    " # ",
    "é",
    "\x0b",
    "%\n",
    "}}",
    "{{",
    "and ",
    "$",
    "~",
]


def mutated(seed):
    chance = random.Random(seed)
    text = FILE
    for _ in range(chance.randrange(1, 7)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 0, 1, 2, 30]))
        text = text[:start] + chance.choice([*PIECES, text[end : end + 40], ""]) + text[end:]
    return text


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=[pytest.mark.exhaustive] if part % 2 else []) for part in range(20)]
)
def test_two_thousand_mutated_files(part):
    n_changed = 0
    for seed in range(part * 100, part * 100 + 100):
        text = mutated(seed)
        policy = list(Policy)[seed % 3]
        try:
            entries = known(text, *RECORDS)
        except InputError:  # no entry is left
            continue
        found = update_text(text, entries, policy)
        after = updated_text(found)
        before, now = parse_bibliography(text), parse_bibliography(after)
        n_changed += after != text
        changed = {(one.key, one.line) for one in found.changes}
        blocks = [
            Counter(book.text[one.start : one.end] for one in book.blocks if one.kind is not BibKind.TEXT)
            for book in (before, now)
        ]
        kept = Counter(
            text[one.start : one.end]
            for one in before.blocks
            if one.kind is not BibKind.TEXT and (one.key, one.line) not in changed
        )
        assert not kept - blocks[1], seed
        assert [one.key for one in now.entries] == [one.key for one in before.entries], seed
        again = update_text(after, known(after, *RECORDS), policy)
        assert updated_text(again) == after, seed
    assert n_changed > 50


@given(st.integers(0, 10**6), st.lists(st.sampled_from(["doi", "url", "year", "title", "journal", "note"]), max_size=4))
@settings(max_examples=300, deadline=None)
def test_an_edited_entry_has_its_other_fields_as_they_were(seed, names):
    text = mutated(seed)
    book = parse_bibliography(text)
    edits = [FieldEdit(name, "A {B} c", "booktitle" if name == "journal" else None) for name in dict.fromkeys(names)]
    for block in list(book.entries):
        made = entry_edits(book, block, edits, type_="book")
        if not is_faithful(book, block, made, edits):
            continue
        (entry, *_) = parse_bibliography(apply_edits(text, made)[block.start :]).entries
        assert entry.key == block.key
        assert {one.new_name or one.name for one in edits} <= {one.name for one in entry.fields}


WORDS = st.text("abcdefghijklmnopqrstuvwxyzäéø", min_size=3, max_size=9)
TITLES = st.lists(WORDS, min_size=4, max_size=7).map(lambda words: f"Learning {' '.join(words)}")
SPECIAL = st.sampled_from(
    ["", ": a [b] *c*", " & <d>", ' "e", f', " $g$ `h`", " i_j k_", " {l} | m", " # n\\o", ", p; q"]
)
TEMPLATES = {
    "md": "# List\n\n## Papers\n\n- {}: [ICML20](https://arxiv.org/abs/2001.00001)\n- [{}](https://arxiv.org/abs/2001.00002)\n",
    "rst": "List\n====\n\n* {}: `ICML20 <https://arxiv.org/abs/2001.00001>`_\n* `{} <https://arxiv.org/abs/2001.00002>`_\n",
    "org": "* Papers\n- {} [[https://arxiv.org/abs/2001.00001][ICML20]]\n- [[https://arxiv.org/abs/2001.00002][{}]]\n",
    "html": "<!doctype html><html><body><ul>\n<li><a href='https://arxiv.org/abs/2001.00001'>{}</a></li>\n"
    "<li><a href='https://arxiv.org/abs/2001.00002'>{}</a></li>\n</ul></body></html>\n",
    "csv": "title,year,url\n{},2020,https://arxiv.org/abs/2001.00001\n{},2021,https://arxiv.org/abs/2001.00002\n",
    "yaml": "- title: {}\n  url: https://arxiv.org/abs/2001.00001\n- title: {}\n  url: https://arxiv.org/abs/2001.00002\n",
    "bib": "@misc{{a,\n title = {{{}}},\n eprint = {{2001.00001}}}}\n@misc{{b, title={{{}}}, eprint={{2001.00002}}}}\n",
}
MARKUPS = {"md": "markdown", "bib": "bibtex"}


def read(text, suffix):
    return read_files({f"x.{suffix}": text.encode()}, name="x", source=f"x.{suffix}").entries


@pytest.mark.parametrize("suffix", TEMPLATES)
@given(st.lists(TITLES, min_size=2, max_size=2, unique=True), TITLES, SPECIAL)
@settings(max_examples=60, deadline=None)
def test_a_mended_list_reads_as_the_same_entries_with_the_title_mended(suffix, written, new, special):
    text = TEMPLATES[suffix].format(*written)
    entries = read(text, suffix)
    fix = new + special
    findings = [
        Finding(list="x", order=one.order, line=one.line, kind="title_superseded", severity=Severity.DEFECT,
                list_says=one.title or "", record_says=fix, fix=fix)
        for one in entries[:1]
    ]  # fmt: skip
    document = Document(text, MARKUPS.get(suffix, suffix), {one.order: one for one in entries})
    healed = heal(document, findings, HEALABLE)
    after = read(healed.text, suffix)
    assert [one.identifiers for one in after] == [one.identifiers for one in entries]
    if not healed.mended:
        assert healed.text == text
        return
    assert normalize_title(after[0].title or "") == normalize_title(fix)
    assert [one.title for one in after[1:]] == [one.title for one in entries[1:]]


@pytest.mark.parametrize("suffix", TEMPLATES)
def test_every_markup_with_an_editor_is_mended(suffix):
    """The law above holds also where nothing is ever mended: here something is."""
    text = TEMPLATES[suffix].format("Learning with Slow Waves", "Waves of Another Kind")
    entries = read(text, suffix)
    finding = Finding(
        list="x", order=1, line=entries[0].line, kind="title_typo", severity=Severity.DEFECT,
        list_says="Learning with Slow Waves", record_says="", fix="Learning with Slow Wavelets & More",
    )  # fmt: skip
    document = Document(text, MARKUPS.get(suffix, suffix), {one.order: one for one in entries})
    healed = heal(document, [finding], HEALABLE)
    assert healed.mended == (finding,)
    assert normalize_title(read(healed.text, suffix)[0].title or "") == normalize_title(finding.fix or "")
