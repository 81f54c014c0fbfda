"""A bibliography as a researcher keeps it: a hundred preprints in the styles of several programs, and their facts.

The works are invented. 65 of the preprints were published; entry 101 has its venue from a ``@string``, and entry 102 is
broken.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.command import run_enrich
from support.services import Facts, environment

N_PREPRINTS = 100
N_PUBLISHED = 65
VENUES = (
    ("International Conference on Machine Learning", "conference"),
    ("Neural Information Processing Systems", "conference"),
    ("International Conference on Learning Representations", "conference"),
    ("Journal of Machine Learning Research", "journal"),
    ("Annual Meeting of the Association for Computational Linguistics", "conference"),
    ("Nature Communications", "journal"),
    ("Computer Vision and Pattern Recognition", "conference"),
)
SUBJECTS = "sparse dense causal modular neural convex spectral robust lazy stable".split()
THINGS = "transport graphs kernels parsers lattices planners sketches tensors automata flows".split()
OWN_FIELDS = ("file", "note", "annote", "groups", "timestamp", "keywords", "abstract", "owner")


@dataclass
class Sample:
    """A file, the facts of the services, and what is right."""

    text: str
    facts: Facts
    published: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Key of each entry that was published to its paper."""


def sample() -> Sample:
    """The file of 102 entries."""
    papers = [_paper(number) for number in range(N_PREPRINTS)]
    parts = ["% Encoding: UTF-8\n% My references; do not sort.\n\n"]
    parts.append('@string{icml = "International Conference on Machine Learning"}\n')
    parts.append('@preamble{"\\newcommand{\\noop}[1]{}"}\n\n')
    published = {}
    for number, paper in enumerate(papers):
        key = f"{paper['authors'][0].rpartition(' ')[2].lower()}{paper['date'][:4]}{SUBJECTS[number % 10]}"
        if number % 25 == 0:
            parts.append(f"% ---- chapter {number // 25 + 1} ----\n")
        parts.append(_STYLES[number % len(_STYLES)](key, paper, number) + "\n")
        if paper["venue"]:
            published[key] = paper
    parts.append(
        "@InProceedings{macro2019,\n  title     = {Macros of {TeX} in Use},\n  author    = {Doe, Jane},\n"
        "  booktitle = icml,\n  year      = 2019,\n  note      = {talk},\n}\n\n"
    )
    parts.append("@misc{broken2020,\n  title = {An Unclosed {Title,\n  year = {2020},\n}\n\n")
    parts.append("@comment{jabref-meta: databaseType:bibtex;}\n")
    return Sample("".join(parts), Facts({one["arxiv"]: one for one in papers}), published)


