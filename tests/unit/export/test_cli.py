from __future__ import annotations

import json

import pytest
from support.bibliographies import nasty
from support.invoked import call

from enrich.errors import InputError
from enrich.export import ExportOptions, write
from enrich.export.formats import REFERENCE_FORMATS


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    write(nasty(), folder, options=ExportOptions(formats=frozenset({"parquet"})))
    return folder


def test_export_writes_the_asked_formats_elsewhere_and_names_the_files(run_dir, tmp_path):
    out = tmp_path / "out"
    printed = call("export", run_dir, "--format", "bib,csl.json", "--format", "zotero", "--out", out, "--no-abstracts")
    assert {line.rpartition("/")[2] for line in printed.split()} >= {"works.bib", "works.csl.json", "works.rdf"}
    assert not (out / "works.parquet").exists()
    assert "abstract" not in (out / "works.bib").read_text(encoding="utf-8")
    assert json.loads((out / "works.csl.json").read_bytes())


def test_export_names_the_formats_there_are(run_dir):
    known = ", ".join(REFERENCE_FORMATS)
    with pytest.raises(InputError, match=f"no format 'docx'; write one of {known}, csv, parquet, html, sqlite$"):
        call("export", run_dir, "--format", "docx")


@pytest.mark.parametrize(
    "asked",
    [
        "devlin2019bert",
        "1810.04805",
        "arxiv:1810.04805",
        "https://doi.org/10.18653/v1/N19-1423",
        "bidirectional transformers",
    ],
)
def test_show_finds_a_work_by_key_identifier_address_or_words(run_dir, asked):
    printed = call("show", asked, "--run", run_dir)
    assert "BERT: Pre-Training of Deep Bidirectional Transformers" in printed
    assert "a record knows" in printed
    assert "entry 35 of nasty" in printed


def test_show_says_which_works_a_vague_question_means(run_dir):
    with pytest.raises(InputError, match=r"works match 'neural': .*doe2018neural"):
        call("show", "neural", "--run", run_dir)
    with pytest.raises(InputError, match="no work is called 'nothing like it'"):
        call("show", "nothing like it", "--run", run_dir)
