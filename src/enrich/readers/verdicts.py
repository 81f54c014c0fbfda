"""Whether what was read is an entry: a model of what it shows, of its siblings and of the heading above it.

The weights are learned by ``python -m benchmarks.readers train``; they stand in ``verdicts.json``.
"""

from __future__ import annotations

import itertools
import json
import operator
import re
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from enrich.readers.fields.titles import count_words
from enrich.readers.fields.written_names import is_name, is_names
from enrich.readers.sections import OF_REFERENCES
from enrich.text.hosts import host_of, is_book_url, is_paper_url, url_role
from enrich.text.venues import find_venue

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from enrich.readers.draft import Draft
    from enrich.readers.entry_candidates import EntryCandidate

_PROSE = re.compile(r"\b(?:I|we|you|our|my|your|please|let's|should)\b|[a-z]{2}[.] [A-Z]|[。；]", re.IGNORECASE)
_SAYS_LIST = re.compile(r"\b(?:awesome|lists?|collections?|resources)\b", re.IGNORECASE)
_NOT_LETTERS = re.compile(r"[\W_]+")
_LONG_WORD = 4
_BINS = (0.001, 0.2, 0.4, 0.6, 0.8)
_WORDS = (0, 1, 2, 3, 5, 8, 13, 20, 30)
_PAIRED = (*"leads titled authors year venue below words prose form case doubt".split(), "among leads", "list shown")
_REASONS = {
    "below": "",
    "leads": "no paper",
    "titled": "no paper",
    "list leads": "no paper",
    "among leads": "no paper",
    "prose": "prose",
    "case": "prose",
    "words": "prose",
    "says": "related list",
}


class EntryVerdict(NamedTuple):
    """Whether a candidate is an entry."""

    evidence: float
    """Logarithm of the odds that it is one."""
    reason: str
    """What speaks most against it."""


def binned(number: float, bounds: Sequence[float]) -> int:
    """Return how many of some bounds a number is above."""
    return sum(number > bound for bound in bounds)


def judged(candidates: Sequence[EntryCandidate]) -> list[EntryVerdict]:
    """Return a verdict on each candidate of a file; where none would be left, what leads to a paper is an entry."""
    learned = weights()
    known: dict[tuple[str, ...], EntryVerdict] = {}
    found = []
    for facts in facts_of(candidates):
        key = tuple(facts.values())  # siblings show the same
        if key not in known:
            known[key] = _verdict(facts, learned)
        found.append(known[key])
    if all(one.reason for one in found):
        return [
            one._replace(reason="") if _leads(candidate.draft) == "paper" else one
            for one, candidate in zip(found, candidates, strict=True)
        ]
    return found


def facts_of(candidates: Sequence[EntryCandidate]) -> list[dict[str, str]]:
    """Return what each candidate of a file shows, by the name of the fact."""
    own = [_own_facts(one) for one in candidates]
    runs: dict[int, list[int]] = {}
    for index, one in enumerate(candidates):
        runs.setdefault(one.group, []).append(index)
    sections: dict[tuple[str, ...], list[int]] = {}
    for index, one in enumerate(candidates):
        sections.setdefault(one.draft.section_path, []).append(index)
    titles = Counter(_key(one.draft) for one in candidates)
    for one, facts in zip(candidates, own, strict=True):
        facts["repeated"] = "yes" if titles[_key(one.draft)] > 1 else "no"
    shown = [tuple(test(facts) for test in _SHARED.values()) for facts in own]
    by_run = _among(shown, [one.group for one in candidates])
    by_section = _among(shown, [one.draft.section_path for one in candidates])
    whole = _among([*shown, (False,) * len(_SHARED)], [None] * (len(shown) + 1))[-1] if shown else {}
    for facts, run, section in zip(own, by_run, by_section, strict=True):
        facts |= {f"among {name}": run[name] for name in ("leads", "authors", "dated", "titled", "again")}
        facts |= {f"section {name}": section[name] for name in ("leads", "shown")}
        facts |= {f"list {name}": whole[name] for name in ("leads", "shown")}
    return own


_SHARED: dict[str, Callable[[Mapping[str, str]], bool]] = {
    "leads": lambda facts: facts["leads"] == "paper",
    "authors": lambda facts: facts["authors"] == "some",
    "dated": lambda facts: facts["year"] == "some",
    "titled": lambda facts: facts["titled"] == "yes",
    "shown": lambda facts: facts["leads"] != "nothing",
    "again": lambda facts: facts["repeated"] == "yes",
}


