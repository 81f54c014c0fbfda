"""Every entry of the founding list against the bundled catalogue."""

from __future__ import annotations

import json

import pytest
from support.shared import SHARED, needs_shared

from enrich.catalogue import open_bundled
from enrich.matching.candidates import decide
from enrich.matching.description import Description
from enrich.matching.reasons import Reason
from enrich.matching.verify import verify
from enrich.model.addresses import identifiers_in_url
from enrich.model.identifiers import parse_arxiv
from enrich.model.verdict import Status
from enrich.text.names import parse_name

pytestmark = [needs_shared, pytest.mark.thorough]


@pytest.fixture(scope="module")
def truth():
    path = SHARED / "truth/awesome-neural-ode.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def test_each_entry_is_attached_to_its_own_work(truth):
    with open_bundled() as catalogue:
        for entry in truth:
            links = [link["url"] for link in entry["urls"] if link["role"] in ("paper", "repo", "link")]
            identifiers = frozenset(known for url in links for known in identifiers_in_url(url))
            found = [record for records in catalogue.find(identifiers).values() for record in records]
            query = Description(title=entry["list_title"], identifiers=identifiers)
            decision = decide(query, found or catalogue.candidates(entry["list_title"]))
            assert decision.record, (entry["list_title"], decision.verdict)
            assert decision.record.title in (entry["truth"]["title"], entry["truth"].get("title_published"))


def test_each_entry_is_accepted_for_the_title_that_its_link_has_today(truth):
    for entry in truth:
        if "arxiv_id" not in entry["truth"]:
            continue
        identifiers = frozenset([parse_arxiv(entry["truth"]["arxiv_id"])])
        record = Description(
            title=entry["truth"]["title"],
            authors=tuple(map(parse_name, entry["truth"]["authors"])),
            type="preprint",
            year=entry["truth"]["year"],
            identifiers=identifiers,
        )
        verdict = verify(Description(title=entry["list_title"], identifiers=identifiers), record)
        assert verdict.is_accepted, (entry["list_title"], entry["truth"]["title"], verdict)


@pytest.mark.slow
def test_a_link_to_another_paper_of_the_list_is_noticed(truth):
    """Titles of one field share their words: a wrong link within this very list is the hardest there is."""
    n_pairs = n_accepted = 0
    for entry in truth:
        for other in truth:
            if "arxiv_id" in other["truth"] and other["truth"]["title"] != entry["truth"]["title"]:
                identifiers = frozenset([parse_arxiv(other["truth"]["arxiv_id"])])
                record = Description(title=other["truth"]["title"], identifiers=identifiers)
                verdict = verify(Description(title=entry["list_title"], identifiers=identifiers), record)
                assert verdict.is_accepted or verdict.reason == Reason.IDENTIFIER_OF_ANOTHER
                n_pairs, n_accepted = n_pairs + 1, n_accepted + verdict.is_accepted
    assert n_accepted / n_pairs < 0.003


def test_an_entry_that_lost_its_title_is_attached_by_its_link():
    identifiers = frozenset([parse_arxiv("1806.07366")])
    verdict = verify(Description(identifiers=identifiers), Description(title="T", identifiers=identifiers))
    assert (verdict.status, verdict.reason) == (Status.STRONG, Reason.IDENTIFIER)
