"""The figures of a night as a text that Prometheus' node exporter and everything that speaks OpenMetrics read.

OpenMetrics 1.0 (<https://prometheus.io/docs/specs/om/open_metrics_spec/>) with gauges alone: what of it the textfile
collector's older format lacks, such as the line at the end, is a comment there.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from enrich.store.journal import RunState
from enrich.text.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.nightly.night_outcomes import NightOutcome
    from enrich.store.store import Store

    Sample = tuple[dict[str, str], float]

_HELP = {
    "enrich_night_success": "Whether the last night lost nothing: 1, or 0 where a list or a source failed",
    "enrich_night_failed": "Whether the last night came to nothing at all",
    "enrich_night_start_timestamp_seconds": "When the last night began",
    "enrich_night_duration_seconds": "How long the last night took",
    "enrich_night_last_success_timestamp_seconds": "When a list was last written, whichever it was",
    "enrich_list_failed": "Whether the list was lost the last time",
    "enrich_list_written_timestamp_seconds": "When the list was last written",
    "enrich_list_entries": "Entries of the list when it was last written",
    "enrich_list_works": "Works of the list when it was last written",
    "enrich_list_changes": "Changes of the list that the last run reported",
    "enrich_source_requests": "Requests to the source in the last night",
    "enrich_source_failed_requests": "Requests of the last night that the source did not answer",
    "enrich_source_failing_nights": "Nights in a row on which the source failed; 0 where it answers",
    "enrich_source_answered_timestamp_seconds": "When a run began in which the source last answered everything",
}
"""Each figure, a gauge, with what it says."""
_LONGEST_LABEL = 200


def to_metrics(store: Store | None, outcome: NightOutcome | None, *, began_at: datetime, duration_s: float) -> str:
    """The text of the file; ``outcome`` is None for a night that came to nothing."""
    samples: dict[str, list[Sample]] = {name: [] for name in _HELP}
    state = outcome.state if outcome else RunState.FAILED
    samples["enrich_night_success"].append(({}, state is RunState.COMPLETE))
    samples["enrich_night_failed"].append(({}, state is RunState.FAILED))
    samples["enrich_night_start_timestamp_seconds"].append(({}, began_at.timestamp()))
    samples["enrich_night_duration_seconds"].append(({}, round(duration_s, 3)))
    for row in outcome.ledger if outcome else ():
        labels = {"source": str(row["source"])}
        samples["enrich_source_requests"].append((labels, row["requests"]))
        samples["enrich_source_failed_requests"].append((labels, row["failed"]))
    if store is not None:
        for name, labels, value in _kept(store):
            samples[name].append((labels, value))
    lines = [line for name, found in samples.items() if found for line in _family(name, found)]
    return "\n".join([*lines, "# EOF", ""])


def _kept(store: Store) -> Iterator[tuple[str, dict[str, str], float]]:
    """What the journal knows."""
    lines = [(line, store.journal.last_of(line.list)) for line in store.journal.lists()]
    if moments := [_seconds(written.finished_at) for _, written in lines if written is not None]:
        yield "enrich_night_last_success_timestamp_seconds", {}, max(moments)
    for line, written in lines:
        labels = {"list": line.list}
        yield "enrich_list_failed", labels, line.state is RunState.FAILED
        if written is not None:
            yield "enrich_list_written_timestamp_seconds", labels, _seconds(written.finished_at)
            yield "enrich_list_entries", labels, written.n_entries
            yield "enrich_list_works", labels, written.n_works
            yield "enrich_list_changes", labels, written.n_changes
    for one in store.journal.streaks().values():
        labels = {"source": one.source}
        yield "enrich_source_failing_nights", labels, one.n_nights
        if one.answered_at is not None:
            yield "enrich_source_answered_timestamp_seconds", labels, _seconds(one.answered_at)


def _seconds(moment: datetime) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _family(name: str, samples: list[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {_HELP[name]}"
    yield f"# TYPE {name} gauge"
    if name.endswith("_seconds"):
        yield f"# UNIT {name} seconds"
    for labels, value in samples:
        named = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{{{named}}} {float(value)!r}" if named else f"{name} {float(value)!r}"


def _escaped(text: str) -> str:
    """A label's value between quotation marks."""
    return one_line(text, _LONGEST_LABEL).replace("\\", "\\\\").replace('"', '\\"')
