"""What a run, an update or a night tells at its end, made here for all of them: the result, the files, what is missing.

``to_summary`` and ``to_night_summary`` gather it, ``to_lines`` says it to people, ``to_json`` to programs,
``to_markdown`` to artifacts.
"""

from __future__ import annotations

import json
import shlex
import textwrap
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from enrich.text.printable import counted, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from enrich.model.finding import Finding
    from enrich.model.work import Bibliography, Work
    from enrich.nightly import NightOutcome

LONGEST = 1_000
"""Characters of a line that people read."""
NARROW = 60
"""Columns below which labels stand above what they name."""
_MOST_FINDINGS = 3
_LEAST_OF_A_FINDING = 68
_DOWN = "source_down"
_LONGEST_NAME = 24
_TABLE = "sources"
_MOST_WARNINGS = 100
_PUBLISHED = ("conference", "journal", "book", "chapter", "thesis")
_WANTED = ("authors", "year", "venue", "citation_count", "abstract")
_CATALOGUES = frozenset({"catalogue", "list", "corrections"})
_GRAVEST = (
    *("retracted", "withdrawn", "expression_of_concern", "link_is_another_work", "title_of_another_work"),
    *("doi_not_found", "arxiv_not_found", "identifiers_disagree", "authors_differ", "dead_link", "duplicate_entry"),
    *("published_version_exists", "preprint_label_though_published", "label_venue_and_year_wrong", "label_year_wrong"),
)
_SEVERITIES = ("defect", "stale", "style", "note")
_WORTH = ("defect", "stale")


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Whom a run could ask."""

    is_offline: bool = False
    """Nobody was to be asked."""
    answered: tuple[dict[str, Any], ...] = ()
    """Rows of the ledger: the sources that answered something, or failed although their host was reached."""
    not_asked: tuple[str, ...] = ()
    """The sources whose host could not be reached."""
    failed: dict[str, str] = field(default_factory=dict)
    """Why, by each source that could not answer something."""

    @property
    def is_down(self) -> bool:
        """Whether no source at all answered."""
        return bool(self.failed) and not any(row.get("answered") for row in self.answered)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSummary:
    """What became of one list."""

    name: str
    source: str
    entries: int = 0
    works: int = 0
    new: int = 0
    folder: str | None = None
    changes: int = 0
    state: str = "complete"
    """``complete``, ``incomplete`` where a source failed, ``failed`` where it was left out."""
    failure: str | None = None
    """Why it was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a command that asked for works tells at its end."""

    run: str
    network: Network
    lists: tuple[ListSummary, ...] = ()
    works: int = 0
    known: int = 0
    """Works for which some record was taken."""
    known_from: dict[str, int] = field(default_factory=dict)
    """Works by each source of their records."""
    has_own_catalogue: bool = False
    """Whether a catalogue of the user's was asked besides the bundled one."""
    status: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    new: int = 0
    changes: dict[str, int] = field(default_factory=dict)
    """By kind."""
    since: str | None = None
    """Day of the run that ``changes`` compares with; None for the first one."""
    findings: dict[str, int] = field(default_factory=dict)
    """By severity."""
    worth_a_look: tuple[str, ...] = ()
    """The most important findings."""
    missing: dict[str, int] = field(default_factory=dict)
    """Works without a value, by field."""
    for_want_of: dict[str, dict[str, int]] = field(default_factory=dict)
    """The same by each source that could have said it and failed."""
    folder: str | None = None
    warnings: tuple[str, ...] = ()
    """What no other field tells, each once."""
    next_steps: tuple[str, ...] = ()


def to_network(
    ledger: Sequence[Mapping[str, Any]], failures: Iterable[tuple[str, str]], *, is_offline: bool = False
) -> Network:
    """Whom a run could ask, by the totals of its ledger and the sources that failed."""
    failed = dict(failures)
    rows = {str(row["source"]): row for row in ledger}
    not_asked = tuple(sorted(name for name in failed if _is_unreached(rows.get(name, {}))))
    answered = tuple(
        dict(row) for row in ledger if row["source"] not in not_asked and (_answers(row) or row["source"] in failed)
    )
    return Network(is_offline=is_offline, answered=answered, not_asked=not_asked, failed=failed)


