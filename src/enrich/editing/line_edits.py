"""Edits of one line in each markup that people write by hand: a text, a label or an address replaced, a link added.

Escapes: CommonMark <https://spec.commonmark.org/0.31.2/#backslash-escapes>, docutils
<https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#escaping-mechanism>, Org
<https://orgmode.org/manual/Link-Format.html>, YAML 1.2 section 7.3, CSV by RFC 4180.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_COLON = re.compile(r"(?<=[^\s:])(?=\s+\[[^\]]+\]\([^)]+\))")
_CELL = re.compile(r'(?P<cell>"(?:[^"]|"")*"|[^,\t;\r\n"]*)(?P<end>[,\t;]|\r?\n|$)')
_MOST_LINE = 20_000
_PLAIN_YAML = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`](?:(?!: |:$| #).)*")
_YAML_VALUE = re.compile(r"(?P<head>^\s*(?:- +)?[\w .'\"-]+:\s+)(?P<value>\S.*?)(?P<tail>\s*(?:\s#.*)?)$")


def _markdown(text: str) -> str:
    return re.sub(r"([\\`*\[\]<])", r"\\\1", text)


def _rst(text: str) -> str:
    return re.sub(r"([\\`*|])|(?<=\w)(_)(?!\w)", lambda match: f"\\{match[0]}", text)


def _org(text: str) -> str:
    return text.replace("[", "{").replace("]", "}")


def _html(text: str) -> str:
    return html.escape(text, quote=False)


def _in_address(address: str) -> str:
    """An address without the characters that end a link in some markup."""
    return re.sub(r"[\s<>\[\]()\"`\\]", lambda match: f"%{ord(match[0]):02X}", address)


@dataclass(frozen=True, slots=True)
class LineEditor:
    """How one markup writes text, labels and links."""

    escape: Callable[[str], str]
    label: tuple[str, str]
    """What stands before and behind the text of a link."""
    link: str
    """A link behind a title, with ``{label}`` and ``{url}``."""
    has_link: str
    """What shows that a line has a link already."""

    def replace_text(self, line: str, old: str, new: str) -> str:
        """The line with a text replaced that stands there once, as it is or escaped; else the line."""
        for spelling in dict.fromkeys((old, self.escape(old))):
            if old and line.count(spelling) == 1:
                return line.replace(spelling, self.escape(new))
        return line

    def replace_address(self, line: str, old: str, new: str) -> str:
        """The line with an address replaced that stands there once; else the line."""
        for spelling in dict.fromkeys((old, html.escape(old))):
            if old and line.count(spelling) == 1:
                address = _in_address(new)
                return line.replace(spelling, address if spelling == old else html.escape(address))
        return line

    def replace_label(self, line: str, old: str, new: str) -> str:
        """The line with the text of a link replaced; else the line."""
        before, behind = self.label
        written = f"{before}{self.escape(old)}{behind}"
        return line.replace(written, f"{before}{self.escape(new)}{behind}") if line.count(written) == 1 else line

    def add_link(self, line: str, title: str, label: str, url: str) -> str:
        """The line with a link behind the title; else the line."""
        for spelling in dict.fromkeys((title, self.escape(title))):
            if title and line.count(spelling) == 1 and self.has_link not in line:
                link = self.link.format(label=self.escape(label), url=_in_address(url))
                return line.replace(spelling, f"{spelling}{link}")
        return line

    def add_colon(self, line: str) -> str:
        """The line with the colon between title and link that the others have; only Markdown lists have that habit."""
        return _COLON.sub(":", line, count=1)


class _Values(LineEditor):
    """Formats whose lines hold values and no markup: a value is replaced as a whole."""

    def add_link(self, line: str, title: str, label: str, url: str) -> str:  # noqa: ARG002 (the formats have no links)
        return line

    def replace_address(self, line: str, old: str, new: str) -> str:
        return self.replace_text(line, old, new)

    def replace_label(self, line: str, old: str, new: str) -> str:
        return self.replace_text(line, old, new)


class _Csv(_Values):
    """Cells by RFC 4180: one that needs quotes gets them."""

    def replace_text(self, line: str, old: str, new: str) -> str:
        """The line with the one cell replaced that holds the text."""
        found = [match for match in _CELL.finditer(line) if old and _cell(match["cell"]).strip() == old]
        if len(found) != 1:
            return line
        start, end = found[0].span("cell")
        is_quoted = line[start:end].startswith('"') or re.search(r'[",;\t\r\n]', new)
        cell = '"' + new.replace('"', '""') + '"' if is_quoted else new
        return line[:start] + cell + line[end:]


def _cell(written: str) -> str:
    return written[1:-1].replace('""', '"') if written.startswith('"') else written


class _Yaml(_Values):
    """A scalar on the line of its key, in the style that it has."""

    def replace_text(self, line: str, old: str, new: str) -> str:
        """The line with its scalar replaced; one that cannot stand plain gets double quotes."""
        body = line.rstrip("\r\n")
        match = _YAML_VALUE.match(body) if len(body) <= _MOST_LINE else None
        if not match:
            return line
        value = match["value"]
        if value == old and _PLAIN_YAML.fullmatch(new):
            written = new
        elif value == "'" + old.replace("'", "''") + "'":
            written = "'" + new.replace("'", "''") + "'"
        elif value in (old, json.dumps(old), json.dumps(old, ensure_ascii=False)):
            written = json.dumps(new, ensure_ascii=False)
        else:
            return line
        return f"{match['head']}{written}{match['tail']}{line[len(body) :]}"


def _same(text: str) -> str:
    return text


EDITORS: dict[str, LineEditor] = {
    "markdown": LineEditor(_markdown, ("[", "]("), ": [{label}]({url})", "]("),
    "rst": LineEditor(_rst, ("`", " <"), ": `{label} <{url}>`__", "`_"),
    "org": LineEditor(_org, ("][", "]]"), ": [[{url}][{label}]]", "[["),
    "html": LineEditor(_html, (">", "</a>"), ': <a href="{url}">{label}</a>', "<a "),
    "csv": _Csv(_same, ("", ""), "", ""),
    "yaml": _Yaml(_same, ("", ""), "", ""),
}
"""Name of each markup whose lines can be edited to what edits them; BibTeX is edited by ``editing.bibtex``."""
