"""Where a block stands: headings, pseudo-headings, and what a section is for."""

from __future__ import annotations

import re
from functools import lru_cache

from enrich.readers.outline import SMALL, Block, plain

_PURPOSES = (
    ("contents", r"(?:table of )?contents?|toc|index|outline|menu|catalog(?:ue)?|目录|quick links|navigation|content list|list of contents"),
    (
        "about the list",
        r"contribut\w*|how to (?:contribute|cite|submit)\b.*|licen[sc]e|citations?|cite(?: us| this)?|bibtex|acknowledge?ments?|contact(?: us)?|star history"
        r"|maintainers?|contributors?|changelog|news|updates?|what'?s new|recent updates|to-?do|roadmap|disclaimer|copyright|sponsors?|support|feedback"
        r"|about(?: .{0,30})?|how to submit a pull request\W*|join us|authors?|legend|notation|conventions?|star(?:gazers)?|faq|other language support|format",
    ),
    (
        "tool",
        r"tools?(?:box|boxes|kits?)?|software|librar(?:y|ies)|libraies|packages?|repos(?:itories)?|codebases?|code|implementations?|frameworks?"
        r"|open[- ]?source\w*(?: (?:projects?|tools?|software|code|implementations?))?|projects?|platforms?|applications? and tools|demos?|plugins?|apis?|sdks?",
    ),
    ("talk", r"talks?|videos?|lectures?|keynotes?|presentations?|slides?|webinars?|podcasts?|interviews?|recordings?|seminars?"),
    ("blog post", r"blogs?|blog ?posts?|posts|articles|news articles|medium|websites?|web ?pages?|sites|newsletters?|forums?|communit(?:y|ies)"),
    ("course or tutorial", r"courses?|tutorials?|classes|moocs?|trainings?|workshops?|challenges?|competitions?|conferences?|events?|summer schools?"),
    ("people", r"(?:prominent |key |active )?(?:researchers?|people|labs?|groups?|research groups?|authors|companies|startups?|jobs?|communities)"),
    ("related list", r"related (?:lists?|repositories|repos|projects|awesome lists?|collections?)|(?:other |more |similar )?(?:awesome )?(?:lists?|collections?)|see also|other resources|further (?:reading|resources)"),
)  # fmt: skip
_JOIN = r"\s*(?:,|&|and|/|\+|\||or)\s*"
_WORDS_AROUND = r"(?:awesome|other|more|useful|related|popular|additional|relevant|recommended|free|online|external|python|julia|pytorch|tensorflow|jax|c\+\+|r|matlab|misc\w*|resources?|some|great|the|our|of|for|on|links?|to)"
_PATTERNS = tuple(
    (name, re.compile(rf"(?:{_WORDS_AROUND}\s+)*(?:{words})(?:{_JOIN}(?:{_WORDS_AROUND}\s+)*[\w -]{{2,24}})?(?:\s+{_WORDS_AROUND})*", re.IGNORECASE))
    for name, words in _PURPOSES
)
_NUMBERING = re.compile(r"^\s*(?:\d+(?:\.\d+)*[.)]?|[ivxIVX]+\.)\s+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_MOST_WORDS = 9


@lru_cache(maxsize=4096)
def purpose_of(heading: str) -> str | None:
    """Return what a heading announces that is no paper section, or None.

    >>> purpose_of("🛠️ Software and Libraries"), purpose_of("2. Neural Operators")
    ('tool', None)
    """
    text = _EDGES.sub("", _NUMBERING.sub("", _EDGES.sub("", heading)))
    if not text or len(text.split()) > _MOST_WORDS:
        return None
    for name, pattern in _PATTERNS:
        if pattern.fullmatch(text):
            return name
    return None


def heading_text(block: Block) -> str:
    """The words of a heading, counters in small print and links around it removed."""
    runs = [run for line in block.lines for run in line.runs if not run.style & SMALL and (run.image is None)]
    text = plain(runs)
    return text if text else plain(run for line in block.lines for run in line.runs)


class Place:
    """The path of headings down to the current block."""

    def __init__(self) -> None:
        self._headings: list[tuple[int, str]] = []
        self._groups: list[str] = []
        self._details: list[str] = []

    def open_heading(self, level: int, text: str) -> None:
        """Enter a section."""
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self._headings.append((level, text))
        self._groups.clear()

    def open_group(self, text: str, depth: int = 0) -> None:
        """Enter the part under a pseudo-heading."""
        del self._groups[depth:]
        self._groups.append(text)

    def close_group(self, depth: int = 0) -> None:
        """Leave the pseudo-headings from a depth on."""
        del self._groups[depth:]

    @property
    def n_groups(self) -> int:
        """How many pseudo-headings are open."""
        return len(self._groups)

    def open_details(self, text: str) -> None:
        """Enter ``<details>``."""
        self._details.append(text)

    def close_details(self) -> None:
        """Leave ``<details>``."""
        if self._details:
            self._details.pop()

    def path(self) -> tuple[str, ...]:
        """Headings from the outermost down, pseudo-headings last, tables of contents left out."""
        headings = [text for _, text in self._headings if text and purpose_of(text) != "contents"]
        return (*headings, *(text for text in (*self._details, *self._groups) if text))

    def purpose(self) -> str | None:
        """What the innermost telling heading announces."""
        for text in (*reversed(self._groups), *reversed(self._details)):
            if purpose := purpose_of(text):
                return purpose
        for position, (_, text) in enumerate(reversed(self._headings)):
            purpose = purpose_of(text)
            # A table of contents as first heading swallows every later section; only what stands right under it is meant.
            if purpose and (purpose != "contents" or position == 0) and not (purpose == "contents" and self._groups):
                return purpose
        return None