def _is_unreached(row: Mapping[str, Any]) -> bool:
    return bool(row.get("unreachable")) and not row.get("requests") and not row.get("cached")


def _answers(row: Mapping[str, Any]) -> bool:
    return bool(row.get("answered") or row.get("cached"))


def to_summary(
    bibliography: Bibliography,
    folder: Path | None = None,
    *,
    is_offline: bool = False,
    has_own_catalogue: bool = False,
    lost: Iterable[tuple[str, str]] = (),
) -> Summary:
    """What a run tells of its lists; ``lost`` are the arguments that it had to leave out, each with the reason."""
    from enrich.model.work import UNRESOLVED

    works = bibliography.works
    network = to_network(bibliography.ledger, bibliography.source_failures, is_offline=is_offline)
    changes = bibliography.changes or ()
    since = bibliography.changes_since
    return Summary(
        run=bibliography.run_id,
        network=network,
        lists=(*_lists(bibliography, folder), *_lost(lost)),
        works=len(works),
        known=sum(work.status not in UNRESOLVED for work in works),
        known_from=_known_from(works),
        has_own_catalogue=has_own_catalogue,
        status=_counted(work.status for work in works),
        types=_counted(work.type for work in works),
        new=len(bibliography.new_work_ids),
        changes=_counted(one.kind for one in changes),
        since=since.isoformat() if since else None,
        findings=_by_severity(bibliography.findings),
        worth_a_look=tuple(_worth_a_look(bibliography.findings, {one.name: one.source for one in bibliography.lists})),
        missing=dict(_missing(works)),
        for_want_of={str(row["source"]): dict(row["missing"]) for row in bibliography.ledger if row.get("missing")},
        folder=str(folder) if folder else None,
        warnings=tuple(_warnings(bibliography.warnings, network)),
        next_steps=tuple(_next_steps(folder, len(bibliography.new_work_ids), len(works), is_first=since is None))
        if folder
        else (),
    )


def to_night_summary(outcome: NightOutcome) -> Summary:
    """What a night tells of all its lists together."""
    network = to_network(outcome.ledger, outcome.source_failures)
    changes = [change for one in outcome.lists for change in one.changes]
    findings = [found for one in outcome.lists for found in one.findings]
    syncs = [one.message for one in outcome.syncs if one.message]
    days = [one.since for one in outcome.lists if one.since]
    return Summary(
        run=outcome.run,
        network=network,
        lists=tuple(
            ListSummary(
                name=one.name,
                source=one.argument,
                entries=one.n_entries,
                works=one.n_works,
                new=one.n_new,
                folder=str(one.folder) if one.folder else None,
                changes=len(one.changes),
                state=str(one.state),
                failure=one.message if one.exit_code else None,
            )
            for one in outcome.lists
        ),
        works=sum(one.n_works for one in outcome.lists),
        known=sum(one.n_known for one in outcome.lists),
        new=sum(one.n_new for one in outcome.lists),
        changes=_counted(one.kind for one in changes),
        since=max(days).isoformat() if days else None,
        findings=_by_severity(findings),
        worth_a_look=tuple(_worth_a_look(findings, {one.name: one.argument for one in outcome.lists})),
        warnings=(*_warnings(outcome.warnings, network), *syncs),
    )


def _lists(bibliography: Bibliography, folder: Path | None) -> Iterator[ListSummary]:
    named: dict[str, set[str]] = {}
    for (name, _), work_id in bibliography.entry_works.items():
        named.setdefault(name, set()).add(work_id)
    changes = Counter(one.list for one in bibliography.changes or ())
    for one in bibliography.lists:
        ids = named.get(one.name, set())
        yield ListSummary(
            name=one.name,
            source=one.source,
            entries=len(one.entries),
            works=len(ids),
            new=len(ids & bibliography.new_work_ids),
            folder=str(folder) if folder else None,
            changes=changes[one.name],
            state="incomplete" if bibliography.source_failures else "complete",
        )


