"""Building catalogues: every shape of snapshot, interruptions, bad input, and what is never left behind."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import signal
import subprocess
import sys
import time

import pyarrow as pa
import pytest
from pyarrow import parquet
from support.shared import ROOT

from enrich.catalogue import Catalogue
from enrich.catalogue.build import build_catalogue
from enrich.catalogue.completeness import FILE
from enrich.catalogue.integrity import check_catalogue
from enrich.catalogue.resolve import resolve, to_row
from enrich.catalogue.written_queries import parse_query, read_queries
from enrich.errors import InputError, OutputError
from enrich.model.identifiers import parse_arxiv, parse_doi, parse_identifier
from enrich.model.record import WorkType

pytestmark = pytest.mark.thorough

ARXIV = [
    {
        "id": "1806.07366",
        "title": "Neural Ordinary\n  Differential Equations",
        "authors": "Ricky T. Q. Chen, Yulia Rubanova (University of Toronto), Jesse Bettencourt and David Duvenaud",
        "categories": "cs.LG cs.AI stat.ML",
        "doi": None,
        "versions": [{"version": "v1", "created": "Tue, 19 Jun 2018 17:50:12 GMT"}],
    },
    {
        "id": "704.0001",
        "title": "Calculation of prompt diphoton production cross sections",
        "authors_parsed": [["Balázs", "C.", ""], ["Berger", "E. L.", "Jr."]],
        "categories": "hep-ph",
        "doi": "10.1103/PhysRevD.76.013009",
        "versions": [{"version": "v1", "created": "2007-04-02"}],
    },
    {
        "id": "math/0211159",
        "title": "The entropy formula for the Ricci flow",
        "authors": "Grisha Perelman",
        "versions": [],
    },
]
OPENALEX = {
    "id": "https://openalex.org/W2741809807",
    "doi": "https://doi.org/10.7717/peerj.4375",
    "title": "The state of OA: a large-scale analysis",
    "publication_year": 2018,
    "publication_date": "2018-02-13",
    "type": "article",
    "language": "en",
    "cited_by_count": 1001,
    "authorships": [{"author": {"display_name": "Heather Piwowar"}}],
    "primary_location": {"source": {"display_name": "PeerJ"}, "landing_page_url": "https://doi.org/10.7717/peerj.4375"},
    "locations": [{"landing_page_url": "https://arxiv.org/abs/1806.07366v2"}],
    "biblio": {"volume": "6", "issue": None, "first_page": "e4375", "last_page": "e4375"},
}
DBLP = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE dblp SYSTEM "dblp.dtd">
<dblp>
<inproceedings key="conf/nips/ChenRBD18" mdate="2020-01-01">
<author>Tian Qi Chen</author><author>J&ouml;rg M&uuml;ller 0001</author>
<title>Neural Ordinary Differential Equations in <i>H</i><sub>2</sub>.</title>
<pages>6572-6583</pages><year>2018</year><booktitle>NeurIPS</booktitle>
<ee>https://doi.org/10.1000/X.1</ee>
</inproceedings>
<www key="homepages/c/ChenTQ"><author>Tian Qi Chen</author><title>Home Page</title></www>
<article key="journals/corr/abs-1806-07366"><author>Tian Qi Chen</author><title>Neural ODEs &amp; more.</title>
<year>2018</year><journal>CoRR</journal><volume>abs/1806.07366</volume></article>
</dblp>
"""
BIBTEX = """
@article{hochreiter1997long,
  title = {Long {Short-Term} Memory}, author = {Hochreiter, Sepp and Schmidhuber, J{\\"u}rgen},
  journal = {Neural Computation}, volume = {9}, number = {8}, pages = {1735--1780}, year = {1997},
  doi = {10.1162/neco.1997.9.8.1735}
}
@misc{kingma2014adam, title = {Adam: A Method for Stochastic Optimization},
  author = {Kingma, Diederik P. and Ba, Jimmy},
  eprint = {1412.6980}, archiveprefix = {arXiv}, year = {2014} }
"""


def write_lines(path, lines):
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def many(n):
    return [
        {**ARXIV[0], "id": f"1901.{number:05d}", "title": f"Title of the paper with number {number}"}
        for number in range(n)
    ]


def open_built(snapshot, folder, **options):
    build_catalogue([snapshot], folder, **options)
    return Catalogue.open(folder)