def _paper(number: int) -> dict[str, Any]:
    arxiv = f"{19 + number // 40}{1 + number % 12:02d}.{11000 + number * 37:05d}"
    is_published = number % 20 < 13
    venue, kind = VENUES[number % len(VENUES)] if is_published else (None, None)
    year = 2000 + int(arxiv[:2])
    subject, thing = SUBJECTS[number % 10], THINGS[number // 10]
    return {
        "arxiv": arxiv,
        "title": f"On {subject} {thing} for {THINGS[(number * 7 + 3) % 10]} with {number + 2} Moves",
        "authors": [f"Ada B. Autor{number}", f"Jörg Müller{number % 7}", "Wei Zhang"],
        "date": f"{year}-{arxiv[2:4]}-15",
        "category": "cs.LG",
        "doi": f"10.5555/{7000000 + number}" if is_published and number % 3 else None,
        "venue": venue,
        "venue_type": kind,
        "year": year + (number % 3 == 0) if is_published else year,
        "volume": str(100 + number) if kind == "journal" and number % 3 else None,
        "count": number,
        "references": [],
    }


def _scholar(key: str, paper: dict[str, Any], _number: int) -> str:
    names = " and ".join(", ".join(reversed(name.rpartition(" ")[::2])) for name in paper["authors"])
    return (
        f"@article{{{key},\n  title={{{paper['title']}}},\n  author={{{names}}},\n"
        f"  journal={{arXiv preprint arXiv:{paper['arxiv']}}},\n  year={{{paper['date'][:4]}}}\n}}\n"
    )


def _arxiv(key: str, paper: dict[str, Any], _number: int) -> str:
    return (
        f"@misc{{{key},\n      title={{{paper['title']}}}, \n      author={{{' and '.join(paper['authors'])}}},\n"
        f"      year={{{paper['date'][:4]}}},\n      eprint={{{paper['arxiv']}}},\n      archivePrefix={{arXiv}},\n"
        f"      primaryClass={{cs.LG}},\n      url={{https://arxiv.org/abs/{paper['arxiv']}}}, \n}}\n"
    )


def _jabref(key: str, paper: dict[str, Any], number: int) -> str:
    return (
        f"@Article{{{key},\n  author       = {{{' and '.join(paper['authors'])}}},\n"
        f"  title        = {{{{{paper['title']}}}}},\n  journal      = {{CoRR}},\n"
        f"  year         = {{{paper['date'][:4]}}},\n  volume       = {{abs/{paper['arxiv']}}},\n"
        f"  file         = {{:pdfs/{key}.pdf:PDF}},\n  groups       = {{thesis, chapter {number % 4}}},\n"
        f"  timestamp    = {{2020-01-{1 + number % 28:02d}}},\n}}\n"
    )


def _by_hand(key: str, paper: dict[str, Any], number: int) -> str:
    return (
        f'@unpublished{{{key},\n\ttitle = "{paper["title"]}",\n\tauthor = "{" and ".join(paper["authors"])}",\n'
        f'\tnote = "read it again, p. {number}",\n\tyear = {paper["date"][:4]},\n\teprint = "{paper["arxiv"]}",\n'
        f'\tkeywords = "todo, {SUBJECTS[number % 10]}" % and ask\n}}\n'
    )


def _one_line(key: str, paper: dict[str, Any], number: int) -> str:
    return (
        f"@misc{{{key}, title={{{paper['title']}}}, author={{{paper['authors'][0]} and others}}, "
        f"year={{{paper['date'][:4]}}}, howpublished={{\\url{{https://arxiv.org/abs/{paper['arxiv']}}}}}, "
        f"annote={{no. {number}}}}}\n"
    )


_STYLES = (_scholar, _arxiv, _jabref, _by_hand, _one_line)


def run_update(path: Path, port: int, *more: str) -> None:
    """``enrich update`` on a file in its folder, where the state of the runs is kept too."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ENRICH_")}
    variables = {**clean, **environment(port), "ENRICH_STATE_DIR": str(path.parent / "state")}
    run_enrich(["update", path.name, *more], variables, path.parent).check_returncode()


def kept_lines(before: str, after: str) -> int:
    """How many lines of a file stand in another one, in their order."""
    import difflib

    matcher = difflib.SequenceMatcher(None, before.split("\n"), after.split("\n"), autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


def wrong_entries(text: str, expected: Sample) -> Iterator[tuple[str, str]]:
    """Key and fault of each entry that does not say of its work what is true."""
    from enrich.text.bibtex_syntax import parse_bibliography

    book = parse_bibliography(text)
    for entry in book.entries:
        values = {one.name: book.value(one) for one in entry.fields}
        paper = expected.published.get(entry.key)
        if paper is None:
            if {"doi", "booktitle"} & values.keys() and entry.key != "macro2019":
                yield entry.key, "nobody published it"
            continue
        container = "journal" if paper["venue_type"] == "journal" else "booktitle"
        kind = "article" if container == "journal" else "inproceedings"
        right = {container: paper["venue"], "year": str(paper["year"])}
        right |= {"doi": paper["doi"]} if paper["doi"] else {}
        told = {name: values.get(name) for name in right}
        if told.get("booktitle") == "International Conference on Machine Learning":
            told["booktitle"] = paper["venue"]
        if told != right or entry.type.lower() != kind:
            yield entry.key, f"{entry.type} {told}, not {right}"
