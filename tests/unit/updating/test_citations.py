r"""What a document cites: the commands of BibTeX, natbib and biblatex, comments and files of others left out."""

from __future__ import annotations

import pytest

from enrich.updating.citations import active_text, cited_keys, read_citations


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (r"\cite{a}\citet*{b , c}\parencite[see][]{d}\Textcite{e}\footcite{f}", "abcdef"),
        (r"\autocites(pre)[1]{a}[2]{b}{c} and {no}", "abc"),
        (r"\citeauthor{a} \fullcite {b} \nocite{c,d} \cite{}", "abcd"),
        (r"\excite{a} \recited \cite", "a"),
        ("\\cite{a,\n  b}", "ab"),
        (r"\citep[see [1, p.~[2]]][{\S [3]}]{a} \autocites[x [1]{y}]{b}[{z}]{c}", "abc"),
        (r"\newcommand{\my}[1]{\cite{#1}\cite{\key}} \cite{a,#2}", "a"),
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


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("\\cite{a} % \\cite{no}\n\\cite{b} 5\\% \\cite{c} \\\\% \\cite{no}", "abc"),
        ("\\begin{comment}\n\\cite{no}\n\\end{comment}\\cite{a}", "a"),
        ("\\begin{verbatim}\\cite{no} %\\end{verbatim}\\cite{a}", "a"),
        (r"\iffalse \cite{no} \ifx\x\y \cite{no}\else\cite{no}\fi \cite{no} \fi \cite{a}", "a"),
        (r"\iffalse \cite{no} a \iff b \ifthenelse{c}{d}{e} \else \cite{a} \fi \cite{b}", "ab"),
        ("\\iffalse % \\fi\n\\cite{no} \\fi \\cite{a} \\iffalsehood \\cite{b}", "ab"),
        (r"\iffalse \cite{no}", ""),
        (r"\verb|\cite{no} %| \cite{a} \verb*+\cite{no}+ \verbatiminput{x} \cite{b} \lstinline!\cite{no}!", "ab"),
        ("% \\iffalse\n\\cite{a}", "a"),
    ],
)
def test_what_tex_does_not_set_is_not_cited(text, keys):
    assert cited_keys(active_text(text)) == set(keys)


def test_imported_files_find_others_beside_them_and_missing_ones_are_named(tmp_path):
    part = tmp_path / "part" / "deep"
    part.mkdir(parents=True)
    (tmp_path / "main.tex").write_text(
        "\\import{part/}{one} \\subimport*{part/deep}{two.tex} \\input gone\n\\input{../above}"
        "\\newcommand{\\in}[1]{\\input{#1}} % \\input{no}\n"
    )
    (tmp_path / "part" / "one.tex").write_text("\\cite{a}\\input{beside}\\include{main}")
    (tmp_path / "part" / "beside.tex").write_text("\\cite{b}\\subimport{deep}{three}")
    (part / "two.tex").write_text("\\cite{c}")
    (part / "three.tex").write_text("\\cite{d}")
    found = read_citations(tmp_path / "main.tex")
    assert found.keys == set("abcd")
    assert found.unread == ("gone", "../above")


def test_a_document_of_open_brackets_is_read_in_bounded_time():
    text = "\\cite[" * 20_000 + "\\iffalse " * 20_000 + "\\cite[{" * 5_000
    assert cited_keys(active_text(text)) == set()