def _lost(lost: Iterable[tuple[str, str]]) -> Iterator[ListSummary]:
    return (ListSummary(name=argument, source=argument, state="failed", failure=message) for argument, message in lost)


def _counted(values: Iterable[object]) -> dict[str, int]:
    return dict(Counter(map(str, values)).most_common())


def _known_from(works: Iterable[Work]) -> dict[str, int]:
    found = Counter(source for work in works for source in {record.source for record in work.records})
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _by_severity(findings: Sequence[Finding]) -> dict[str, int]:
    counts = Counter(str(one.severity) for one in findings)
    return {name: counts[name] for name in _SEVERITIES if counts[name]}


def _worth_a_look(findings: Iterable[Finding], sources: Mapping[str, str]) -> Iterator[str]:
    """The gravest findings, of each kind one before a second one; ``sources`` is where each list was read."""
    places = {name: place for place, name in enumerate(_GRAVEST)}
    seen: Counter[str] = Counter()
    ranked = []
    for one in findings:
        if one.severity in _WORTH:
            is_grave = one.kind in places
            order = seen[one.kind], not is_grave, places.get(one.kind, _SEVERITIES.index(one.severity))
            ranked.append((order, one))
            seen[one.kind] += 1
    for _, one in sorted(ranked, key=lambda pair: pair[0])[:_MOST_FINDINGS]:
        place = f"{one.file or sources.get(one.list, one.list)}:{one.line}"
        yield f"{place}: {one.kind.replace('_', ' ')}: {one.list_says} | {one.record_says}"


def _missing(works: Sequence[Work]) -> Iterator[tuple[str, int]]:
    """How many works lack what readers look for first."""
    for name in _WANTED:
        is_cut = name == "authors"
        count = sum(getattr(work, name) in (None, "", ()) or (is_cut and work.authors_truncated) for work in works)
        if count:
            yield name, count


def _warnings(warnings: Iterable[str], network: Network) -> Iterator[str]:
    """Each once; of hosts that could not be reached one for all, or none where that is the first line."""
    unreached = tuple(f"{name}: " for name in network.not_asked)
    for text in dict.fromkeys(warnings):
        if not unreached or not (text.startswith(unreached) and text.endswith("what only it knows is missing")):
            yield text
    if network.not_asked and not network.is_down:
        yield f"{', '.join(network.not_asked)}: cannot be reached; what only they know is missing"


def _next_steps(folder: Path, n_new: int, n_works: int, *, is_first: bool) -> Iterator[str]:
    if (folder / "report.html").is_file():
        yield f"open {shlex.quote(str(folder / 'report.html'))}"
    if (folder / "works.rdf").is_file():
        name = "works-new.rdf" if 0 < n_new < n_works and not is_first else "works.rdf"
        yield f"Zotero: File > Import > {name}" if n_new or is_first else "Zotero: nothing new to import"
    if (folder / "works.parquet").is_file():
        path = str(folder / "works.parquet").replace("'", "''")
        yield f"DuckDB: FROM '{path}'"


def to_json(summary: Summary, **more: object) -> str:
    """The summary as one JSON object on one line, with what only one command tells."""
    row = {"headline": headline(summary), **asdict(summary), **more}
    return json.dumps(row, ensure_ascii=False, default=str)


