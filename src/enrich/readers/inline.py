"""Runs of text: bare addresses and stray link syntax made links, equal neighbours joined, lines built up."""

from __future__ import annotations

import re

from enrich.readers.outline import CODE, Line, Run

_BARE_URL = re.compile(r"https?://[^\s<>\"|\]\[]+")
_STRAY_LINK = re.compile(r"\[([^\[\]\n]{0,300})\]\(\s*([^()\n]{0,1000}(?:\([^()\n]{0,200}\)[^()\n]{0,200}){0,3})\)")
_TRAILING = ".,;:!?'*_\\"
_BRACKETS = {")": "(", "}": "{"}
_SHORTCODE = re.compile(r":[a-z][a-z0-9_+-]{1,40}:")
_ATTRIBUTES = re.compile(r"\{(?::|[#.](?=[A-Za-z]))[^{}\n]{0,200}\}")
"""``{: .button}``, ``{:target="_blank"}``, ``{#name}`` of kramdown and Pandoc, which no reader sees."""


def trim_url(url: str) -> str:
    """Return a bare address without the punctuation of the sentence around it."""
    end = len(url)
    too_many = {closer: url.count(closer) - url.count(opener) for closer, opener in _BRACKETS.items()}
    while end:
        last = url[end - 1]
        if last not in _TRAILING and too_many.get(last, 0) <= 0:
            break
        if last in too_many:
            too_many[last] -= 1
        end -= 1
    return url[:end]


def split_text(text: str, style: int = 0) -> list[Run]:
    """Return the runs of a text without markup: addresses and stray ``[a](b c)`` become links.

    >>> [run.url for run in split_text("see https://example.org/a_(b).")]
    [None, 'https://example.org/a_(b)', None]
    >>> split_text("[PDF](a file.pdf)")[0].url  # spaces make it no link for CommonMark
    'a file.pdf'
    """
    if "](" in text:
        runs: list[Run] = []
        end = 0
        for match in _STRAY_LINK.finditer(text):
            runs += _split_bare(text[end : match.start()], style)
            runs.append(Run(match[1], match[2].strip(), None, style))
            end = match.end()
        return runs + _split_bare(text[end:], style)
    return _split_bare(text, style)


def _split_bare(text: str, style: int) -> list[Run]:
    if "://" not in text:
        return [Run(text, None, None, style)] if text else []
    runs: list[Run] = []
    end = 0
    for match in _BARE_URL.finditer(text):
        url = trim_url(match[0])
        if match.start() > end:
            runs.append(Run(text[end : match.start()], None, None, style))
        runs.append(Run(url, url, None, style))
        end = match.start() + len(url)
    if end < len(text):
        runs.append(Run(text[end:], None, None, style))
    return runs


def split_lines(text: str, number: int) -> list[Line]:
    """Return the lines of a text with the links in them and no other markup."""
    return [
        Line(number + offset, split_text(line), is_hard=not offset)
        for offset, line in enumerate(text.split("\n"))
        if line.strip()
    ]


class LineBuilder:
    """Collects runs into lines."""

    __slots__ = ("_is_hard", "_lines", "_number", "_runs", "_start", "_style", "_text")

    def __init__(self, number: int) -> None:
        self._lines: list[Line] = []
        self._runs: list[Run] = []
        self._number = self._start = number
        self._is_hard = True
        self._text: list[str] = []
        self._style = 0

    def text(self, text: str, style: int) -> None:
        """Append text; neighbours of one style become one run."""
        if style != self._style and self._text:
            self._flush_text()
        self._style = style
        self._text.append(text)

    def run(self, run: Run) -> None:
        """Append a link or an image."""
        if self._text:
            self._flush_text()
        self._runs.append(run)

    def line_break(self, *, is_hard: bool, newlines: int) -> None:
        """End the line; ``newlines`` counts the line ends in the file."""
        if self._text:
            self._flush_text()
        if self._runs:
            self._lines.append(Line(self._start, self._runs, self._is_hard))
            self._runs = []
            self._is_hard = is_hard
        else:
            self._is_hard = self._is_hard or is_hard
        self._number += newlines
        self._start = self._number

    def skip(self, newlines: int) -> None:
        """Count line ends inside a run."""
        self._number += newlines

    def _flush_text(self) -> None:
        text = "".join(self._text)
        self._text.clear()
        if "{" in text:
            text = _ATTRIBUTES.sub("", text)
        if ":" in text:
            text = _SHORTCODE.sub(" ", text) if "://" in text or _SHORTCODE.search(text) else text
        is_example = self._style & CODE and "](" in text  # code that shows markup links to nothing
        if ("://" in text or "](" in text) and not is_example:
            self._runs += split_text(text, self._style)
        elif text.strip() or self._runs:
            self._runs.append(Run(text, None, None, self._style))

    def lines(self) -> list[Line]:
        """The lines so far, without empty ones."""
        self.line_break(is_hard=True, newlines=0)
        return [
            line
            for line in self._lines
            if any(run.text.strip() or run.url is not None or run.image for run in line.runs)
        ]
