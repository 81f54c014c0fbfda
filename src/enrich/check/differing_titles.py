"""Titles that differ from the record's: mistyped, cut short, shortened, or superseded by a later version."""

from __future__ import annotations

from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING

from rapidfuzz.distance import JaroWinkler

from enrich.check.evidence import evidence_of, is_certain, on_entry
from enrich.model.entry import EntryKind
from enrich.model.finding import Severity
from enrich.text.publication import without_title_mark
from enrich.text.title_forms import normalize_title, split_subtitle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from enrich.model.entry import ReadingList
    from enrich.model.finding import Finding
    from enrich.model.work import Work

_NEARLY_EQUAL = 0.88


class TitleDifference(StrEnum):
    """How a title in a list stands to the record's."""

    NONE = "none"
    SUBTITLE_DROPPED = "title_subtitle_dropped"
    TYPO = "title_typo"
    TYPO_AND_TRUNCATED = "title_typo_and_truncated"
    ABRIDGED = "title_abridged"
    SUPERSEDED = "title_superseded"


_SEVERITIES = {TitleDifference.SUBTITLE_DROPPED: Severity.NOTE}


def find_title_differences(reading_list: ReadingList, works: Mapping[int, Work]) -> Iterator[Finding]:
    """Entries whose title no record of their work bears."""
    for entry in reading_list.entries:
        work = works.get(entry.order)
        if entry.title is None or work is None or entry.kind is not EntryKind.PAPER or not is_certain(work):
            continue
        difference = compare_title(entry.title, _known_titles(work))
        if difference is TitleDifference.NONE:
            continue
        yield on_entry(
            reading_list.name,
            entry,
            difference.value,
            _SEVERITIES.get(difference, Severity.DEFECT),
            entry.title,
            work.title,
            evidence=(f"difference: {word_diff(entry.title, work.title)}", *evidence_of(work, "title")),
            fix=work.title,
        )


def compare_title(written: str, known: Sequence[str]) -> TitleDifference:
    """How a written title stands to the known ones, the first of which is the work's.

    >>> compare_title("How to Train you Neural ODE", ["How to train your neural ODE: the world of Jacobians"]).value
    'title_typo_and_truncated'
    >>> compare_title("Neural ODEs", ["Neural ODEs"]).value
    'none'
    """
    written, known = without_title_mark(written), [without_title_mark(title) for title in known if title]
    normalized = [normalize_title(title) for title in known]
    mine = normalize_title(written)
    if not normalized or not mine or mine in normalized or mine.replace(" ", "") == normalized[0].replace(" ", ""):
        return TitleDifference.NONE
    if mine in [normalize_title(split_subtitle(title)[0]) for title in known]:
        return TitleDifference.SUBTITLE_DROPPED
    return _compare_words(mine.split(), normalized[0].split())


def word_diff(written: str, known: str) -> str:
    """Both titles in one line: words only in the list in [-…-], words only in the record in {+…+}.

    >>> word_diff("How to Train you Neural ODE", "How to Train your Neural ODE: the world of Jacobians")
    'How to Train [-you-]{+your+} Neural [-ODE-]{+ODE: the world of Jacobians+}'
    """
    left, right = written.split(), known.split()
    parts = []
    for kind, start, end, start_known, end_known in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        mine, theirs = " ".join(left[start:end]), " ".join(right[start_known:end_known])
        parts.append(mine if kind == "equal" else f"{mine and f'[-{mine}-]'}{theirs and f'{{+{theirs}+}}'}")
    return " ".join(parts)


def _known_titles(work: Work) -> list[str]:
    titles = [
        work.title,
        *(one.title for one in work.versions if one.title),
        *(one.title or "" for one in work.records),
    ]
    return list(dict.fromkeys(titles))


def _compare_words(mine: Sequence[str], theirs: Sequence[str]) -> TitleDifference:
    """Read the written words along the record's: equal, nearly equal, or left out."""
    position = n_near = n_far = 0
    for word in mine:
        at = _find(word, theirs, position)
        if at is None:
            n_far += 1
            continue
        n_near += theirs[at] != word
        position = at + 1
    if n_far:
        return TitleDifference.SUPERSEDED
    is_complete = len(mine) == len(theirs)
    if n_near:
        return TitleDifference.TYPO if is_complete else TitleDifference.TYPO_AND_TRUNCATED
    return TitleDifference.NONE if is_complete else TitleDifference.ABRIDGED


def _find(word: str, words: Sequence[str], start: int) -> int | None:
    """The next place where a word stands, letter by letter if possible."""
    for at in range(start, len(words)):
        if words[at] == word:
            return at
    near = (at for at in range(start, len(words)) if JaroWinkler.similarity(word, words[at]) >= _NEARLY_EQUAL)
    return next(near, None)