@pytest.mark.parametrize("pack", [None, gzip.compress, lzma.compress, bz2.compress], ids=["plain", "gz", "xz", "bz2"])
def test_arxiv_metadata_is_read_packed_or_not(tmp_path, pack):
    snapshot = write_lines(tmp_path / "arxiv.json", ARXIV)
    if pack:
        snapshot.write_bytes(pack(snapshot.read_bytes()))
    with open_built(snapshot, tmp_path / "catalogue") as catalogue:
        (record,) = catalogue.find([parse_arxiv("1806.07366")])[parse_arxiv("1806.07366")]
        assert record.title == "Neural Ordinary Differential Equations"
        assert [author.family for author in record.authors] == ["Chen", "Rubanova", "Bettencourt", "Duvenaud"]
        assert (str(record.date), record.year, record.arxiv_category) == ("2018-06-19", 2018, "cs.LG")
        (record,) = catalogue.find_title("Calculation of prompt diphoton production cross-sections")
        assert [str(known) for known in record.identifiers] == ["arxiv:0704.0001", "doi:10.1103/physrevd.76.013009"]
        assert record.authors[1].suffix == "Jr."


def test_openalex_works_are_read_from_json_lines_and_parquet(tmp_path):
    lines = write_lines(tmp_path / "works.jsonl", [OPENALEX])
    table = tmp_path / "works.parquet"
    parquet.write_table(pa.Table.from_pylist([OPENALEX]), table)
    for snapshot in (lines, table):
        with open_built(snapshot, tmp_path / snapshot.suffix) as catalogue:
            (record,) = catalogue.find_title("The State of OA – A Large-Scale Analysis")
            assert {str(known) for known in record.identifiers} == {
                "openalex:W2741809807",
                "doi:10.7717/peerj.4375",
                "arxiv:1806.07366",
            }
            assert (record.venue, record.volume, record.pages, record.citation_count) == (
                "PeerJ",
                "6",
                "e4375--e4375",
                1001,
            )


def test_dblp_is_read_without_its_dtd_and_loses_no_letter(tmp_path):
    snapshot = tmp_path / "dblp.xml.gz"
    snapshot.write_bytes(gzip.compress(DBLP.encode("latin-1")))
    with open_built(snapshot, tmp_path / "catalogue") as catalogue:
        assert len(catalogue) == 2
        (record,) = catalogue.find_title("Neural Ordinary Differential Equations in H2")
        assert [author.name for author in record.authors] == ["Tian Qi Chen", "Jörg Müller"]
        assert {str(known) for known in record.identifiers} == {"dblp:conf/nips/ChenRBD18", "doi:10.1000/x.1"}
        (preprint,) = catalogue.find([parse_arxiv("1806.07366")])[parse_arxiv("1806.07366")]
        assert (preprint.title, preprint.type) == ("Neural ODEs & more", WorkType.PREPRINT)


def test_hostile_xml_expands_nothing(tmp_path):
    snapshot = tmp_path / "dblp.xml"
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    snapshot.write_text(
        f'<?xml version="1.0"?>\n<!DOCTYPE dblp [<!ENTITY e0 "lol">{entities}]>\n<dblp>'
        '<article key="journals/x/Y"><title>A title &e12; of a work</title></article></dblp>',
        encoding="utf-8",
    )
    with open_built(snapshot, tmp_path / "catalogue") as catalogue:
        assert len(catalogue) == 1


def test_bibtex_is_read_and_may_lack_identifiers(tmp_path):
    snapshot = tmp_path / "library.bib"
    snapshot.write_text(BIBTEX + "@book{plain, title = {A Book Without Any Identifier}}\n", encoding="utf-8")
    with open_built(snapshot, tmp_path / "catalogue") as catalogue:
        assert len(catalogue) == 3
        (record,) = catalogue.find([parse_doi("10.1162/neco.1997.9.8.1735")]).popitem()[1]
        assert [author.family for author in record.authors] == ["Hochreiter", "Schmidhuber"]
        assert catalogue.find([parse_arxiv("1412.6980")])
        assert catalogue.find_title("A book without any identifier")[0].identifiers == ()


def test_our_own_works_table_is_read(tmp_path):
    row = {
        "work_id": "arxiv:1806.07366",
        "title": "Neural Ordinary Differential Equations",
        "authors": [{"name": "Ricky T. Q. Chen"}],
        "year": 2018,
        "venue": "NeurIPS",
        "doi": None,
        "arxiv_id": "1806.07366",
        "citation_count": 6824,
        "citation_count_source": "x",
        "citation_count_at": None,
    }
    snapshot = tmp_path / "works.parquet"
    parquet.write_table(pa.Table.from_pylist([row]), snapshot)
    with open_built(snapshot, tmp_path / "catalogue") as catalogue:
        (record,) = catalogue.find([parse_arxiv("1806.07366")]).popitem()[1]
        assert (record.venue, record.citation_count) == ("NeurIPS", 6824)


