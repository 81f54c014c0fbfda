"""What each command's help shows: a line to copy, and what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from click import Command

_OUT = "data/out/refs"
EXAMPLES = {
    "init": (
        ("asks for your address and your lists, and writes enrich.toml", "enrich init"),
        ("the same without questions", "enrich init --contact you@example.org --list refs.bib"),
    ),
    "run": (
        ("a bibliography; the results are in data/out/refs", "enrich run refs.bib"),
        ("the README of a repository, into a folder", "enrich run https://github.com/OWNER/NAME --out now"),
        ("by what is known already, without asking anyone", "enrich run my-list.md --offline"),
    ),
    "nightly": (
        ("every list of enrich.toml, and what changed", "enrich nightly"),
        ("for a monitor: exits with 3 on a retraction or a publication", "enrich nightly --watch"),
        ("with figures for Prometheus", "enrich nightly --metrics /var/lib/node_exporter/textfile/enrich.prom"),
    ),
    "serve-nightly": (
        ("stay, and run every night at three, UTC", 'enrich serve-nightly --cron "0 3 * * *"'),
        ("every hour, by other settings", 'enrich serve-nightly --cron "0 * * * *" --config lists/enrich.toml'),
    ),
    "status": (
        ("lists, works, sources and runs", "enrich status"),
        ("the same for programs", "enrich status --format json"),
        ("exits with 3 when a list is older", "enrich status --fail-if-stale 2d --fail-on failed-source"),
    ),
    "prune": (
        ("what would go, and how much it would free", "enrich prune --older-than 90d --dry-run"),
        ("what is older than a year", "enrich prune --older-than 52w"),
    ),
    "doctor": (
        ("what would keep a run from its work, and what to do", "enrich doctor"),
        ("for a monitor: 0, or 2 and 3 with a line for each fault", "enrich doctor --json --strict"),
        ("settings, disk and state alone", "enrich doctor --offline"),
    ),
    "parse": (
        ("how a list is read, as a table", "enrich parse my-list.md --format table"),
        ("which lines are left out, and why", "enrich parse my-list.md --explain"),
    ),
    "show": (
        ("by citation key, in the last run", "enrich show chen2018neural"),
        ("by identifier, with every claim", "enrich show arxiv:1806.07366"),
    ),
    "history": (
        ("the citations of a work", f"enrich history chen2018neural --run {_OUT}"),
        ("what thinning an old history out would do", f"enrich history compact {_OUT} --dry-run"),
    ),
    "history work": (
        ("by citation key; the word work may be left out", f"enrich history work chen2018neural --run {_OUT}"),
        ("by identifier", f"enrich history work arxiv:1806.07366 --run {_OUT}"),
    ),
    "history compact": (
        ("what would go", f"enrich history compact {_OUT} --dry-run"),
        (
            "daily for a quarter, then weekly for two years, then monthly",
            f"enrich history compact {_OUT} --daily-days 92 --weekly-days 730",
        ),
    ),
    "export": (
        ("BibTeX for pdfLaTeX", f"enrich export {_OUT} --format bib --bib-math latex"),
        ("one SQLite file of all tables", f"enrich export {_OUT} --format sqlite"),
    ),
    "check": (
        ("what is wrong with a list", "enrich check my-list.md"),
        ("in CI: the references that a paper cites", "enrich check paper.tex refs.bib --fail-on contradicted"),
    ),
    "update": (
        ("look first", "enrich update refs.bib --diff"),
        ("then write it; the copy is refs.bib.bak", "enrich update refs.bib"),
    ),
    "fix": (
        ("look first", "enrich fix my-list.md --dry-run"),
        ("mend one kind of finding", "enrich fix my-list.md --only title_typo"),
    ),
    "zotero": (
        ("what a sync would do", f"enrich zotero sync {_OUT} --library users/475425 --dry-run"),
        ("take the last one back", "enrich zotero undo --library users/475425"),
    ),
    "zotero sync": (
        ("what would be written", f"enrich zotero sync {_OUT} --library users/475425 --dry-run"),
        ("into a group's library", f"enrich zotero sync {_OUT} --library groups/123"),
    ),
    "zotero undo": (
        ("take the last sync back", "enrich zotero undo --library users/475425"),
        ("with its rows for programs", "enrich zotero undo --library users/475425 --json"),
    ),
    "store": (
        ("a copy of what earlier runs learned", "enrich store backup /var/backups/enrich.sqlite"),
        ("ask sources again that asked to be left alone", "enrich store forget-circuits"),
    ),
    "store backup": (
        ("also while a run is writing", "enrich store backup /var/backups/enrich.sqlite"),
        ("the store of other settings", "enrich store backup copy.sqlite --config lists/enrich.toml"),
    ),
    "store restore": (
        ("put a backup in the place of the store", "enrich store restore /var/backups/enrich.sqlite"),
        ("for other settings", "enrich store restore copy.sqlite --config lists/enrich.toml"),
    ),
    "store forget-list": (
        ("a list that is no longer in lists; its folder stays", "enrich store forget-list papers"),
        ("by other settings", "enrich store forget-list papers --config lists/enrich.toml"),
    ),
    "store forget-circuits": (
        ("all of them", "enrich store forget-circuits"),
        ("one", "enrich store forget-circuits openalex"),
    ),
    "catalogue": (
        ("an index of a snapshot", "enrich catalogue build arxiv-metadata.jsonl.xz --out data/catalogue"),
        ("what is in it", "enrich catalogue info data/catalogue"),
    ),
    "catalogue build": (
        ("of arXiv's metadata", "enrich catalogue build arxiv-metadata.jsonl.xz --out data/catalogue"),
        ("of several snapshots", "enrich catalogue build dblp.xml.gz works.parquet --out data/catalogue"),
    ),
    "catalogue add": (
        ("a later snapshot", "enrich catalogue add arxiv-2026-11.jsonl --catalogue data/catalogue"),
        ("a bibliography", "enrich catalogue add refs.bib --catalogue data/catalogue"),
    ),
    "catalogue info": (
        ("snapshots, works and sizes", "enrich catalogue info data/catalogue"),
        ("of the whole folder of a cluster", "enrich catalogue info catalogues/cluster"),
    ),
    "catalogue verify": (
        ("that every file is as it was written", "enrich catalogue verify data/catalogue"),
        ("after a copy", "enrich catalogue verify catalogues/cluster"),
    ),
    "resolve": (
        ("a title a line", "enrich resolve titles.txt --catalogue data/catalogue"),
        ("from standard input", "enrich resolve - --catalogue data/catalogue"),
    ),
    "verify": (
        ("a pair a line", "enrich verify pairs.jsonl"),
        ("from standard input", "enrich verify -"),
    ),
}  # fmt: skip
"""By the words of the command: what it is for, and the line."""


def add_examples(command: Command, words: str) -> None:
    """Show the examples of a command, and of those below it, at the end of its help."""
    lines = [f"  # {what}\n  {line}" for what, line in EXAMPLES[words]]
    command.epilog = "\b\nExamples:\n" + "\n".join(lines)
    for name, one in getattr(command, "commands", {}).items():
        add_examples(one, f"{words} {name}")