def headline(summary: Summary) -> str | None:
    """The first line of a run for which nobody could be asked, or nobody answered; None where somebody did."""
    network = summary.network
    if network.is_offline:
        first = "offline: no service was asked"
    elif not network.is_down:
        return None
    elif len(network.not_asked) == len(network.failed):
        first = "no network: no service was asked"
    else:
        first = f"no service answered: {len(network.failed)} failed"
    if not summary.works:
        return first
    if not summary.known_from and summary.known:  # of a night, whose lists were written one by one
        return f"{first}; known from before: {summary.known:,} of {summary.works:,} works"
    is_told = summary.known_from.keys() - _CATALOGUES
    catalogues = "the catalogues" if summary.has_own_catalogue else "the bundled catalogue"
    origin = f"earlier runs and {catalogues}" if is_told else catalogues
    return f"{first}; known from {origin}: {summary.known:,} of {summary.works:,} works"


def closing_lines(summary: Summary) -> Iterator[str]:
    """The lines that close a night, after one for each list."""
    if first := headline(summary):
        yield first
    yield one_liner(summary)


def one_liner(summary: Summary) -> str:
    """The whole summary in one line."""
    states = sorted(Counter(one.state for one in summary.lists).items())
    parts = [
        counted(len(summary.lists), "list"),
        *(f"{count} {state}" for state, count in states),
        f"{summary.works:,} works",
        f"{summary.new:,} new",
        counted(sum(summary.changes.values()), "change"),
    ]
    names = () if summary.network.is_down else summary.network.failed
    without = f"; without {', '.join(names)}" if names else ""
    return f"run {summary.run}: {', '.join(parts)}{without}"


def sections(summary: Summary, width: int = 80) -> Iterator[tuple[str, list[str]]]:
    """Label and lines of what people are told, in the order in which it matters to them."""
    yield from _result(summary)
    if summary.network.answered:
        yield _TABLE, list(_table(summary.network, width))
    if summary.folder:
        yield "files", [f"{summary.folder}/"]
    if summary.next_steps:
        yield "next", list(summary.next_steps)
    yield from _lacks(summary)


def _result(summary: Summary) -> Iterator[tuple[str, list[str]]]:
    status = summary.status
    open_ = [f"{status[name]:,} {name.replace('_', ' ')}" for name in ("not_found", "not_asked") if status.get(name)]
    complete = ", ".join([f"{status.get('ok', 0):,} complete", *open_])
    entries = sum(one.entries for one in summary.lists)
    yield "works", [f"{summary.works:,} of {counted(entries, 'entry', 'entries')} ({complete})"]
    types = summary.types
    published = sum(types.get(name, 0) for name in _PUBLISHED)
    other = {"preprint": types.get("preprint", 0), "unknown": types.get("unknown", 0)}
    other["software and other"] = summary.works - published - sum(other.values())
    shown = [f"{count:,} {name}" for name, count in other.items() if count]
    yield "published", [f"{published:,}" + (f" ({', '.join(shown)})" if shown else "")]
    first = "the first run into this folder" if summary.new else "earlier runs published all of them"
    yield "new", [f"{summary.new:,}" + (f" ({first})" if summary.since is None and summary.works else "")]
    if summary.since is not None:
        told = {
            name: count for name, count in summary.changes.items() if not (name == _DOWN and summary.network.is_down)
        }
        kinds = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in told.items())
        yield "changed", [f"{kinds or 'nothing'} since {summary.since}"]
    counts = ", ".join(f"{count:,} {name}" for name, count in summary.findings.items())
    total = sum(summary.findings.values())
    more = "; worth a look:" if summary.worth_a_look else ""
    yield "findings", [f"{total:,} ({counts}){more}" if total else "none", *summary.worth_a_look]


def _table(network: Network, width: int) -> Iterator[str]:
    """A line for each source that answered, or that failed for a reason of its own."""
    rows = {one_line(str(row["source"]), _LONGEST_NAME): row for row in network.answered}
    longest = max(map(len, ("source", *rows)))
    names = ("requests", "cached", "works", "failed") if width >= NARROW else ("requests", "works")
    yield f"{'source':<{longest}} " + " ".join(f"{column:>8}" for column in names)
    for name, row in rows.items():
        yield f"{name:<{longest}} " + " ".join(f"{row.get(column, 0):>8,}" for column in names)


