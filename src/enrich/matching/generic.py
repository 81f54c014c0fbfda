"""Titles that name many works, and titles too short to name one."""

from __future__ import annotations

import re

from enrich.text.titles import normalize_title

_GENERIC_HEADS = (
    r"editorials?|editor s?|editors?|introduction|introductory|preface|foreword|prologue|epilogue|afterword",
    r"index|indices|contents|table of contents|contributors|list of \w+(?: \w+)?|notes?|news|announcements?",
    r"obituary|obituaries|in memoriam|letters?|letter to the editors?|correspondence|book reviews?|reviews?",
    r"reviewers?|books|books received|erratum|errata|corrigendum|correction|reply|response|comments?",
    r"commentary|discussion|rejoinder|abstracts?|summary|conclusions?|bibliography|references",
    r"acknowledge?ments?|appendix|supplement|supporting information",
    r"supplementary (?:materials?|information|data|file)|front ?matter|back ?matter|cover|masthead|title page",
    r"copyright|dedication|glossary|abbreviations|errors|calendar|events|meetings?|call for papers",
    r"author index|subject index|methods|results|background|overview|perspectives?|interview|miscellanea",
    r"miscellaneous|poems?|untitled|no title|title|test|annual report|president s (?:message|address|page)",
    r"proceedings|program(?:me)?|about (?:the|this) \w+|reviews? of books?|research highlights?|in brief",
    r"in this issue|news and views|news in brief|letter from the \w+|minutes|obituary notices?|book notes?",
    r"book reviews? column|columns?|call for book reviews|keynote(?: address| talk)?",
    r"highlights|briefs?|forum|viewpoint|opinion|symposium|workshop|tutorial|vorwort|einleitung|inhalt",
    r"inhaltsverzeichnis|rezensionen|avant propos|sommaire|pr[eé]face|введение|предисловие|目录|前言",
)
_GENERIC = re.compile(
    r"(?:(?:the|an?|some|general|brief|short|from the|guest|invited|special issue|opening|closing|concluding|final"
    rf"|editorial) )*(?:{'|'.join(_GENERIC_HEADS)})"
    r"(?: (?:to|of|from|by|for) the (?:editors?|special issue|issue|volume|book|second edition|series|authors?"
    r"|president|section))?(?: (?:and|to) (?:editorials?|index|introduction|preface|notes?|comments?|contents"
    r"|overview))*"
    r"(?: \d+| [ivx]+)*"
)
_FEWEST_WORDS, _FEWEST_LETTERS = 2, 10


def is_generic(title: str) -> bool:
    """Whether many works bear the title.

    >>> [is_generic(title) for title in ("Guest Editorial", "Note from the Editor", "Introduction to Knots")]
    [True, True, False]
    """
    return bool(_GENERIC.fullmatch(normalize_title(title)))


def is_short(title: str) -> bool:
    """Whether a title is too short to stand alone.

    >>> is_short("Deep Learning"), is_short("Wasserstein GAN"), is_short("神经常微分方程")
    (False, False, False)
    """
    normalized = normalize_title(title)
    if not normalized.isascii():
        return len(normalized) < _FEWEST_WORDS + 2
    return len(normalized.split()) < _FEWEST_WORDS or len(normalized) < _FEWEST_LETTERS