def test_broken_lines_are_counted_named_and_skipped(tmp_path):
    snapshot = tmp_path / "arxiv.json"
    good = [json.dumps(line).encode() for line in ARXIV]
    broken = [b"{not json", b'{"id": "1901.00001", "title": "K\xf6nig", "versions": []}', b'{"id": 5}', b"[1, 2]"]
    snapshot.write_bytes(b"\n".join([good[0], *broken, *good[1:]]) + b"\n")
    built = build_catalogue([snapshot], tmp_path / "catalogue")
    assert (built.n_records, built.n_broken) == (3, 4)
    assert [problem.removeprefix(f"{snapshot}:")[:12] for problem in built.problems[:2]] == [
        "2: not JSON",
        "3: not UTF-8",
    ]
    assert check_catalogue(tmp_path / "catalogue") == 3


@pytest.mark.parametrize("pack", [lambda content: content, gzip.compress, lzma.compress], ids=["plain", "gz", "xz"])
def test_a_truncated_snapshot_is_refused_with_its_line(tmp_path, pack):
    snapshot = write_lines(tmp_path / "arxiv.json", many(500))
    content = pack(snapshot.read_bytes())
    snapshot.write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(InputError, match=r"arxiv\.json:\d+: .*truncated"):
        build_catalogue([snapshot], tmp_path / "catalogue")
    with pytest.raises(InputError, match="a build that did not end"):
        Catalogue.open(tmp_path / "catalogue")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        ("Title\n".encode("utf-16"), "UTF-16"),
        (b"just some text\n", "not a snapshot of a known shape"),
        (b"PAR1 and then nothing of the kind", "no readable Parquet"),
        (b"<dblp><article key='a'><title>x</wrong>", "broken XML"),
        (b'{"a": 1}\n{"b": 2}\n', "no record could be read"),
    ],
)
def test_what_is_no_snapshot_is_one_clear_line(tmp_path, content, message):
    snapshot = tmp_path / "snapshot"
    snapshot.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        build_catalogue([snapshot], tmp_path / "catalogue")
    assert str(snapshot) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_files_and_folders_are_named(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        build_catalogue([tmp_path / "nowhere"], tmp_path / "catalogue")
    with pytest.raises(InputError, match="no such folder"):
        Catalogue.open(tmp_path / "none")
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError):
        build_catalogue([write_lines(tmp_path / "a.json", ARXIV)], tmp_path / "file")


def test_a_catalogue_of_another_version_is_refused(tmp_path):
    build_catalogue([write_lines(tmp_path / "arxiv.json", ARXIV)], tmp_path / "catalogue")
    manifest = tmp_path / "catalogue" / FILE
    manifest.write_text(manifest.read_text().replace('"version": 1', '"version": 0'))
    with pytest.raises(InputError, match=r"catalogue\.json:1: a catalogue of version 0"):
        Catalogue.open(tmp_path / "catalogue")


def test_a_catalogue_that_lacks_rows_does_not_open(tmp_path):
    build_catalogue([write_lines(tmp_path / "arxiv.json", many(300))], tmp_path / "catalogue")
    (records,) = (tmp_path / "catalogue/segments").glob("*/records.sqlite")
    content = records.read_bytes()
    records.write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="of another size"):
        Catalogue.open(tmp_path / "catalogue")


def test_damage_inside_a_segment_is_found_by_check(tmp_path):
    build_catalogue([write_lines(tmp_path / "arxiv.json", many(300))], tmp_path / "catalogue")
    (records,) = (tmp_path / "catalogue/segments").glob("*/records.sqlite")
    content = bytearray(records.read_bytes())
    content[4096:8192] = bytes(4096)
    records.write_bytes(bytes(content))
    with pytest.raises(InputError, match=r"damaged|records where"):
        check_catalogue(tmp_path / "catalogue")


def test_adding_replaces_older_records_and_keeps_the_rest(tmp_path):
    build_catalogue([write_lines(tmp_path / "old.json", ARXIV)], tmp_path / "catalogue")
    newer = {**ARXIV[0], "title": "Neural Ordinary Differential Equations, renamed"}
    build_catalogue([write_lines(tmp_path / "new.json", [newer])], tmp_path / "catalogue", is_addition=True)
    with Catalogue.open(tmp_path / "catalogue") as catalogue:
        (record,) = catalogue.find([parse_arxiv("1806.07366")]).popitem()[1]
        assert record.title == newer["title"]
        assert catalogue.find([parse_arxiv("math/0211159")])


