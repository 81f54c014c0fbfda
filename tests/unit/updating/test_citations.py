r"""What a document cites: the commands of BibTeX, natbib and biblatex, comments and files of others left out."""

from __future__ import annotations

import pytest

from enrich.updating.citations import cited_keys, read_citations


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (r"\cite{a}\citet*{b , c}\parencite[see][]{d}\Textcite{e}\footcite{f}", "abcdef"),
        (r"\autocites(pre)[1]{a}[2]{b}{c} and {no}", "abc"),
        (r"\citeauthor{a} \fullcite {b} \nocite{c,d} \cite{}", "abcd"),
        (r"\excite{a} \recited \cite", "a"),
        ("\\cite{a,\n  b}", "ab"),
    ],
)
def test_keys_of_sources(text, keys):
    assert cited_keys(text) == set(keys)


def test_keys_of_aux_files():
    assert cited_keys("\\citation{a,b}\n\\abx@aux@cite{0}{c}\n\\abx@aux@cite{d}\n\\bibcite{e}{1}", is_aux=True) == set(
        "abcd"
    )


def test_files_are_followed_inside_the_folder_and_once(tmp_path):
    (tmp_path / "outside.tex").write_text(r"\cite{outside}")
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "main.tex").write_text("\\input{one} \\include{two} \\input{../outside} \\input{gone}\n% \\cite{comment}")
    (folder / "one.tex").write_text("\\cite{a} 50\\% \\cite{b} \\input{main}")
    (folder / "two.tex").write_text("\\nocite{*}")
    found = read_citations(folder / "main.tex")
    assert (found.keys, found.cites_all) == ({"a", "b"}, True)
