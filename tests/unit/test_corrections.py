"""Corrections: each kind, each mistake with its line, and what they do to clusters and findings."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest
from support.shared import ROOT

from enrich.check import KINDS
from enrich.corrections import Corrections, Target, load_corrections
from enrich.errors import ConfigError
from enrich.merge.claimed_values import OVERRIDABLE
from enrich.model.dates import PartialDate
from enrich.model.entry import Entry, ReadingList
from enrich.model.finding import Finding, Severity
from enrich.model.identifiers import parse_arxiv, parse_doi
from enrich.model.record import Record, Relation, RelationKind, WorkType
from enrich.model.work import Work
from enrich.rounds.freshness import FreshnessRules
from enrich.rounds.planning import Memory, plan_identifiers, plan_titles
from enrich.sources import SOURCES
from enrich.works.linkage import link_clusters, to_clusters
from enrich.works.matches import match_candidates, match_record

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WRITTEN, PINNED = parse_arxiv("1806.07366"), parse_arxiv("1904.01681")
DOI = parse_doi("10.1000/x")

ALL = """\
[[pin]]
entry = "Neural Ordinary  Differential Equations!"
identifier = "https://arxiv.org/abs/1904.01681v2"
reason = "the link leads to another paper"

[[reject]]
work = "1806.07366"
record = "doi:10.1000/X"
list = "papers"
reason = "another paper"

[[override]]
work = "doi:10.48550/arXiv.1806.07366"
field = "authors"
value = ["Ricky T. Q. Chen", "Duvenaud, David"]
reason = \"\"\"
[[nothing]]
names = "were mixed up"
\"\"\"

