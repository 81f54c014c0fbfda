"""Identifiers: every address form of the survey, and the law parse ∘ format = identity."""

from __future__ import annotations

import pytest

from enrich.errors import IdentifierError
from enrich.model.addresses import identifiers_in_url, to_url
from enrich.model.identifiers import (
    Identifier,
    Scheme,
    find_identifiers,
    format_identifier,
    parse_arxiv,
    parse_doi,
    parse_identifier,
)

ADDRESSES = [
    ("https://arxiv.org/abs/1806.07366", ["arxiv:1806.07366"]),
    ("http://www.arxiv.org/pdf/1806.07366v3.pdf", ["arxiv:1806.07366"]),
    ("https://arxiv.org/pdf/1806.07366v3", ["arxiv:1806.07366"]),
    ("https://arxiv.org/html/2401.00001v1", ["arxiv:2401.00001"]),
    ("https://export.arxiv.org/abs/cs.LG/0512345", ["arxiv:cs/0512345"]),
    ("https://arxiv.org/abs/cs/9301106", ["arxiv:cs/9301106"]),
    ("https://ar5iv.labs.arxiv.org/html/1910.06403", ["arxiv:1910.06403"]),
    ("https://huggingface.co/papers/2401.00001", ["arxiv:2401.00001"]),
    ("https://arxiv.org/abs/1806.07366?context=cs#top", ["arxiv:1806.07366"]),
    ("https://doi.org/10.48550/arXiv.1806.07366", ["arxiv:1806.07366"]),
    ("https://arxiv.org/list/cs.LG/recent", []),
    ("https://arxiv.org/abs/1813.00001", []),
    ("http://dx.doi.org/10.1038/S41598-018-24271-9", ["doi:10.1038/s41598-018-24271-9"]),
    ("https://link.springer.com/content/pdf/10.1007/s40304-017-0103-z.pdf", ["doi:10.1007/s40304-017-0103-z"]),
    ("https://link.springer.com/chapter/10.1007%2F978-3-030-01234-2_1", ["doi:10.1007/978-3-030-01234-2_1"]),
    ("https://dl.acm.org/doi/abs/10.1145/3292500.3330701", ["doi:10.1145/3292500.3330701"]),
    ("https://dl.acm.org/doi/pdf/10.1145/3292500.3330701", ["doi:10.1145/3292500.3330701"]),
    ("https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full.pdf", ["doi:10.1101/2020.01.01.123456"]),
    ("https://www.frontiersin.org/articles/10.3389/fnins.2020.00001/full", ["doi:10.3389/fnins.2020.00001"]),
    ("https://www.nature.com/articles/s41598-018-24271-9.pdf", ["doi:10.1038/s41598-018-24271-9"]),
    ("https://doi.org/10.18653/v1/P17-2044", ["doi:10.18653/v1/p17-2044", "acl:P17-2044"]),
    ("https://openreview.net/forum?id=ryxepo0cFX&noteId=abc", ["openreview:ryxepo0cFX"]),
    ("https://openreview.net/pdf?id=PxTIG12RRHS", ["openreview:PxTIG12RRHS"]),
    ("https://openreview.net/group?id=ICLR.cc/2021/Conference", []),
    (
        "https://papers.nips.cc/paper/1033-gradient-and-hamiltonian-dynamics-applied-to-learning-in-neural-networks.pdf",
        ["neurips:1995/e17184bcb70dcf3942c54e0b537ffc6d"],
    ),
    ("http://papers.nips.cc/paper/9431-shadowing-properties-of-optimization-algorithms", ["neurips:number/9431"]),
    ("https://papers.nips.cc/paper/1400-a-title-of-1997", ["neurips:number/1400"]),
    (
        "https://papers.nips.cc/paper/2020/file/c24c65259d90ed4a19ab37b6fd6fe716-Paper.pdf",
        ["neurips:2020/c24c65259d90ed4a19ab37b6fd6fe716"],
    ),
    (
        "https://proceedings.neurips.cc/paper_files/paper/2022/hash/342339109d7d756ef7bb30cf672aec02-Abstract-Conference.html",
        ["neurips:2022/342339109d7d756ef7bb30cf672aec02"],
    ),
    ("http://proceedings.mlr.press/v80/heinonen18a/heinonen18a.pdf", ["pmlr:v80/heinonen18a"]),
    ("https://proceedings.mlr.press/v139/pal21a.html", ["pmlr:v139/pal21a"]),
    ("http://www.jmlr.org/proceedings/papers/v28/name13.html", ["pmlr:v28/name13"]),
    ("https://www.jmlr.org/papers/v18/17-653.html", []),
    ("https://aclanthology.org/2022.acl-long.10.pdf", ["acl:2022.acl-long.10"]),
    ("https://www.aclweb.org/anthology/P17-2044/", ["acl:P17-2044"]),
    ("http://aclweb.org/anthology/P/P17/P17-2044.pdf", ["acl:P17-2044"]),
    (
        "http://openaccess.thecvf.com/content_CVPR_2019/papers/Dong_A_Title_CVPR_2019_paper.pdf",
        ["cvf:content_CVPR_2019/Dong_A_Title_CVPR_2019"],
    ),
    (
        "https://openaccess.thecvf.com/content/ICCV2021/html/Li_B_ICCV_2021_paper.html",
        ["cvf:content/ICCV2021/Li_B_ICCV_2021"],
    ),
    ("https://dblp.org/rec/html/conf/nips/ChenRBD18", ["dblp:conf/nips/ChenRBD18"]),
    ("https://dblp.uni-trier.de/rec/conf/nips/ChenRBD18.bib", ["dblp:conf/nips/ChenRBD18"]),
    (
        "https://www.semanticscholar.org/paper/Some-Title/204e3073870fae3d05bcbc2f6a8e263d9b72e776",
        ["s2:204e3073870fae3d05bcbc2f6a8e263d9b72e776"],
    ),
    ("https://api.semanticscholar.org/CorpusID:13756489", ["s2:CorpusId:13756489"]),
    ("https://openalex.org/W2963755523", ["openalex:W2963755523"]),
    ("https://github.com/DiffEqML/torchdyn/tree/master/docs", ["github:diffeqml/torchdyn"]),
    ("https://github.com/JuliaDiffEq/DiffEqFlux.jl", ["github:juliadiffeq/diffeqflux.jl"]),
    ("git@github.com", []),
    ("https://github.com/topics/neural-ode", []),
    ("http://[::1", []),
    ("", []),
]


