"""Where a block stands: headings, pseudo-headings, and what a section is for."""

from __future__ import annotations

import re
from functools import lru_cache

from enrich.readers.outline import SMALL, Block, plain

_WORDS: dict[str, str] = {
    "contents": "contents content toc index outline menu catalog catalogue 目录",
    "about the list": (
        "contribute contributing contribution contributions contributors contributor license licence"
        " citation citations cite citing bibtex"
        " acknowledgement acknowledgements acknowledgment acknowledgments acknowledge contact maintainers"
        " maintainer changelog changes news update whatsnew"
        " updates todo roadmap disclaimer copyright sponsors sponsor feedback legend notation conventions"
        " stargazers faq"
        " submit"
    ),
    "introduction": "introduction overview preface motivation background about",
    "tool": (
        "tool tools toolbox toolboxes toolkit toolkits software library libraries libraies package"
        " packages repo repos repository"
        " repositories codebase codebases code codes implementation implementations framework frameworks"
        " opensource platform platforms"
        " demo demos plugin plugins api apis sdk sdks projects project"
    ),
    "talk": (
        "talk talks video videos lecture lectures keynote keynotes presentation presentations slides slide"
        " webinar webinars podcast"
        " podcasts interview interviews recordings seminar seminars"
    ),
    "blog post": (
        "blog blogs blogpost blogposts posts post articles article website websites webpages webpage sites"
        " newsletter newsletters forum"
        " forums medium"
    ),
    "course or tutorial": (
        "course courses tutorial tutorials class classes mooc moocs training workshop workshops challenge"
        " challenges competition"
        " competitions conferences event events"
    ),
    "people": (
        "researchers researcher people lab labs groups group companies company startups startup jobs community"
        " communities"
    ),
    "related list": "lists list collections collection awesome",
}
_PURPOSE_OF = {word: purpose for purpose, words in _WORDS.items() for word in words.split()}
_FILLERS = frozenset(
    "the a an of and or for to in on with how what s us this our list lists table other others more useful"
    " related popular additional relevant"
    " recommended free online external awesome some great links link resources resource misc miscellaneous"
    " python julia pytorch tensorflow"
    " jax matlab r c java cpp open source quick star history research researcher papers-with key prominent"
    " active similar see also further"
    " learning machine deep science ml ai academic main language support submit pull request before after"
    " it authors author format new"
    " recent latest what's whats is here do make add please page famous"
    " good official third party unofficial books book".split()
)
_WEAK = frozenset(
    (
        "projects project post posts articles article overview introduction motivation list lists awesome collection"
        " collections group groups code challenge challenges platform platforms framework frameworks content index"
        " update updates company community about training medium class classes"
    ).split()
)
_ONLY_LABELS = frozenset(
    "more click here show expand unfold details view all full see open to the for list papers rest less hide".split()
) - {"papers"}
OF_PAPERS = re.compile(
    r"\b(?:papers?|read|reading|publications?|bibliography|literature)\b|论文|文献|논문|論文", re.IGNORECASE
)
"""Words of headings below which papers stand."""
OF_REFERENCES = re.compile(
    OF_PAPERS.pattern
    + r"|\b(?:readings|works? cited|(?:publi[ck]a[ctz]|pubblicaz|bibliogr|litt?erat|referen[czt])\w{0,20})\b"
    r"|публикац|литератур|библиогр|業績|문헌",
    re.IGNORECASE,
)
"""Those and the words for bibliographies, whose stems are the same in most languages of Europe."""
_TOKEN = re.compile(r"[^\W\d_][\w'’-]*", re.UNICODE)
_MOST_WORDS = 9


