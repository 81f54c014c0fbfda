"""AsciiDoc → outline: its headings, lists, links and tables line by line as Markdown's, which then is read.

After the AsciiDoc Language documentation, docs.asciidoctor.org/asciidoc/latest.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from enrich.readers.markdown import read_markdown

if TYPE_CHECKING:
    from enrich.readers.outline import Outline

_HEADING = re.compile(r"^(={1,6})\s+(?=\S)")
_ATTRIBUTE = re.compile(r"^(?:\[[^\[\]]{0,200}\]|:[\w-]{1,60}:.*|//.*|--+|={4,}|\.[A-Z][^.\n]{0,200})\s*$")
_ITEM = re.compile(r"^\s*(\*{1,5}|-|\.{1,5})\s+")
_ANCHOR = re.compile(r"\[\[\[?[^\[\]]{1,200}\]\]\]?\s?|<<[^<>]{1,200}>>")
_LINK = re.compile(
    r"(?:link:([^\s\[\]]{1,1000})|(https?://[^\s\[\]]{1,1000}))\[((?:[^\[\]\n]|\n(?![\s*.\-|=])){0,500})\]"
)
"""A link; its text may go on over line ends, not into an item, a table or another paragraph."""
_PASS = re.compile(r"(?:(?<=link:)|(?=..https?:))(\+\+|\$\$)(\S{1,1000}?)\1")
"""Targets whose signs mean nothing."""
_SIGN = re.compile(r"\{(ldquo|rdquo|lsquo|rsquo|nbsp|amp|apos|quot|lt|gt|plus|deg)\}")
"""Attributes that every document has; their names are HTML's."""
_QUOTED = re.compile(r"[\"']`([^`\n]{1,400})`[\"']")
_BOLD = re.compile(r"(?<![\w*])\*([^*\s][^*\n]{0,400}?)\*(?![\w*])")


def read_asciidoc(text: str) -> Outline:
    """Return the outline of an AsciiDoc text; every line keeps its number."""
    lines: list[str] = []
    is_table = False
    for line in text.split("\n"):
        if line.startswith("|==="):
            is_table = not is_table
            lines.append("")
        elif is_table:
            lines.append(f"{_inline(line)} |" if line.startswith("|") else "")
        else:
            lines.append(_block(line))
    outline = read_markdown(_LINK.sub(_to_markdown, "\n".join(lines)))
    outline.markup = "asciidoc"
    return outline


def _block(line: str) -> str:
    heading = _HEADING.match(line)
    if heading:
        return f"{'#' * len(heading[1])} {_inline(line[heading.end() :])}"
    if _ATTRIBUTE.match(line):
        return ""
    item = _ITEM.match(line)
    if item:
        mark = "1." if item[1][0] == "." else "-"
        return f"{'   ' * (len(item[1]) - 1)}{mark} {_inline(line[item.end() :])}"
    return _inline(line)


def _inline(text: str) -> str:
    text = _SIGN.sub(lambda found: html.unescape(f"&{found[1]};"), _PASS.sub(r"\2", text))
    return _BOLD.sub(r"**\1**", _QUOTED.sub(r"“\1”", _ANCHOR.sub("", text)))


def _to_markdown(link: re.Match[str]) -> str:
    target = (link[1] or link[2]).replace("<", "%3C").replace(">", "%3E")
    return f"[{link[3].strip() or target}]({target})"