def _lacks(summary: Summary) -> Iterator[tuple[str, list[str]]]:
    network = summary.network
    lines = [_fields(summary.missing) or "nothing"] if summary.works else []
    if network.is_down and len(network.not_asked) == len(network.failed):
        lines.append("run the same command again when there is a network")
    else:
        for name, fields in summary.for_want_of.items():
            if name not in network.not_asked:
                lines.append(f"for want of {name}: {_fields(fields)}")
    yield "missing", lines
    if lost := [one.name for one in summary.lists if one.failure]:
        yield "left out", [", ".join(lost)]


def _fields(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} of {count:,}" for name, count in counts.items())


def to_lines(summary: Summary, width: int) -> Iterator[tuple[str, str]]:
    """Line and style (empty, ``bold`` or ``dim``) of the summary for a terminal of so many columns."""
    if first := headline(summary):
        yield from ((line, "bold") for line in _wrapped(first, width))
    names = ", ".join(one.name for one in summary.lists if not one.failure)
    yield from ((line, "bold") for line in _wrapped(names, width))
    told = list(sections(summary, width))
    indent = 2 + max(len(label) for label, _ in told)
    for label, lines in told:
        if width < NARROW:
            yield label, "bold"
        for place, line in enumerate(lines):
            opening = "  " if width < NARROW else (label if place == 0 else "").ljust(indent)
            room = width - len(opening)
            parts = [line] if label == _TABLE else _wrapped(line, room)
            if label == "findings" and place > 0:
                parts = _wrapped(one_line(line, max(room, _LEAST_OF_A_FINDING)), room)
            for number, part in enumerate(parts):
                yield (opening if number == 0 else " " * len(opening)) + part, ""


def _wrapped(text: str, width: int) -> list[str]:
    """The lines of a text; a path or an address is never broken."""
    return textwrap.wrap(one_line(text, LONGEST), max(width, 20), break_long_words=False, break_on_hyphens=False) or [
        ""
    ]


def print_summary(summary: Summary, *, as_json: bool = False) -> None:
    """Print the summary on standard output, and its warnings on standard error; as JSON they are in the object."""
    from enrich.cli.terminal import new_console

    if as_json:
        print(to_json(summary))
        return
    console = new_console()
    for line, style in to_lines(summary, console.width):
        console.print(line, style=style, no_wrap=True, overflow="ignore", crop=False, soft_wrap=True)
    print_warnings(summary)


def print_warnings(summary: Summary, *, with_headline: bool = False) -> None:
    """Print what people should know on standard error, each once; the first line, too, where nobody else tells it."""
    from enrich.cli.logs import is_logging, print_warning

    is_told = (with_headline or is_logging()) and not summary.network.is_offline
    first = headline(summary) if is_told else None
    for warning in (*([first] if first else []), *summary.warnings):
        print_warning(warning)


def to_markdown(summary: Summary) -> str:
    """The summary with its warnings as Markdown in which nothing that a list or a service says is markup."""
    from enrich.export.change_report import to_markdown_text

    first = headline(summary)
    title = ", ".join(one.name for one in summary.lists if not one.failure)
    rows = [
        f"| {to_markdown_text(label if place == 0 else '')} | {to_markdown_text(line)} |"
        for label, lines in sections(summary)
        for place, line in enumerate(lines)
    ]
    warnings = [f"- {to_markdown_text(warning)}" for warning in summary.warnings[:_MOST_WARNINGS]]
    if (n_more := len(summary.warnings) - len(warnings)) > 0:
        warnings.append(f"- and {n_more:,} more in `run.json`")
    parts = [f"# {to_markdown_text(title)}", *([to_markdown_text(first)] if first else [])]
    parts.append("\n".join(["| | |", "|---|---|", *rows]))
    return "\n\n".join([*parts, *(["## Warnings", "\n".join(warnings)] if warnings else [])])