def test_segments_divide_a_snapshot_without_losing_a_record(tmp_path):
    snapshot = write_lines(tmp_path / "arxiv.json", many(25))
    with open_built(snapshot, tmp_path / "catalogue", segment_records=10) as catalogue:
        assert len(catalogue) == 25
        assert all(catalogue.find([parse_arxiv(f"1901.{number:05d}")]) for number in range(25))
        assert catalogue.candidates("Title of the papr with number 24", limit=30)
    assert len(list((tmp_path / "catalogue/segments").iterdir())) == 3


@pytest.mark.slow
def test_a_killed_build_resumes_and_leaves_nothing_that_opens(tmp_path):
    snapshot = write_lines(tmp_path / "arxiv.json", many(4_000))
    folder = tmp_path / "catalogue"
    code = (
        "import sys; from pathlib import Path; from enrich.catalogue.build import build_catalogue;"
        "build_catalogue([Path(sys.argv[1])], Path(sys.argv[2]), segment_records=500)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, snapshot, folder])
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (folder / "build.json").exists():
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with pytest.raises(InputError, match="did not end"):
        Catalogue.open(folder)
    built = build_catalogue([snapshot], folder, segment_records=500)
    assert built.n_records == 4_000
    assert built.n_resumed >= 500
    assert check_catalogue(folder) == 4_000
    assert not (folder / "build.json").exists()


def test_the_old_catalogue_answers_until_a_new_one_is_complete(tmp_path):
    folder = tmp_path / "catalogue"
    build_catalogue([write_lines(tmp_path / "old.json", ARXIV)], folder)
    bad = write_lines(tmp_path / "bad.json", many(10))
    bad.write_bytes(bad.read_bytes()[:-30])
    with pytest.raises(InputError, match="truncated"):
        build_catalogue([bad], folder)
    with Catalogue.open(folder) as catalogue:
        assert len(catalogue) == 3


def test_queries_are_read_from_text_json_lines_and_bibtex(tmp_path):
    text = tmp_path / "queries.txt"
    text.write_text("Neural Ordinary Differential Equations\n\nNothing like it at all\n", encoding="utf-8")
    lines = write_lines(tmp_path / "queries.jsonl", [{"title": "Long short term memory", "authors": ["S. Hochreiter"]}])
    bib = tmp_path / "queries.bib"
    bib.write_text(BIBTEX, encoding="utf-8")
    assert [query.title for query in read_queries(text)] == [
        "Neural Ordinary Differential Equations",
        "Nothing like it at all",
    ]
    snapshot = tmp_path / "library.bib"
    snapshot.write_text(BIBTEX, encoding="utf-8")
    with open_built(snapshot, tmp_path / "catalogue") as catalogue:
        rows = [
            to_row(query.title, resolve(catalogue, query.readings))
            for path in (lines, bib)
            for query in read_queries(path)
        ]
    assert [row["status"] for row in rows] == ["strong", "exact", "exact"]
    assert rows[0]["identifiers"] == ["doi:10.1162/neco.1997.9.8.1735"]
    assert rows[0]["record_authors"] == ["Sepp Hochreiter", "Jürgen Schmidhuber"]


def test_a_query_that_is_none_is_one_clear_line(tmp_path):
    broken = tmp_path / "queries.jsonl"
    broken.write_text('{"title": "A"}\n{"no title": 1}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"queries\.jsonl:2: "):
        list(read_queries(broken))
    broken.write_bytes(b'{"title": "A"}\n\xff\xfe\n')
    with pytest.raises(InputError, match=r"queries\.jsonl:2: not UTF-8"):
        list(read_queries(broken))


def test_the_bundled_lines_make_a_catalogue_like_any_other(tmp_path):
    with open_built(ROOT / "data/raw/catalogue/awesome-neural-ode.jsonl", tmp_path / "catalogue") as catalogue:
        identifier = parse_identifier("neurips", "2018/69386f6bb1dfed68692a24c8686939b9")
        (article,) = catalogue.find([identifier])[identifier]
        assert catalogue.versions(article)
        decision = resolve(catalogue, parse_query({"text": "Neural ordinary diferential equations"}).readings)
        assert len(decision.records) == 2
