"""Whatever bytes a service sends, however slowly: an outcome in time, and everything that the others know."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest
from e2e.test_faults import settings_for
from support.services import Answer, Facts, Services, serve
from support.shared import ROOT
from support.wire_faults import DEADLINE_S, FAULTS, MAX_BYTES, serve_faults, to_table

from enrich.fetch.fetcher import Access, Fetcher, Patience
from enrich.model.request import Outcome, Request
from enrich.session.session import Session
from enrich.sources import SOURCES
from enrich.sources.base import ReplyError
from enrich.sources.replies import read_reply

SHORT = "# Papers\n\n* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)\n"


def outcome_as_read(reply):
    """The outcome after the source has read the reply."""
    if reply.outcome is Outcome.OK:
        try:
            read_reply(SOURCES["openalex"](), replace(reply, request=replace(reply.request, source="openalex")))
        except ReplyError:
            return Outcome.BROKEN
    return reply.outcome


@pytest.mark.parametrize("family", FAULTS)
def test_what_a_service_sends_is_an_outcome_in_time(tmp_path, family):
    faults = FAULTS[family]
    patience = Patience(
        read_timeout_s=0.3 if family == "connection" else 10,
        exchange_deadline_s=DEADLINE_S if family == "drip" else 10,
        attempts=2,
        backoff_s=0.01,
        retry_after_cap_s=0,
        max_bytes=MAX_BYTES,
    )
    with serve_faults(faults) as port:
        hosts = frozenset({f"127.0.0.1:{port}", "127.0.0.1:9"})
        names = [f"source {number}" for number in range(len(faults))]
        accesses = [Access(name=name, hosts=hosts, min_interval_s=0) for name in names]
        requests = [
            Request(source=name, url=f"http://127.0.0.1:{port if one.script else 9}/{number}")
            for number, (name, one) in enumerate(zip(names, faults, strict=True))
        ]
        with Fetcher(accesses, state_dir=tmp_path, user_agent="enrich", patience=patience) as fetcher:
            started = time.monotonic()
            replies = fetcher.fetch_all(requests, not_before=datetime.now(UTC) - timedelta(days=1))
            assert time.monotonic() - started < patience.exchange_deadline_s + 2
    found = {one.name: str(outcome_as_read(reply)) for one, reply in zip(faults, replies, strict=True)}
    assert found == {one.name: one.outcome for one in faults}
    assert all(reply.message.isprintable() and "@" not in reply.message for reply in replies)
    ceiling = datetime.now(UTC) + timedelta(days=1)
    assert all(reply.retry_at is None or reply.retry_at <= ceiling for reply in replies)


def test_the_documented_table_is_the_one_that_is_tested():
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert sum(map(len, FAULTS.values())) >= 200
    assert to_table() in text, "put in what `python tests/support/wire_faults.py` prints"


def kinds_of_faults():
    """One fault of each place and outcome."""
    kinds = {(family, one.outcome): one for family, faults in FAULTS.items() for one in reversed(faults)}
    return [one for one in kinds.values() if one.outcome not in ("ok", "not_found") and one.script]


@pytest.mark.slow
@pytest.mark.parametrize("fault", kinds_of_faults(), ids=lambda one: f"{one.family}: {one.name}"[:60])
def test_a_fault_leaves_the_values_of_the_other_sources_in_the_files(tmp_path, fault):
    (tmp_path / "list.md").write_text(SHORT, "utf-8")

    def misbehave(handler):
        with suppress(OSError):
            fault.script(handler.connection)

    with serve(Services(Facts.from_catalogue())) as services:
        services.faults["semantic_scholar"] = lambda _: Answer(write=misbehave)
        settings = settings_for(services, tmp_path, read_timeout_s=4, exchange_deadline_s=4, retry_after_cap_s=0)
        with Session(settings) as run:
            bibliography, _ = run.run([str(tmp_path / "list.md")], tmp_path / "out")
    assert "semantic_scholar" in {one.partition(":")[0] for one in bibliography.warnings}
    said_by = set(pq.read_table(tmp_path / "out" / "claims.parquet").column("source").to_pylist())
    assert {"arxiv", "openalex"} <= said_by
    assert "semantic_scholar" not in said_by
