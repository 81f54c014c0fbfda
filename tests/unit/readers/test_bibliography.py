"""What the fields of a bibliography's entry state, and what they do not."""

from __future__ import annotations

import pytest

from enrich.readers import read_files


def read(text, name="refs.bib"):
    return read_files({name: text.encode()}, name="list", source=name)


def identifiers(fields):
    (entry,) = read(f"@misc{{a, title={{A Thing}}, {fields}}}").entries
    return [str(one) for one in entry.identifiers]


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ("note={Comment on doi:10.1038/nature14539}", []),
        ("note={Reprinted from doi:10.1038/nature14540}", []),
        ("annote={See also arXiv:1806.07366 for a proof}", []),
        ("note={Erratum: Phys. Rev. 1, 2, 10.1103/PhysRev.1.1}", []),
        ("note={doi:10.1038/nature14539}", ["doi:10.1038/nature14539"]),
        ("note={arXiv:1412.6980 [cs.LG]}", ["arxiv:1412.6980"]),
        ("note={Available online at https://doi.org/10.1038/nature14539}", ["doi:10.1038/nature14539"]),
        ("note={PMID: 12345678\nPMCID: PMC123456\nmine}", ["pmid:12345678", "pmcid:PMC123456"]),
        ("eprint={1806.07366}, eprinttype={googlebooks}", []),
        ("eprint={1806.07366}, archivePrefix={arXiv.org}", ["arxiv:1806.07366"]),
        (
            "url={https://doi.org/10.1038/nature14540}, doi={10.1038/nature14539}",
            ["doi:10.1038/nature14539", "doi:10.1038/nature14540"],
        ),
        (
            "url={http://dx.doi.org/10.1002/(SICI)1521-3951(199911)216:1<135::AID-PSSB135>3.0.CO;2-%23}",
            ["doi:10.1002/(sici)1521-3951(199911)216:1<135::aid-pssb135>3.0.co;2-#"],
        ),
    ],
)
def test_fields_identify_by_identifiers_and_not_by_what_they_speak_of(fields, wanted):
    assert identifiers(fields) == wanted


def test_a_key_that_latex_cannot_cite_is_told():
    found = read("@misc{chen%2018, title={A}}\n@misc{o'brien(2), title={B}}\n")
    assert [entry.problems for entry in found.entries] == [
        ("bibtex_syntax: LaTeX cannot cite the key chen%2018, so works.bib gives it another",),
        (),
    ]


def test_identifiers_with_an_odd_line_among_them_are_read_and_the_line_is_told():
    text = '10.1038/a1\nhal-01234567\n2019ApJ...882L..12A\narXiv:1806.07366v2 [cs.LG]\n"10.1038/b2"\nodd one\n'
    found = read(text, "ids.txt")
    assert [str(entry.identifiers[0]) for entry in found.entries] == [
        *("doi:10.1038/a1", "hal:hal-01234567", "ads:2019ApJ...882L..12A", "arxiv:1806.07366", "doi:10.1038/b2"),
    ]
    assert [(one.line, one.reason) for one in found.omissions] == [(6, "no identifier")]
    assert [str(entry.identifiers[0]) for entry in read("12345679\n12345680\n", "ids.txt").entries] == [
        "pmid:12345679",
        "pmid:12345680",
    ]


def test_csl_keeps_what_has_no_field_of_its_own():
    item = (
        '[{"id": "x1", "type": "article-journal", "title": "A & B", "author": "Doe, J.", "annote": "an",'
        ' "call-number": "C1", "note": "PMID: 12345678\\nPMCID: PMC123\\nmine"}]'
    )
    (entry,) = read(item, "a.json").entries
    said = {one.name: one.value for one in entry.fields}
    assert (said["pmid"], said["pmcid"], said["annote"], said["library"]) == ("12345678", "PMC123", "an", "C1")
    assert entry.fields[0].tex is not None
    assert "mine" in said["note"]
    assert entry.authors == ("Doe, J.",)


def test_dialects_say_what_their_authors_mean():
    text = (
        "@article{a, title={A}, author={{Abbott}, B.~P. and others}, collaboration={LIGO}, journal={\\prl}}\n"
        "@inproceedings{b, title={B}, eventtitle={Third Workshop on Wells}, date={2012-05}}\n"
        "@misc{c, title={100{\\%} of $<$5\\,mm}, month={March 2018}, language={german}}\n"
    )
    first, second, third = read(text).entries
    assert first.authors == ("Abbott, B. P.", "LIGO Collaboration")
    assert (first.label, first.authors_truncated) == ("Physical Review Letters", True)
    assert second.label == "Third Workshop on Wells"
    assert (third.title, third.year) == ("100% of <5 mm", 2018)