@pytest.mark.parametrize(("url", "expected"), ADDRESSES)
def test_address_holds(url, expected):
    assert [str(found) for found in identifiers_in_url(url)] == expected


@pytest.mark.parametrize("value", sorted({value for _, values in ADDRESSES for value in values}))
def test_page_of_an_identifier_leads_back_to_it(value):
    scheme, _, bare = value.partition(":")
    identifier = parse_identifier(scheme, bare)
    assert identifier in identifiers_in_url(to_url(identifier))


def test_versions_are_one_identity_and_stay_readable():
    first, second = parse_arxiv("1806.07366v1"), parse_arxiv("arXiv:1806.07366v5")
    assert first == second
    assert format_identifier(second) == "1806.07366v5"


@pytest.mark.parametrize(
    ("scheme", "value"), [("arxiv", "1806.7366v"), ("doi", "10.1/x"), ("doi", "10.1000/ABC"), ("openalex", "w1")]
)
def test_only_a_parser_makes_an_identifier(scheme, value):
    with pytest.raises(IdentifierError):
        Identifier(Scheme(scheme), value)


def test_identifiers_in_citation_text():
    text = "Author. A Title. arXiv preprint arXiv:1308.00001 (2013); see https://doi.org/10.1000/ab(c)d)."
    assert [str(found) for found in find_identifiers(text)] == ["arxiv:1308.00001", "doi:10.1000/ab(c)d"]


@pytest.mark.parametrize("text", ["10.1000/xyz.", "(10.1000/xyz)", "doi: 10.1000/XYZ", "https://doi.org/10.1000/xyz,"])
def test_doi_sheds_what_surrounds_it(text):
    assert parse_doi(text.strip("(")).value == "10.1000/xyz"