def _among(shown: Sequence[tuple[bool, ...]], groups: Sequence[Hashable]) -> list[dict[str, str]]:
    """The shares of the others of a group that show something, as bins, for each member."""
    totals: dict[Hashable, list[int]] = {}
    for row, group in zip(shown, groups, strict=True):
        size, *sums = totals.get(group, [0] * (len(_SHARED) + 1))
        totals[group] = [size + 1, *map(operator.add, sums, row)]
    found: dict[tuple[Hashable, tuple[bool, ...]], dict[str, str]] = {}
    for key in dict.fromkeys(zip(groups, shown, strict=True)):
        size, *sums = totals[key[0]]
        shares = [(total - own) / (size - 1) if size > 1 else None for total, own in zip(sums, key[1], strict=True)]
        found[key] = {
            name: "alone" if share is None else str(binned(share, _BINS))
            for name, share in zip(_SHARED, shares, strict=True)
        }
    return [found[key] for key in zip(groups, shown, strict=True)]


def _own_facts(one: EntryCandidate) -> dict[str, str]:
    draft = one.draft
    title = draft.title or ""
    url = draft.links[0].url if draft.links else ""
    words = [word for word in title.split() if len(word) > _LONG_WORD]
    n_capital = sum(any(map(str.isupper, word)) for word in words)
    heading = draft.section_path[-1] if draft.section_path else ""
    is_of_papers = OF_REFERENCES.search(" ".join(draft.section_path[-2:])) is not None
    return {
        "leads": _leads(draft),
        "titled": "yes" if draft.is_title_linked else "no",
        "authors": "some" if draft.authors else "none",
        "year": "some" if draft.year else "none",
        "venue": "none" if not draft.venue else "known" if find_venue(draft.venue) else "said",
        "below": one.purpose or ("papers" if is_of_papers else "nothing" if not heading else "other"),
        "words": str(binned(count_words(title), _WORDS)),
        "prose": "yes" if _PROSE.search(title[:1].lower() + title[1:]) else "no",
        "form": draft.family.code,
        "case": ("lower" if title[:1].islower() else "other" if not title[:1].isupper() else "upper")
        + (" most" if n_capital >= 0.6 * len(words) else " few"),
        "doubt": str(binned(draft.doubt, (0.02, 0.1, 0.3, 0.6))),
        "notes": str(min(2, len(draft.notes))),
        "links": str(min(3, len(draft.links))),
        "quoted": "yes" if draft.quote or draft.text or draft.extra_identifiers else "no",
        "is venue": "yes" if title and find_venue(title) else "no",
        "is name": "yes" if is_name(title) or is_names(title) else "no",
        "front": "yes" if url.count("/") <= 3 and "://" in url else "no",  # noqa: PLR2004
        "says": "list" if _SAYS_LIST.search(f"{title} {url}") else "no",
        "host": "code" if host_of(url) in {"github.com", "gitlab.com"} else "other",
        "label": "some" if draft.label else "lost" if draft.first_label else "none",
        "date": "day" if draft.date and len(draft.date) > 7 else "some" if draft.date else "none",  # noqa: PLR2004
        "kind": draft.kind.value,
        "weak": "yes" if draft.is_weak else "no",
        "voted": "yes" if draft.is_voted else "no",
        "depth": str(min(3, len(draft.section_path))),
    }


def _key(draft: Draft) -> str:
    return _NOT_LETTERS.sub("", (draft.title or "").casefold())


def _leads(draft: Draft) -> str:
    """What the links of an entry lead to, the surest first."""
    urls = [link.url for link in draft.links]
    if any(is_paper_url(url.split("?", 1)[0].removesuffix(".pdf")) for url in urls):
        return "paper"
    if any(map(is_paper_url, urls)):
        return "pdf"
    if not urls:
        return "nothing"
    if is_book_url(urls[0]):
        return "book"
    role = url_role(urls[0])
    return role.value if role else "page" if "://" in urls[0] else "relative"


def features_of(facts: Mapping[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the features that facts make, each with the names of its facts."""
    found = [(f"{name}={value}", (name,)) for name, value in facts.items()]
    pairs = itertools.combinations([name for name in _PAIRED if name in facts], 2)
    return found + [(f"{a}={facts[a]} {b}={facts[b]}", (a, b)) for a, b in pairs]


def _verdict(facts: Mapping[str, str], learned: Mapping[str, float]) -> EntryVerdict:
    features = features_of(facts)
    total = learned.get("", 0.0) + sum([learned.get(feature, 0.0) for feature, _ in features])
    if total > 0:
        return EntryVerdict(total, "")
    against = dict.fromkeys(facts, 0.0)
    for feature, names in features:
        for name in names:
            against[name] -= learned.get(feature, 0.0) / len(names)
    worst = max((name for name in against if name in _REASONS), key=against.__getitem__)
    reason = _REASONS[worst] or (facts["below"] if facts["below"] not in {"papers", "other", "nothing"} else "no paper")
    return EntryVerdict(total, "no link" if reason == "no paper" and facts["leads"] == "nothing" else reason)


@cache
def weights() -> dict[str, float]:
    """The weights of features; that of the empty one is for every candidate."""
    return json.loads(files("enrich.readers").joinpath("verdicts.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]
