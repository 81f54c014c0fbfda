"""An update changes what the policy allows, in the style of the entry, and leaves every other byte as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.known_works import TITLE, known, preprint, record, update, updated
from support.shared import ROOT, SHARED

from enrich.model.identifiers import parse_identifier
from enrich.model.persons import Author
from enrich.model.record import WorkType
from enrich.model.verdict import Status
from enrich.model.work import Refusal
from enrich.updating.changes import Policy
from enrich.updating.update import update_text, updated_text

BIBLIOGRAPHIES = sorted([*(ROOT / "tests" / "golden" / "lists").glob("*.bib"), *(SHARED / "cases").rglob("*.bib")])
NIPS = record("dblp", "dblp:conf/nips/ChenRBD18", "doi:10.5555/3327757", venue="NeurIPS", year=2018, pages="6572-6583")
JOURNAL = record(
    "crossref", "doi:10.1000/j.1", type=WorkType.JOURNAL, venue="Journal of Machine Learning Research", year=2019,
    volume="20", issue="3", pages="1–40", publisher="Microtome",
)  # fmt: skip
SCHOLAR = (
    "% mine, 100%\n@article{chen2018,\n  title={Neural {Ordinary} Differential Equations},\n  author={Chen, Ricky},\n"
    "  journal={arXiv preprint arXiv:1806.07366},\n  year={2017},\n  file={:a b.pdf:PDF}\n}\n"
    "@comment{jabref-meta: x;}\n"
)


def test_a_preprint_becomes_its_conference_paper_and_keeps_its_number():
    assert updated(SCHOLAR, preprint(), NIPS) == (
        "% mine, 100%\n@inproceedings{chen2018,\n  title={Neural {Ordinary} Differential Equations},\n"
        "  author={Chen, Ricky},\n  booktitle={NeurIPS},\n  year={2018},\n  pages={6572--6583},\n"
        "  eprint={1806.07366},\n  archiveprefix={arXiv},\n  doi={10.5555/3327757},\n  file={:a b.pdf:PDF}\n}\n"
        "@comment{jabref-meta: x;}\n"
    )


def test_a_preprint_becomes_its_article_with_volume_and_number():
    text = "@misc{a, title={Neural Ordinary Differential Equations}, year={2018}, eprint={1806.07366}}\n"
    assert updated(text, preprint(), JOURNAL) == (
        "@article{a, title={Neural Ordinary Differential Equations}, journal={Journal of Machine Learning Research}, "
        "year={2019}, volume={20}, number={3}, pages={1--40}, eprint={1806.07366}, doi={10.1000/j.1}}\n"
    )


def test_every_change_says_what_was_what_is_and_who_says_so():
    changes = {one.field: one for one in update(SCHOLAR, preprint(), NIPS).changes}
    year = changes["year"]
    assert (year.key, year.line, year.old, year.new, year.said.source) == ("chen2018", 2, "2017", "2018", "dblp")
    assert changes["booktitle"].old == "arXiv preprint arXiv:1806.07366"
    assert changes["type"].to_row()["retrieved_at"] == "2026-11-20T00:00:00+00:00"


def test_an_article_that_lacks_its_journal_is_no_preprint():
    text = f"@article{{a, title={{{TITLE}}}, volume={{20}}, year={{2019}}}}"
    assert update(text, preprint(), NIPS).changes[0].field == "eprint"
    after = updated(text, preprint(), NIPS, JOURNAL)
    assert after.startswith(
        f"@article{{a, title={{{TITLE}}}, journal={{Journal of Machine Learning Research}}, volume="
    )


@pytest.mark.parametrize("status", [Status.WEAK, Status.AMBIGUOUS, Status.DIFFERENT])
def test_an_unsure_work_changes_nothing(status):
    assert update(SCHOLAR, preprint(), NIPS, status=status).edits == ()


def test_fill_leaves_a_preprint_a_preprint():
    assert update(SCHOLAR, preprint(), NIPS, policy=Policy.FILL).edits == ()


def test_fill_adds_what_is_missing_and_reports_what_differs():
    text = (
        f'@ARTICLE{{a,\r\n\tTITLE  = "{TITLE}",\r\n\tJOURNAL= "J. Mach. Learn. Res.",\r\n\tYEAR   = 2019,\r\n'
        '\tVOLUME = "21",\r\n\tPAGES  = "1-40"\r\n}\r\n'
    )
    found = update(text, preprint(), JOURNAL, policy=Policy.FILL)
    added = '\tNUMBER = "3",\r\n\tDOI    = "10.1000/j.1",\r\n\tPAGES'
    assert updated_text(found) == text.replace("\tPAGES", added)
    assert [(one.field, one.old, one.new) for one in found.conflicts] == [("volume", "21", "20")]


def test_another_version_fills_nothing_into_an_entry():
    text = f"@inproceedings{{a, title={{{TITLE}}}, booktitle={{ICML}}, eprint={{1806.07366}}}}"
    assert update(text, preprint(), NIPS).edits == ()


@pytest.mark.parametrize("container", ["NeurIPS Workshop on Dynamics", "NeurIPS Companion"])
def test_a_part_of_a_conference_is_not_the_conference(container):
    text = f"@inproceedings{{a, title={{{TITLE}}}, booktitle={{{container}}}, year={{2018}}, eprint={{1806.07366}}}}"
    assert update(text, preprint(), NIPS).edits == ()


def test_a_doi_of_one_place_under_the_name_of_another_is_a_conflict():
    text = f"@inproceedings{{a, title={{{TITLE}}}, booktitle={{ICML}}, year={{2018}}, doi={{10.5555/3327757}}}}"
    found = update(text, preprint(), NIPS)
    assert found.edits == ()
    assert [(one.field, one.old, one.new) for one in found.conflicts] == [("booktitle", "ICML", "NeurIPS")]


def test_equal_values_in_other_forms_are_no_change_and_no_conflict():
    text = (
        f"@inproceedings{{a, title={{{TITLE}}}, booktitle={{Advances in Neural Information Processing Systems 31}}, "
        "date={2018-12}, doi={https://doi.org/10.5555/3327757}, pages={6572–83}}"
    )
    found = update(text, preprint(), NIPS)
    assert (found.edits, found.conflicts) == ((), ())


def test_a_macro_stands_for_its_venue_and_months_of_preprints_are_told_of():
    text = (
        '@string{nips = "Advances in Neural Information Processing Systems"}\n'
        f"@misc{{a,\n  title = {{{TITLE}}},\n  year = 2016,\n  month = jun,\n  eprint = {{1806.07366}},\n}}\n"
    )
    found = update(text, preprint(), NIPS)
    assert "  booktitle = nips,\n  year = 2018,\n  month = jun,\n" in updated_text(found)
    assert [(one.field, one.old) for one in found.conflicts] == [("month", "jun")]


def test_the_number_of_a_preprint_moves_from_volume_to_eprint():
    text = (
        f"@article{{a,\n  title   = {{{TITLE}}},\n  journal = {{CoRR}},\n  volume  = {{abs/1806.07366}},\n"
        "  year    = {2018},\n}\n"
    )
    after = updated(text, preprint(), NIPS)
    assert "volume" not in after
    assert "  eprint  = {1806.07366},\n" in after


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("path", BIBLIOGRAPHIES, ids=lambda path: path.name)
def test_where_nobody_knows_more_no_byte_changes(path, policy):
    text = path.read_bytes().decode("utf-8", "replace")
    found = update_text(text, known(text), policy)
    assert (found.edits, found.changes, found.conflicts) == ((), (), ())


def test_an_entry_without_title_and_authors_gets_them():
    people = (Author("Ricky Chen", family="Chen", given="Ricky"), Author("CERN", is_organization=True))
    told = preprint(authors=people, authors_truncated=True)
    after = updated("@misc{a,\n  eprint = {1806.07366},\n}\n", told, policy=Policy.FILL)
    assert after == (
        f"@misc{{a,\n  title = {{{TITLE}}},\n  author = {{Chen, Ricky and {{CERN}} and others}},\n  year = {{2018}},\n"
        "  eprint = {1806.07366},\n}\n"
    )


def test_no_preprint_is_older_than_its_first_version():
    text = f"@misc{{a, title={{{TITLE}}}, eprint={{1806.07366}}, year={{2016}}}}"
    assert [(one.old, one.new) for one in update(text, preprint()).conflicts] == [("2016", "2018")]
    assert "year={2018}" in updated(text, preprint(), policy=Policy.CORRECT)
    assert update(text.replace("2016", "2020"), preprint(), policy=Policy.CORRECT).edits == ()


def test_an_arxiv_doi_gives_way_and_its_number_stays():
    text = f"@misc{{a, title={{{TITLE}}}, doi={{10.48550/arXiv.1806.07366}}, year={{2018}}}}"
    after = updated(text, preprint(), NIPS)
    assert "doi={10.5555/3327757}" in after
    assert "eprint={1806.07366}" in after


def test_a_doi_of_something_else_is_a_conflict_and_no_reason_to_upgrade():
    text = f"@misc{{a, title={{{TITLE}}}, doi={{10.1000/other}}, eprint={{1806.07366}}, year={{2018}}}}"
    found = update(text, preprint(), NIPS)
    assert found.edits == ()
    assert [(one.field, one.old, one.new) for one in found.conflicts] == [("doi", "10.1000/other", "10.5555/3327757")]


def test_correct_mends_a_typo_inside_the_braces_of_its_writer():
    text = SCHOLAR.replace("Differential", "Diferential")
    assert "title={Neural {Ordinary} Differential Equations}" in updated(text, preprint(), policy=Policy.CORRECT)
    assert "Diferential" in updated(text, preprint())


def test_correct_replaces_a_year_that_nobody_states_and_a_doi_of_another_work():
    text = (
        f"@inproceedings{{a,\n title={{{TITLE}}},\n booktitle={{NeurIPS}},\n year={{2017}},\n"
        " doi={10.1000/tomatoes}\n}\n"
    )
    entries = known(text, preprint(), NIPS)
    wrong = parse_identifier("doi", "10.1000/tomatoes")
    refusal = Refusal(identifier=wrong, title="Tomatoes", source="crossref", reason="titles_differ")
    entries = {
        place: (entry, replace(work, refusals=(refusal,), identifiers=tuple(set(work.identifiers) - {wrong})))
        for place, (entry, work) in entries.items()
    }
    found = update_text(text, entries, Policy.CORRECT)
    assert " year={2018},\n" in updated_text(found)
    assert " doi={10.5555/3327757}\n" in updated_text(found)
    kept = update_text(text, entries, Policy.UPGRADE)
    assert {one.field for one in kept.conflicts} == {"year", "doi"}
    assert "tomatoes" in updated_text(kept)


def test_what_a_parent_holds_is_not_written_again():
    text = (
        f"@inproceedings{{a, crossref={{p}}, title={{{TITLE}}}}}\n"
        "@proceedings{p, title={Advances in Neural Information Processing Systems}, year={2018}, publisher={C}}\n"
    )
    after = updated(text, preprint(), replace(NIPS, publisher="Curran"))
    assert after.count("year") == 1
    assert "booktitle" not in after
    assert "publisher={C}" in after


def test_a_retraction_is_told():
    found = update(SCHOLAR, preprint(remarks=("retracted",)), NIPS)
    assert [one.kind for one in found.remarks] == ["retracted"]


def test_broken_entries_stay_and_are_named():
    text = f"@misc{{b, title={{x\n{SCHOLAR}"
    found = update(text, preprint(), NIPS)
    assert updated_text(found).startswith("@misc{b, title={x\n")
    assert [(one.kind, one.key, one.line) for one in found.remarks] == [("broken", "b", 1)]


def test_two_entries_of_one_line_and_key_are_left_alone():
    entry = f"@misc{{a, title={{{TITLE}}}, eprint={{1806.07366}}}}"
    assert update(f"{entry} {entry}\n", preprint(), NIPS).edits == ()
    assert len(update(f"{entry} {entry.replace('{a,', '{b,')}\n", preprint(), NIPS).edits) > 2


def test_letters_that_the_encoding_has_not_are_written_as_tex():
    venue = replace(NIPS, venue="Łódź Workshop on Equations")
    after = updated(SCHOLAR, preprint(), venue, encoding="cp1252")
    assert "booktitle={{\\L}ód{\\'z} Workshop on Equations}" in after


def test_duplicates_become_the_fuller_entry_with_both_keys():
    text = (
        f"{SCHOLAR}\n@misc{{chen2, title={{{TITLE}}}, eprint={{1806.07366}}, note={{read}}}}\n\n"
        "@misc{z, title={Another Thing}}\n"
    )
    entries = {place: pair for place, pair in known(text, preprint(), NIPS).items() if place[1] != "z"}
    found = update_text(text, entries, Policy.UPGRADE, is_deduplicated=True)
    after = updated_text(found)
    assert after.count("@inproceedings") == 1
    assert "  ids={chen2}" in after
    assert "  note={read}" in after
    assert "@misc{z, title={Another Thing}}\n" in after
    assert [(one.kind, one.key) for one in found.remarks] == [("merged", "chen2")]


def test_duplicates_that_are_not_sure_stay():
    text = f"{SCHOLAR}@misc{{chen2, title={{{TITLE}}}, eprint={{1806.07366}}}}\n"
    assert update(text, preprint(), NIPS, status=Status.AMBIGUOUS, is_deduplicated=True).edits == ()


FOUR = "Chen, Ricky T. Q. and Rubanova, Yulia and Bettencourt, Jesse and Duvenaud, David"


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize(
    ("type_", "fields"),
    [
        ("phdthesis", "school={Toronto}, year={2021}"),
        ("mastersthesis", "school={Toronto}, year={2018}"),
        ("book", "publisher={Springer}, year={2022}"),
        ("incollection", "booktitle={Handbook of Dynamics}, year={2019}"),
        ("incollection", "publisher={Springer}, year={2018}"),
        ("article", "journal={Journal of Machine Learning Research}, volume={20}, year={2019}"),
        ("inproceedings", "booktitle={International Conference on Machine Learning}, year={2018}"),
    ],
)
def test_another_type_or_place_is_another_work_unless_it_bears_the_identifier(type_, fields, policy):
    text = f"@{type_}{{a, title={{{TITLE}}}, author={{{FOUR}}}, {fields}}}\n"
    found = update(text, preprint(), NIPS, policy=policy)
    assert (found.edits, found.conflicts, found.remarks) == ((), (), ())
    other = f"@misc{{b, title={{{TITLE}}}, eprint={{1806.07366}}, year={{2018}}}}\n"
    assert "@misc{b" not in updated(text + other, preprint(), NIPS, is_deduplicated=True)
    assert text in updated(text + other, preprint(), NIPS, is_deduplicated=True)


@pytest.mark.parametrize(
    ("type_", "fields"),
    [
        ("incollection", "booktitle={Advances in Neural Information Processing Systems 31}, year={2018}"),
        ("inproceedings", "booktitle={NeurIPS}, year={2018}"),
        ("misc", "howpublished={Online}, year={2018}"),
        ("techreport", "institution={University of Toronto}, year={2018}"),
    ],
)
def test_the_same_place_or_none_is_the_work(type_, fields):
    text = f"@{type_}{{a, title={{{TITLE}}}, author={{{FOUR}}}, {fields}}}\n"
    assert update(text, preprint(), NIPS, policy=Policy.FILL).edits


def test_a_place_of_which_no_source_knows_a_publication_is_filled():
    text = f"@article{{a, title={{{TITLE}}}, author={{{FOUR}}}, journal={{Dynamics Letters}}, year={{2019}}}}\n"
    assert "eprint={1806.07366}" in updated(text, preprint(), policy=Policy.FILL)


def test_a_field_that_stands_twice_leaves_the_entry_and_names_it():
    text = f"@article{{a, title={{{TITLE}}}, author={{{FOUR}}}, journal={{arXiv}}, Journal={{arXiv}}, year={{2018}}}}\n"
    found = update(text, preprint(), NIPS)
    assert found.edits == ()
    assert [(one.kind, one.key, one.text) for one in found.remarks] == [
        ("not_written", "a", "journal stands twice: left as it is; mend the entry first")
    ]


@pytest.mark.parametrize("place", ["number={arXiv:1806.07366}", "eid={arXiv:1806.07366}"])
@pytest.mark.parametrize("published", [NIPS, replace(JOURNAL, issue=None, pages=None, publisher=None)])
def test_the_number_and_the_server_of_a_preprint_go_with_its_journal(place, published):
    text = (
        f"@article{{a, title={{{TITLE}}}, author={{{FOUR}}}, journal={{arXiv}}, {place}, publisher={{arXiv}}, "
        "year={2018}}\n"
    )
    after = updated(text, preprint(), published)
    assert "eprint={1806.07366}" in after
    assert "publisher" not in after
    assert after.count("1806.07366") == 1


def test_aliases_of_a_removed_entry_stay_aliases():
    text = (
        f"@inproceedings{{n1, title={{{TITLE}}}, author={{{FOUR}}}, booktitle={{NeurIPS}}, year={{2018}}, "
        "ids={old0}}\n"
        f"@misc{{n2, title={{{TITLE}}}, eprint={{1806.07366}}, ids={{old1, n1}}}}\n"
    )
    found = update(text, preprint(), NIPS, is_deduplicated=True)
    assert "ids={old0, n2, old1}" in updated_text(found)
    assert "ids" not in found.remarks[0].text


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ('"{Neural} " # {Ordinary} # " Diferential Equations"', '"{Neural} " # {Ordinary} # " Differential Equations"'),
        ('neural # " Ordinary Diferential " # {Equations}', 'neural # " Ordinary Differential " # {Equations}'),
        ('"Neural Ordinary Difer" # {ential Equations}', '"Neural Ordinary Differ" # {ential Equations}'),
        ('"Neural Ordinry " # {Diferential Equations}', None),
        ('"Neural Ordinary " # diferential # " Equations"', None),
    ],
)
def test_only_the_piece_of_a_title_that_holds_the_typo_changes(written, mended):
    macros = "@string{neural = {Neural}}\n@string{diferential = {Diferential}}\n"
    text = f"{macros}@misc{{a,\n  title = {written},\n  eprint = {{1806.07366}},\n  year = 2018\n}}\n"
    found = update(text, preprint(), policy=Policy.CORRECT)
    assert updated_text(found) == text.replace(written, mended or written)
    assert [one.field for one in found.conflicts] == ([] if mended else ["title"])
