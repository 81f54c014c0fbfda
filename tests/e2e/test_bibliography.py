"""A researcher's own bibliography: nothing that was written is lost, whoever reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from pybtex.database import BibliographyData, parse_file, parse_string
from pybtex.exceptions import PybtexError
from support.shared import ROOT, SHARED

GOLDEN = ROOT / "tests" / "golden" / "lists" / "f16_bibliography.bib"
CASES = sorted((SHARED / "cases").glob("*.bib")) if SHARED.is_dir() else []


def run(enrich, path, tmp_path, **options):
    done = enrich("run", path, "--out", tmp_path / "out", "--offline", **options)
    assert done.returncode == 0, done.stderr
    return done, tmp_path / "out"


def told(path: Path) -> dict[str, tuple[str, dict[str, str], dict[str, list[str]]]]:
    """What pybtex reads: type, fields and people by key."""
    data: BibliographyData = parse_file(str(path), encoding="utf-8")
    return {
        key: (
            entry.type,
            {name.lower(): value for name, value in entry.fields.items()},
            {role: [str(person) for person in people] for role, people in entry.persons.items()},
        )
        for key, entry in data.entries.items()
    }


def better_known(out: Path) -> set[str]:
    """The fields for which a source was preferred to the list."""
    claims = pd.read_parquet(out / "claims.parquet")
    return set(claims[claims.is_selected & (claims.source != "list")].field)


def readable(text: str) -> str:
    """The golden bibliography without the two entries that pybtex refuses."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(("@misc{lost", "@book{late")))


@pytest.mark.slow
@pytest.mark.parametrize("path", [GOLDEN, *CASES], ids=lambda path: path.name)
def test_works_bib_has_every_field_of_the_input(path, enrich, tmp_path):
    source = tmp_path / path.name
    source.write_text(readable(path.read_text(encoding="utf-8")), encoding="utf-8")
    try:
        before = told(source)
    except PybtexError as error:
        pytest.skip(f"pybtex does not read it: {error}")
    _, out = run(enrich, source, tmp_path)
    after = told(out / "works.bib")
    assert after.keys() == before.keys()
    excused = {"title", "journal", "eprint", "archiveprefix"} if better_known(out) else set()
    for key, (type_, said, people) in before.items():
        fields = {name: value for name, value in said.items() if value}
        kept_type, kept, kept_people = after[key]
        assert type_ == kept_type or "type" in better_known(out)
        assert {name: kept.get(name) for name in fields if name not in excused} == {
            name: value for name, value in fields.items() if name not in excused
        }
        if "authors" not in better_known(out):
            assert {role: kept_people[role] for role in people} == people


def test_a_broken_entry_costs_itself_and_strict_says_so(enrich, tmp_path):
    done, out = run(enrich, GOLDEN, tmp_path)
    assert "f16_bibliography.bib:23: left out, line 23: a brace is not closed" in done.stderr
    assert "late: line 24: a comma is missing behind the field title" in done.stderr
    assert set(parse_file(str(out / "works.bib")).entries) == {
        "Meier:2004/x",
        "ode",
        "page",
        "thesis",
        "late",
        "nips31",
    }
    checked = enrich("check", GOLDEN, "--offline", "--format", "json")
    kinds = {(finding["kind"], finding["line"]) for finding in json.loads(checked.stdout)["findings"]}
    assert kinds >= {("broken_entry", 23), ("bibtex_syntax", 24)}
    assert enrich("run", GOLDEN, "--out", tmp_path / "out", "--offline", "--strict").returncode == 3


def test_own_fields_of_an_unknown_work_reach_every_format(enrich, tmp_path):
    source = tmp_path / "own.bib"
    source.write_text(
        "@book{wells, title={Digging Wells}, editor={Klein, Bea}, publisher={Lokalverlag}, address={Hof}, edition={2},"
        " series={Schriften}, volume={4}, isbn={978-3-16-148410-0}, year={1990}, file={:wells.pdf:PDF}}\n"
        "@techreport{tr, title={A Report}, author={Meier, Ute}, institution={University of Hof}, number={TR-12},"
        " year={1992}}\n"
        "@article{art, title={An Article}, author={Meier, Ute}, journal={Journal of Machine Learning Research},"
        " volume={3}, number={2}, pages={1--9}, issn={1532-4435}, year={2003}, month=mar}\n",
        encoding="utf-8",
    )
    _, out = run(enrich, source, tmp_path, ENRICH_EXPORTS__FORMATS='["bib", "rdf", "csl", "ris", "csv", "parquet"]')
    works = pd.read_parquet(out / "works.parquet").set_index("citation_key")
    assert works.loc["wells", ["type", "publisher", "place", "edition", "series", "volume", "isbn"]].tolist() == [
        *("book", "Lokalverlag", "Hof", "2", "Schriften", "4", "978-3-16-148410-0"),
    ]
    assert list(works.loc["wells", "editors"]) == ["Klein, Bea"]
    assert works.loc["art", ["venue", "venue_short", "issue"]].tolist() == [
        *("Journal of Machine Learning Research", "JMLR", "2"),
    ]
    csl = {item["id"]: item for item in json.loads((out / "works.csl.json").read_text(encoding="utf-8"))}
    assert csl["wells"]["editor"] == [{"family": "Klein", "given": "Bea"}]
    assert csl["tr"]["publisher"] == "University of Hof"
    rdf = (out / "works.rdf").read_text(encoding="utf-8")
    assert "<dc:identifier>ISBN 978-3-16-148410-0</dc:identifier>" in rdf
    assert "<vcard:locality>Hof</vcard:locality>" in rdf
    assert "ED  - Klein, Bea\n" in (out / "works.ris").read_text(encoding="utf-8")
    claims = pd.read_parquet(out / "claims.parquet")
    own = claims[claims.field == "file"]
    assert (own.value.tolist(), own.source.tolist()) == ([":wells.pdf:PDF"], ["list"])
    again = enrich("export", out, "--format", "bib", "--out", tmp_path / "again")
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "again" / "works.bib").read_bytes() == (out / "works.bib").read_bytes()


@pytest.mark.parametrize(
    "name", ["works.bib", "works.rdf", "works.csl.json", "works.ris", "works.csv", "works.parquet"]
)
def test_what_we_write_we_read(name, enrich, tmp_path):
    _, out = run(enrich, GOLDEN, tmp_path, ENRICH_EXPORTS__FORMATS='["bib", "rdf", "csl", "ris", "csv", "parquet"]')
    works = pd.read_parquet(out / "works.parquet").fillna({"doi": ""}).set_index("citation_key")
    entries = {row["key"]: row for row in map(json.loads, enrich("parse", out / name).stdout.splitlines())}
    assert entries.keys() == set(works.index)
    for key, entry in entries.items():
        assert entry["title"] == works.loc[key, "title"]
        assert entry["year"] == works.loc[key, "year"]
        assert len(entry["authors"]) == len(works.loc[key, "authors"])
        assert works.loc[key, "doi"] in {"", *(one["value"] for one in entry["identifiers"])}


def test_standard_input_may_hold_identifiers(enrich, tmp_path):
    (tmp_path / "ids.txt").write_text("10.1038/s41586-020-2649-2\n- arXiv:1806.07366\n", encoding="utf-8")
    rows = [json.loads(line) for line in enrich("parse", tmp_path / "ids.txt").stdout.splitlines()]
    assert [[one["value"] for one in row["identifiers"]] for row in rows] == [
        ["10.1038/s41586-020-2649-2"],
        ["1806.07366"],
    ]


def test_a_parent_stands_behind_its_children(enrich, tmp_path):
    _, out = run(enrich, GOLDEN, tmp_path)
    text = (out / "works.bib").read_text(encoding="utf-8")
    assert text.index("@inproceedings{ode,") < text.index("@proceedings{nips31,")
    parsed = parse_string(text, "bibtex")
    assert parsed.entries["nips31"].fields["year"] == "2018"


def test_own_fields_stay_whatever_stands_above_them_and_need_not_be_known(enrich, tmp_path):
    source = tmp_path / "own.bib"
    source.write_text(
        '@preamble{"\\newcommand{\\noopsort}[1]{}"}\n'
        "@article{RN12, author={Smith, J.}, title={EndNote title}, journal={J}, year={2011}, type={Journal Article}}\n"
        "@misc{chen%2018, title={Another Thing of Mine}, note={kept}, citation_count={7}}\n"
        "@misc{dup, title={First thing here}, note={n1}}\n@misc{dup, title={Second thing here}, note={n2}}\n"
        '@misc{mm, title={Month of a thing}, month=jan # "~5", year=2000}\n',
        encoding="utf-8",
    )
    _, out = run(enrich, source, tmp_path)
    text = (out / "works.bib").read_text(encoding="utf-8")
    assert '@preamble{"\\newcommand{\\noopsort}[1]{}"}' in text
    entries = parse_string(text, "bibtex").entries
    notes = {entry.fields["title"]: entry.fields.get("note") for entry in entries.values()}
    assert notes["Another Thing of Mine"] == "kept"
    assert (notes["First thing here"], notes["Second thing here"]) == ("n1", "n2")
    assert entries["RN12"].fields["type"] == "Journal Article"
    assert entries["mm"].fields["month"] == "January~5"
    works = pd.read_parquet(out / "works.parquet").set_index("citation_key")
    assert works.loc["RN12", "type"] == "journal"
    assert works.citation_count.isna().all()
