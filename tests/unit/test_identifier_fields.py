"""Identifiers in the fields of structured entries: as people write them, and what is wrong with those that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.model.identifier_fields import eprint_identifiers, identifiers_in_field, malformed_identifier

SICI = "doi:10.1002/(sici)1096-9861(19960129)365:1<113::aid-cne9>3.0.co;2-6"
KDD = "doi:10.1145/3292500.3330701"
FIELDS = [
    ("doi", r"10.1007/978-3-319-55696-3{\_}16", ["doi:10.1007/978-3-319-55696-3_16"]),
    ("doi", r"10.1007/978-3-030-01388-2\textunderscore{}6", ["doi:10.1007/978-3-030-01388-2_6"]),
    ("doi", r"10.1007/978-3-030-01388-2\textunderscore 6", ["doi:10.1007/978-3-030-01388-2_6"]),
    ("doi", r"10.1002/(SICI)1096-9861(19960129)365:1{\textless}113::AID-CNE9{\textgreater}3.0.CO;2-6", [SICI]),
    ("doi", "10.1002/(SICI)1096-9861(19960129)365:1$<$113::AID-CNE9$>$3.0.CO;2-6", [SICI]),
    ("doi", "10.1002/(SICI)1096-9861(19960129)365:1&lt;113::AID-CNE9&gt;3.0.CO;2-6", [SICI]),
    ("doi", "10.1002/(SICI)1096-9861(19960129)365:1%3C113::AID-CNE9%3E3.0.CO;2-6", [SICI]),
    ("doi", r"10.1002/(SICI)1096-9861(19960129)365:1\%3C113::AID-CNE9\%3E3.0.CO;2-6", [SICI]),
    ("note", "See https://doi.org/10.1002/(SICI)1096-9861(19960129)365:1%3C113::AID-CNE9%3E3.0.CO;2-6.", [SICI]),
    ("doi", "{DOI: 10.1145/3292500.3330701}", [KDD]),
    ("doi", "10.1145/3292500.3330701, 10.1145/3292500.3330702", [KDD, "doi:10.1145/3292500.3330702"]),
    ("doi", "10.1145/3292500.3330701 10.1145/3292500.3330702", [KDD, "doi:10.1145/3292500.3330702"]),
    ("doi", "10.1145/3292500.3330701;10.1145/3292500.3330702", [KDD, "doi:10.1145/3292500.3330702"]),
    ("doi", "10.1145/\n 3292500.3330701", [KDD]),
    ("doi", "10.1145/3292500.\n 3330701", [KDD]),
    ("doi", "10.1145/3292500.3330701\u200b", [KDD]),
    ("doi", "10.1038/s41586\u2013021\u201303819\u20132", ["doi:10.1038/s41586-021-03819-2"]),
    ("doi", "https://www.doi.org/10.1145/3292500.3330701/", [KDD]),
    ("doi", r"\url{https://doi.org/10.1145/3292500.3330701}", [KDD]),
    ("doi", r"\href{https://doi.org/10.1145/3292500.3330701}{10.1145/3292500.3330701}", [KDD]),
    ("doi", "10/aabbe", ["doi:10/aabbe"]),
    ("doi", "10.1000.10/123456", ["doi:10.1000.10/123456"]),
    ("DOI", "10.48550/arXiv.1706.03762v3", ["arxiv:1706.03762"]),
    ("doi", "arXiv:1706.03762", ["arxiv:1706.03762"]),
    ("doi", "10.2307/2331838", ["doi:10.2307/2331838", "jstor:2331838"]),
    ("eprint", "{1706.03762 [cs]}", ["arxiv:1706.03762"]),
    ("eprint", "https://arxiv.org/abs/1706.03762v5", ["arxiv:1706.03762"]),
    ("eprint", "https://academic.oup.com/brain/article-pdf/1/2/3.pdf", []),
    ("archivePrefix", "arXiv", []),
    ("number", "{{arXiv}:1706.03762}", ["arxiv:1706.03762"]),
    ("journal", "arXiv preprint arXiv:1706.03762", ["arxiv:1706.03762"]),
    ("journal", "ArXiv e-prints, 1706.03762", ["arxiv:1706.03762"]),
    ("journal", "CoRR, abs/1706.03762", ["arxiv:1706.03762"]),
    ("volume", "abs/1706.03762", ["arxiv:1706.03762"]),
    ("volume", "1706", []),
    ("note", "arXiv:1412.6980 [cs.LG]", ["arxiv:1412.6980"]),
    ("note", "arXiv: hep-th/9711200", ["arxiv:hep-th/9711200"]),
    ("extra", "PMID: 29456894\nPMCID: PMC5815332", ["pmid:29456894", "pmcid:PMC5815332"]),
    ("howpublished", r"Cryptology {ePrint} Archive, Paper 2019/953", ["iacr:2019/953"]),
    ("howpublished", r"\url{https://arxiv.org/abs/1412.6980}", ["arxiv:1412.6980"]),
    ("url", "https://arxiv.org/abs/1706.03762, https://example.org/x.pdf", ["arxiv:1706.03762"]),
    ("SLACcitation", "%%CITATION = ARXIV:0704.0001;%%", ["arxiv:0704.0001"]),
    ("pmid", "29456894", ["pmid:29456894"]),
    ("pmcid", "5815332", ["pmcid:PMC5815332"]),
    ("isbn", "0-262-03384-4", ["isbn:9780262033848"]),
    ("isbn", "978-0-262-03384-8, 978-3-16-148410-0", ["isbn:9780262033848", "isbn:9783161484100"]),
    ("bibcode", "1998PhRvL..81.5039S", ["ads:1998PhRvL..81.5039S"]),
    (
        "adsurl",
        "https://ui.adsabs.harvard.edu/abs/2017arXiv170603762V",
        ["ads:2017arXiv170603762V", "arxiv:1706.03762"],
    ),
    ("arxivId", "1706.03762", ["arxiv:1706.03762"]),
    ("title", "A comment on 10.1145/3292500.3330701", []),
    ("abstract", "We extend arXiv:1706.03762", []),
    ("doi", "n/a", []),
    ("doi", "", []),
]


@pytest.mark.parametrize(("name", "text", "expected"), FIELDS)
def test_field_states(name, text, expected):
    assert [str(one) for one in identifiers_in_field(name, text)] == expected
    assert malformed_identifier(name, text) is None


@pytest.mark.parametrize(
    ("eprint", "archive", "primary_class", "expected"),
    [
        ("0309136", "arXiv", "math.GT", ["arxiv:math/0309136"]),
        ("9609357", "hep-ph", "", ["arxiv:hep-ph/9609357"]),
        ("math.GT/0309136", "arXiv", "", ["arxiv:math/0309136"]),
        ("hal-01234567v2", "HAL", "", ["hal:hal-01234567"]),
        ("12345678", "pubmed", "", ["pmid:12345678"]),
        ("2331838", "jstor", "", ["jstor:2331838", "doi:10.2307/2331838"]),
        ("2019/953", "IACR", "", ["iacr:2019/953"]),
        ("1234567", "googlebooks", "", []),
    ],
)
def test_eprint_states(eprint, archive, primary_class, expected):
    assert [str(one) for one in eprint_identifiers(eprint, archive, primary_class)] == expected


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("doi", "10.48550/arXiv.2310.xxxx", "not a DOI: '10.48550/arXiv.2310.xxxx'"),
        ("doi", "see the website", "not a DOI: 'see the website'"),
        ("eprint", "2310.xxxxx", "not an arXiv identifier: '2310.xxxxx'"),
        ("isbn", "978-0-262-03384-9", "not an ISBN, its check digit is wrong: '978-0-262-03384-9'"),
        ("pmid", "PMID pending", "not a PMID: 'PMID pending'"),
        ("url", "https://doi.org/10.48550/arXiv.2310.xxxx", "not a DOI: '10.48550/arXiv.2310.xxxx'"),
        ("note", "https://arxiv.org/abs/2310.xxxxx", "not an arXiv identifier: '2310.xxxxx'"),
    ],
)
def test_malformed_identifier_is_told(name, text, wrong):
    assert identifiers_in_field(name, text) == ()
    assert malformed_identifier(name, text) == wrong


@given(
    st.sampled_from(["doi", "eprint", "url", "note", "isbn", "pmcid", "arxiv", "journal", "volume", "title"]),
    st.text(st.sampled_from("10.48550/arXiv:abs\\_{}$<>&;%Cx \n-–,()[]?#" + "htps"), max_size=60),
)
def test_no_text_raises(name, text):
    found = identifiers_in_field(name, text)
    assert all(identifiers_in_field(str(one.scheme), one.value) for one in found)
    malformed_identifier(name, text)
    eprint_identifiers(text, text, text)