@lru_cache(maxsize=4096)
def purpose_of(heading: str) -> str | None:
    """Return what a heading announces that is no paper section, or None.

    Every word of it must be about that purpose or say nothing; a word of two purposes is of the first.

    >>> purpose_of("🛠️ Software and Libraries"), purpose_of("2. Neural Operators"), purpose_of("Table of Contents")
    ('tool', None, 'contents')
    """
    words = [word.lower().strip("'’-") for word in _TOKEN.findall(heading)]
    words = [part for word in words for part in word.split("-") if part]
    if not words or len(words) > _MOST_WORDS:
        return None
    found = [_PURPOSE_OF[word] for word in words if word in _PURPOSE_OF]
    n_other = sum(1 for word in words if word not in _PURPOSE_OF and word not in _FILLERS)
    strong = [_PURPOSE_OF[word] for word in words if word in _PURPOSE_OF and word not in _WEAK]
    if not found or n_other > (1 if strong and len(strong) >= n_other and _is_last_telling(words) else 0):
        return None
    return strong[0] if strong else found[0]


def _is_last_telling(words: list[str]) -> bool:
    """Whether the last word tells the purpose, as in ``Normalizing Packages``."""
    return words[-1] in _PURPOSE_OF and words[-1] not in _WEAK


def heading_text(block: Block) -> str:
    """The words of a heading; counters in small print and images left out."""
    runs = [run for line in block.lines for run in line.runs if not run.style & SMALL and run.image is None]
    return plain(runs) or plain(run for line in block.lines for run in line.runs)


def is_only_label(text: str) -> bool:
    """Whether a summary only says that there is more below it.

    >>> is_only_label("Click to expand"), is_only_label("Expanders")
    (True, False)
    """
    words = _TOKEN.findall(text.lower())
    return bool(words) and set(words) <= _ONLY_LABELS


class Place:
    """The path of headings down to the current block."""

    def __init__(self) -> None:
        self._headings: list[tuple[int, str]] = []
        self._first: tuple[int, str] | None = None
        self._groups: list[str] = []
        self._details: list[str] = []

    def open_heading(self, level: int, text: str) -> None:
        """Enter a section."""
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self._headings.append((level, text))
        self._first = self._first or (level, text)
        self._groups.clear()

    def open_group(self, text: str, depth: int = 0) -> None:
        """Enter the part under a pseudo-heading."""
        del self._groups[depth:]
        self._groups.append(text)

    def close_groups(self, depth: int = 0) -> None:
        """Leave the pseudo-headings from a depth on."""
        del self._groups[depth:]

    @property
    def n_groups(self) -> int:
        """How many pseudo-headings are open."""
        return len(self._groups)

    def open_details(self, text: str) -> None:
        """Enter ``<details>``; a summary such as ``more`` names no section."""
        self._details.append(" " if is_only_label(text) else text)

    def close_details(self) -> None:
        """Leave ``<details>``."""
        if self._details:
            self._details.pop()

    def leave(self, level: int) -> None:
        """Leave every section at or below a level."""
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self._groups.clear()

    def awaits_details_name(self) -> bool:
        """Whether the innermost ``<details>`` has no name yet."""
        return bool(self._details) and not self._details[-1]

    def name_details(self, text: str) -> None:
        """Name the innermost ``<details>`` that has no name yet."""
        if self._details and not self._details[-1]:
            self._details[-1] = " " if is_only_label(text) else text

    def path(self) -> tuple[str, ...]:
        """Headings from the outermost down, pseudo-headings last; tables of contents left out."""
        headings = [text for _, text in self._headings if text and purpose_of(text) != "contents"]
        return (*headings, *(text for text in (*self._details, *self._groups) if text.strip()))

    def heading(self) -> str | None:
        """The nearest heading above."""
        return self._headings[-1][1] if self._headings else None

    def purpose(self) -> str | None:
        """What the innermost telling heading announces."""
        for text in (*reversed(self._groups), *reversed(self._details)):
            if purpose := purpose_of(text):
                return purpose
        for position, heading in enumerate(reversed(self._headings)):
            text = heading[1]
            purpose = purpose_of(text)
            if purpose is None:
                continue
            # The title of the list and a table of contents as first heading stand above every section.
            if position and (purpose in {"contents", "related list", "about the list"} or heading == self._first):
                continue
            return purpose
        return None
