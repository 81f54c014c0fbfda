"""Every program that reads our BibTeX reads all of it, and reads what we meant."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import bibtexparser
import pybtex.database
import pybtex.errors
import pytest
from support.programs import need_program

from enrich.export import BibMath, ExportOptions, write
from enrich.export.groups import Section, group_tree, section_tree

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.consumers

ENTRY_TYPES = {
    "misc",
    "article",
    "inproceedings",
    "software",
    "online",
    "techreport",
    "book",
    "incollection",
    "phdthesis",
}
NEVER = {"note", "howpublished", "file", "groups", "date", "series", "langid", "annote", "crossref"}
EXPECTED_BY_BIBER = re.compile(
    r"Field '(?:archiveprefix|primaryclass)' invalid in data model"
    r"|Missing mandatory field 'editor'"
)


def parse_strictly(path: Path) -> pybtex.database.BibliographyData:
    was = pybtex.errors.strict
    pybtex.errors.set_strict_mode(True)
    try:
        return pybtex.database.parse_file(str(path))
    finally:
        pybtex.errors.set_strict_mode(was)


def test_pybtex_in_strict_mode_reads_every_entry_and_every_name(outputs):
    parsed = parse_strictly(outputs.folder / "works.bib")
    assert set(parsed.entries) == set(outputs.cited_works)
    for key, cited in outputs.cited_works.items():
        people = parsed.entries[key].persons.get("author", [])
        assert len(people) == len(cited.authors), key
        for person, author in zip(people, cited.authors, strict=True):
            family = plain(" ".join((*person.prelast_names, *person.last_names)))
            expected = author.family if author.family and author.given and not author.is_organization else author.name
            assert family == plain(expected), (key, author)


def plain(name: str) -> str:
    return re.sub(r"[{}\\]", "", name)


def test_bibtexparser_reads_every_block_and_a_round_trip_changes_nothing(outputs):
    text = (outputs.folder / "works.bib").read_text(encoding="utf-8")
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    assert {entry.key for entry in library.entries} == set(outputs.cited_works)
    again = bibtexparser.parse_string(bibtexparser.write_string(library))
    assert not again.failed_blocks
    fields = [{field.key: field.value for field in entry.fields} for entry in library.entries]
    assert fields == [{field.key: field.value for field in entry.fields} for entry in again.entries]


def test_better_bibtex_reads_names_titles_and_groups_without_an_error(outputs, read_with_better_bibtex):
    paths = sorted(outputs.folder.glob("*.bib")) + sorted(outputs.folder.glob("lists/*.bib"))
    assert len(paths) == (4 if len(outputs.bibliography.lists) > 1 else 2)
    for path in paths:
        parsed = read_with_better_bibtex(path)
        assert parsed["errors"] == [], path.name
    parsed = read_with_better_bibtex(outputs.folder / "works.bib")
    entries = {entry["key"]: entry for entry in parsed["entries"]}
    assert set(entries) == set(outputs.cited_works)
    for key, cited in outputs.cited_works.items():
        read = [name_of(creator) for creator in entries[key]["fields"].get("author", [])]
        meant = [
            plain(author.name)
            if author.is_organization or not (author.family and author.given)
            else plain(" ".join(filter(None, (author.given, author.family, author.suffix))))
            for author in cited.authors
        ]
        assert read == meant, key


def name_of(creator: dict[str, str]) -> str:
    if "name" in creator:
        return creator["name"]
    return " ".join(creator[part] for part in ("firstName", "prefix", "lastName", "suffix") if creator.get(part))


def test_better_bibtex_sees_the_sections_of_the_list_as_groups(outputs, read_with_better_bibtex):
    bibliography = outputs.bibliography
    keys = {work.work_id: work.citation_key for work in bibliography.works}
    names = [known.name for known in bibliography.lists]
    meant = group_tree(section_tree(bibliography, names, set(keys)), keys)
    assert tree_read(read_with_better_bibtex(outputs.folder / "works.bib")["groups"]) == tree_meant(meant)


def tree_read(groups):
    return [(group["name"], sorted(group.get("entries", [])), tree_read(group.get("groups", []))) for group in groups]


def tree_meant(section: Section):
    return [(child.name, sorted(child.work_ids), tree_meant(child)) for child in section.sections.values()]


def test_no_file_breaks_a_rule_that_no_parser_checks(outputs):
    for path in outputs.folder.rglob("*.bib"):
        text = path.read_text(encoding="utf-8")
        assert not text.startswith("\ufeff")
        assert "\r" not in text
        assert text.endswith("\n")
        head, _, groups = text.partition("@comment{jabref-meta: groupsversion:3;}")
        assert not re.search(r"^%.*[@{}]", head, re.MULTILINE)
        assert not re.search(r"ExplicitGroup:[^\n]*?[{}@$]", groups)
        entries = re.findall(r"^@(\w+)\{([^,]*),$", head, re.MULTILINE)
        assert {kind for kind, _ in entries} <= ENTRY_TYPES
        keys = [key for _, key in entries]
        assert keys == sorted(keys)
        assert len({key.lower() for key in keys}) == len(keys)
        assert all(re.fullmatch(r"[a-z][a-z0-9]{2,39}", key) for key in keys)
        for name, value in re.findall(r"^  (\w+) += (.*),$", head, re.MULTILINE):
            assert name not in NEVER
            assert value.count(r"\$") <= 1
            assert name != "month" or re.fullmatch("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", value)
            if name not in {"url", "doi"}:
                assert not re.search(r"\\(?![&%#_${}^~])", value), value
        for entry in head.split("\n@")[1:]:
            assert ("eprint " in entry) == ("eprinttype " in entry)


@pytest.fixture(scope="session")
def biber() -> str:
    return need_program("biber", "biber")


def test_biber_finds_nothing_but_fields_for_other_readers_and_facts_that_nobody_knows(outputs, biber, tmp_path):
    source = outputs.folder / "works.bib"
    command = [biber, "--tool", "--validate-datamodel", f"--output-file={tmp_path / 'o.bib'}", str(source)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    said = [line for line in done.stdout.splitlines() if re.match(r"(?:WARN|ERROR)", line)]
    undated = {key for key, cited in outputs.cited_works.items() if cited.year is None}
    unexpected = [
        line
        for line in said
        if not EXPECTED_BY_BIBER.search(line)
        and not ("'date, year' must be defined" in line and re.search(r"Entry '(.*?)'", line)[1] in undated)
    ]
    assert unexpected == []
    assert done.returncode == 0, done.stdout[-2000:]


def test_latex_math_parses_everywhere_too(outputs, tmp_path, read_with_better_bibtex):
    write(outputs.bibliography, tmp_path, options=ExportOptions(bib_math=BibMath.LATEX))
    text = (tmp_path / "works.bib").read_text(encoding="utf-8")
    assert not re.search("[ℓ₁₂∈αθ√]", re.sub(r"@comment.*", "", text, flags=re.DOTALL))
    assert set(parse_strictly(tmp_path / "works.bib").entries) == set(outputs.cited_works)
    assert not bibtexparser.parse_string(text).failed_blocks
    errors = read_with_better_bibtex(tmp_path / "works.bib")["errors"]
    assert [error for error in errors if not error["error"].startswith("unhandled macro")] == []