[[ignore]]
list = "papers"
line = 12
kind = "title_typo"
reason = "it is written like that"
"""


def write(tmp_path, text):
    path = tmp_path / "corrections.toml"
    path.write_text(text, "utf-8")
    return path


def load(tmp_path, text):
    return load_corrections(write(tmp_path, text))


def reading_list(*entries, name="papers"):
    return ReadingList(name=name, source=f"{name}.md", entries=entries)


def entry(order=1, title="Neural Ordinary Differential Equations", identifiers=(WRITTEN,), **fields):
    return Entry(order=order, line=10 + order, title=title, identifiers=identifiers, **fields)


def record(*identifiers, title="Augmented Neural ODEs", source="arxiv", **fields):
    return Record(source=source, identifiers=identifiers, retrieved_at=NOW, title=title, **fields)


def draft_of(tmp_path, text, *entries):
    (cluster,) = to_clusters([reading_list(*(entries or (entry(),)))], load(tmp_path, text))
    return cluster


def test_every_kind_is_read_with_its_line(tmp_path):
    found = load(tmp_path, ALL)
    (pin,), (rejection,), (override,), (ignored,) = found.pins, found.rejections, found.overrides, found.ignored
    assert pin.target == Target(title="neural ordinary differential equations")
    assert (pin.identifier, pin.line) == (PINNED, 1)
    assert (rejection.target, rejection.record, rejection.line) == (Target(list="papers", work=WRITTEN), DOI, 6)
    assert override.target.work == WRITTEN
    assert [author.family for author in override.value] == ["Chen", "Duvenaud"]
    assert override.reason == '[[nothing]] names = "were mixed up"'
    assert (ignored.target, ignored.kind, ignored.line) == (Target(list="papers", line=12), "title_typo", 21)
    assert override.source_url.endswith("corrections.toml#L12")


def test_the_file_of_the_repository_holds_an_example_of_each_kind_and_no_correction(tmp_path):
    path = ROOT / "data" / "raw" / "corrections.toml"
    assert not load_corrections(path)
    examples = "\n".join(
        line.removeprefix("# ") for line in path.read_text("utf-8").splitlines() if "=" in line or "[[" in line
    )
    found = load(tmp_path, examples)
    assert all((found.pins, found.rejections, found.overrides, found.ignored))


def test_without_a_file_there_are_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_corrections() == Corrections()
    with pytest.raises(ConfigError, match=r"gone\.toml: cannot be read"):
        load_corrections(tmp_path / "gone.toml")


PIN = '[[pin]]\nentry = "A"\nidentifier = "arxiv:1806.07366"\nreason = "r"\n'
OVERRIDE = '[[override]]\nwork = "1806.07366"\nreason = "r"\n'
REST = 'identifier = "1806.07366"\nreason = "r"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[pin]\n", ":1: no valid TOML"),
        ('[[pin]]\nreason = "r\n', ":2: no valid TOML"),
        (f"{PIN}\n[[pinn]]\n", ":6: unknown table pinn; did you mean pin?"),
        ("\npin = 3\n", ":2: pin is no list of tables; write [[pin]]"),
        ("[pin]\n", ":1: pin is no list of tables"),
        ("\npin = [{}]\n", ":2: [[pin]] without reason"),
        (f'{PIN}identifer = "x"\n', ":5: unknown key identifer of [[pin]]; did you mean identifier?"),
        (f'{PIN}work = "x"\n', ":5: unknown key work of [[pin]]"),
        (f'{PIN}\n[[pin]]\nentry = "A"\n', ':6: [[pin]] without reason; write reason = "why you know better"'),
        ('[[pin]]\nentry = "A"\nreason = " "\n', ":3: bad value ' ' of reason"),
        ('[[pin]]\nentry = "A"\nreason = "r"\n', ":1: [[pin]] without identifier"),
        (f"[[pin]]\n{REST}", ":1: [[pin]] without one of entry, line; write entry ="),
        (f'[[pin]]\nentry = "A"\nline = 3\n{REST}', ":3: [[pin]] with more than one of entry, line"),
        (f"[[pin]]\nline = 3\n{REST}", ":2: a line without its list"),
        (f'[[pin]]\nlist = "p"\nline = "3"\n{REST}', ":3: bad value '3' of line; write line = 12"),
        (f'[[pin]]\nlist = "p"\nline = true\n{REST}', ":3: bad value True of line"),
        (f"[[pin]]\nentry = 3\n{REST}", ":2: bad value 3 of entry"),
        (f'[[pin]]\nentry = "?!"\n{REST}', ":2: a title without letters"),
        (f'[[pin]]\nlist = "P.md"\nentry = "A"\n{REST}', ":2: no name of a list: 'P.md'"),
        (PIN.replace("arxiv:", "arxv:"), ":3: no identifier: 'arxv:1806.07366'; did you mean arxiv?"),
        (PIN.replace("arxiv:1806", "18"), ":3: no identifier: '18.07366'; write \"arxiv:1806.07366\" or"),
        (
            f"{PIN}\n{PIN.replace('1806', '1904')}",
            ":6: pins an entry to a second identifier; remove one of the two; the",
        ),
        (
            f'{PIN}\n{PIN.replace("1806", "1904")}list = "papers"\n',
            "the other stands in line 1",
        ),
        (
            f'{PIN}[[reject]]\nentry = "A"\nrecord = "1806.07366"\nreason = "r"\n',
            ":5: pins an entry to arxiv:1806.07366 and rejects it",
        ),
        (
            '[[reject]]\nwork = "1806.07366"\nreason = "r"\nrecord = "10.48550/arXiv.1806.07366"\n',
            ":4: rejects arxiv:1806.07366 for itself",
        ),
        (f'{OVERRIDE}field = "venu"\nvalue = "x"\n', ":4: unknown field 'venu'; did you mean venue?"),
        (f'{OVERRIDE}field = "doi"\nvalue = "10.1/x"\n', ":4: doi is an identifier, no value; use [[pin]]"),
        (f'{OVERRIDE}field = "venue"\n', ":1: [[override]] without value"),
        (f'{OVERRIDE}field = "venue"\nvalue = 3\n', ':5: bad value 3 of venue; write value = "a text"'),
        (f'{OVERRIDE}field = "year"\nvalue = "2019"\n', ":5: bad value '2019' of year; write value = 2018"),
        (f'{OVERRIDE}field = "year"\nvalue = 99\n', ":5: bad value 99 of year"),
        (f'{OVERRIDE}field = "date"\nvalue = "2019-13"\n', ":5: bad value '2019-13' of date"),
        (f'{OVERRIDE}field = "authors"\nvalue = "A B"\n', ":5: bad value 'A B' of authors"),
        (f'{OVERRIDE}field = "authors"\nvalue = ["?"]\n', ":5: bad value ['?'] of authors"),
        (f'{OVERRIDE}field = "citation_count"\nvalue = -1\n', ":5: bad value -1 of citation_count"),
        (f'{OVERRIDE}field = "citation_count"\nvalue = 9000000000\n', ":5: bad value 9000000000 of citation_count"),
        (f'{OVERRIDE}field = "is_open_access"\nvalue = 1\n', ":5: bad value 1 of is_open_access"),
        (f'{OVERRIDE}field = "url"\nvalue = "example"\n', ":5: bad value 'example' of url"),
        (
            f'{OVERRIDE}field = "type"\nvalue = "paper"\n',
            ":5: bad value 'paper' of type; write value = one of preprint,",
        ),
        (
            f'{OVERRIDE}field = "year"\nvalue = 2018\n{OVERRIDE}field = "year"\nvalue = 2019\n',
            ":6: gives a work a second year; remove one of the two; the other stands in line 1",
        ),
        (
            '[[ignore]]\nwork = "1806.07366"\nreason = "r"\nkind = "title_tpyo"\n',
            ":4: unknown kind 'title_tpyo'; did you mean title_typo?",
        ),
    ],
)
def test_a_mistake_is_one_line_with_file_and_line(tmp_path, text, message):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert f"corrections.toml{message}" in str(caught.value) or message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("date", "2018-06-19", PartialDate(2018, 6, 19)),
        ("date", '"2018-06"', PartialDate(2018, 6)),
        ("type", '"journal"', WorkType.JOURNAL),
        ("is_open_access", "false", False),
        ("keywords", '["a", "b"]', ("a", "b")),
        ("citation_count", "0", 0),
        ("volume", '"12"', "12"),
        ("title", '"""one\n  line"""', "one line"),
        ("abstract", '"""two\n\nparagraphs"""', "two\n\nparagraphs"),
    ],
)
def test_values_have_the_type_of_their_field(tmp_path, field, value, expected):
    (override,) = load(tmp_path, f'{OVERRIDE}field = "{field}"\nvalue = {value}\n').overrides
    assert override.value == expected


def test_every_field_that_can_be_overridden_is_one_of_a_work():
    assert {field.name for field in dataclasses.fields(Work)} >= OVERRIDABLE


def test_a_pinned_record_is_accepted_whatever_the_title_says_and_judges_the_link(tmp_path):
    cluster = draft_of(tmp_path, ALL)
    assert cluster.has_identity
    assert cluster.identity == [PINNED]
    waiting = match_record(cluster, record(WRITTEN, title="Neural Ordinary Differential Equations"), "identifier")
    assert (waiting.is_accepted, cluster.refusals) == (False, {})
    accepted = match_record(cluster, record(PINNED), "identifier")
    assert (accepted.status, accepted.reason) == ("strong", "pinned")
    assert [one.record.identifiers for one in cluster.matches] == [(PINNED,)]
    assert [one.identifier for one in cluster.refusals.values()] == [WRITTEN]
    assert cluster.identity == [PINNED]


def test_a_link_to_another_version_of_the_pinned_work_is_accepted(tmp_path):
    cluster = draft_of(tmp_path, ALL, entry(identifiers=(DOI,)))
    names = parse_named("Emilien Dupont", "Arnaud Doucet", "Yee Whye Teh")
    match_record(cluster, record(DOI, authors=names), "identifier")
    published = parse_doi("10.1000/y")
    relation = Relation(RelationKind.IS_PREPRINT_OF, published)
    match_record(cluster, record(PINNED, authors=names, relations=(relation,)), "identifier")
    match_record(cluster, record(published, title="Augmented Neural ODEs", source="crossref"), "identifier")
    assert cluster.identity == [PINNED, DOI, published]
    assert len(cluster.matches) == 3
    assert cluster.refusals == {}


def parse_named(*names):
    from enrich.text.names import parse_name

    return tuple(parse_name(one) for one in names)


def test_a_pinned_entry_is_searched_for_by_no_title_and_asked_for_first(tmp_path):
    sources = [make() for make in SOURCES.values()]
    cluster = draft_of(tmp_path, ALL)
    rules = FreshnessRules()
    asked = plan_identifiers([cluster], sources, memory=Memory(), rules=rules, now=NOW)
    plain = plan_identifiers(to_clusters([reading_list(entry())]), sources, memory=Memory(), rules=rules, now=NOW)
    assert set(asked) == set(plain)
    assert {one[0] for one in asked.values()} == {PINNED}
    assert plan_titles([cluster], sources, memory=Memory()) == {}
    assert match_candidates(cluster, [record(WRITTEN, title="Neural Ordinary Differential Equations")], "title") == ()


def test_two_entries_with_one_pin_are_one_work(tmp_path):
    text = ALL + PIN.replace('"A"', '"Something Else Entirely"').replace("1806.07366", "1904.01681")
    entries = (entry(), entry(2, "Something Else Entirely", (parse_arxiv("2001.00001"),)))
    clusters = link_clusters(to_clusters([reading_list(*entries)], load(tmp_path, text)))
    assert [len(one.entries) for one in clusters] == [2]


def test_pins_by_title_and_by_line_may_not_contradict(tmp_path):
    text = f'{ALL}[[pin]]\nlist = "papers"\nline = 11\n{REST}'
    with pytest.raises(ConfigError, match=r"corrections\.toml:26: pins line 11 of papers to a second identifier"):
        draft_of(tmp_path, text)


def test_a_pinned_identifier_may_not_be_rejected(tmp_path):
    text = f'{ALL}[[reject]]\nlist = "papers"\nline = 11\nrecord = "1904.01681"\nreason = "r"\n'
    with pytest.raises(
        ConfigError, match=r"corrections\.toml:26: rejects arxiv:1904.01681, to which the entry is pinned"
    ):
        draft_of(tmp_path, text)


REJECT = '[[reject]]\nwork = "arxiv:1806.07366"\nrecord = "doi:10.1000/x"\nreason = "r"\n'


def test_a_rejected_record_is_never_accepted_and_leaves_no_trace(tmp_path):
    cluster = draft_of(tmp_path, REJECT, entry(identifiers=(WRITTEN, DOI)))
    assert cluster.usable == [WRITTEN]
    wrong = record(WRITTEN, DOI, title="Neural Ordinary Differential Equations", source="openalex")
    verdict = match_record(cluster, wrong, "identifier")
    assert (verdict.status, verdict.reason) == ("different", "rejected")
    assert (cluster.matches, cluster.refusals, cluster.usable) == ([], {}, [WRITTEN])
    relation = Relation(RelationKind.IS_PREPRINT_OF, DOI)
    right = record(WRITTEN, title="Neural Ordinary Differential Equations", relations=(relation,))
    assert match_record(cluster, right, "identifier").is_accepted
    assert cluster.usable == [WRITTEN]


def test_a_rejection_counts_from_when_the_work_is_known(tmp_path):
    cluster = draft_of(tmp_path, REJECT, entry(identifiers=()))
    title = "Neural Ordinary Differential Equations"
    match_candidates(cluster, [record(DOI, title=title, source="crossref", authors=parse_named("Ann Author"))], "title")
    assert cluster.identity == [DOI]
    both = record(WRITTEN, title=title, source="arxiv", authors=parse_named("Ann Author"))
    cluster.learn([WRITTEN], "openalex")
    match_record(cluster, both, "identifier")
    assert [one.record for one in cluster.matches] == [both]
    assert cluster.identity == [WRITTEN]


def test_another_work_is_not_touched_by_a_rejection(tmp_path):
    cluster = draft_of(tmp_path, REJECT, entry(identifiers=(DOI,)))
    assert cluster.usable == [DOI]
    assert match_record(cluster, record(DOI, title="Neural Ordinary Differential Equations"), "identifier").is_accepted


def finding(kind="title_typo", line=11, order=1, name="papers"):
    fields = {"severity": Severity.DEFECT, "list_says": "a", "record_says": "b"}
    return Finding(list=name, order=order, line=line, kind=kind, **fields)


@pytest.mark.parametrize(
    ("target", "is_ignored"),
    [
        ('entry = "neural ordinary differential equations"', True),
        ('entry = "Another Title"', False),
        ('list = "papers"\nline = 11', True),
        ('list = "papers"\nline = 12', False),
        ('list = "others"\nline = 11', False),
        ('work = "1806.07366"', True),
        ('work = "1904.01681"', False),
    ],
)
def test_only_the_findings_that_are_meant_are_ignored(tmp_path, target, is_ignored):
    corrections = load(tmp_path, f'[[ignore]]\n{target}\nkind = "title_typo"\nreason = "r"\n')
    fields = {"citation_key": "k", "title": "", "title_source": "", "type": WorkType.PREPRINT, "entry_orders": ()}
    works = {1: Work(work_id="w", identifiers=(WRITTEN,), **fields)}
    findings = [finding(), finding("title_abridged")]
    kept = corrections.sift(reading_list(entry()), works, findings)
    assert [one.kind for one in kept] == ["title_abridged"] if is_ignored else kept == tuple(findings)


def test_a_correction_that_matches_nothing_is_named_if_its_list_is_read(tmp_path):
    text = (
        '[[pin]]\nentry = "Gone"\nidentifier = "1806.07366"\nreason = "r"\n'
        '[[reject]]\nwork = "2001.00001"\nrecord = "10.1/x"\nreason = "r"\n'.replace("10.1/", "10.1000/")
        + '[[override]]\nlist = "others"\nentry = "Gone"\nfield = "year"\nvalue = 2018\nreason = "r"\n'
        + '[[ignore]]\nlist = "papers"\nline = 99\nkind = "title_typo"\nreason = "r"\n'
        + '[[ignore]]\nlist = "papers"\nline = 3\nkind = "toc_anchor_missing"\nreason = "r"\n'
    )
    corrections = load(tmp_path, text)
    papers = reading_list(entry())
    matched = corrections.matched([([("papers", entry())], {WRITTEN})])
    assert len([*corrections.unmatched(matched, {"papers"}, only_named=True)]) == 0
    found = [*corrections.unmatched(matched, {"papers"})]
    found += corrections.unmatched_lines(papers, [finding("toc_anchor_missing", 3, None)])
    assert [one.partition("corrections.toml:")[2] for one in found] == [
        "1: no such entry in these lists; the correction has no effect",
        "5: no work of these lists is arxiv:2001.00001; the correction has no effect",
        "15: nothing stands in line 99 of papers; the correction has no effect",
    ]


def test_the_digest_takes_in_what_concerns_the_lists(tmp_path):
    corrections = load(tmp_path, ALL)
    assert len(corrections.to_facts({"papers"})) == 4
    assert len(corrections.to_facts({"others"})) == 2
    assert corrections.to_facts({"papers"}) != load(tmp_path, f"\n{ALL}").to_facts({"papers"})


def test_the_kinds_are_those_that_the_docs_describe():
    rows = [line for line in (ROOT / "docs" / "checks.md").read_text("utf-8").splitlines() if line.startswith("| `")]
    described = {name for row in rows for name in row.split("|")[1].replace("`", "").replace(" ", "").split(",")}
    assert described == KINDS
