r"""LaTeX → outline: sections, the items of lists and of ``thebibliography`` (also a ``.bbl``), links, bold and italics.

The macros inside an item are told apart by pylatexenc; what a class of the author's own calls ``\doi`` or ``\arxiv`` is
a link to what its first argument names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from enrich.model.addresses import to_url
from enrich.model.identifier_fields import identifiers_in_field
from enrich.readers.inline import split_text
from enrich.readers.outline import BOLD, ITALIC, Block, Kind, Line, Outline, Run
from enrich.text.tex import decode_tex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MARK = re.compile(
    r"\\(?P<heading>chapter|section|subsection|subsubsection)\*?\s*\{(?P<title>[^{}]{0,300})\}"
    r"|\\(?P<item>item)\b\s*(?:\[(?:[^\[\]]{0,200})\])?"
    r"|\\(?P<bib>bibitem)\s*(?:\[(?:[^\[\]]{0,400})\])?\s*\{[^{}]{0,200}\}"
    r"|\\(?P<end>end|begin)\s*\{(?P<environment>\w+)\*?\}"
)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_ET_AL = re.compile(r"\\etal\b(?:\{\})?\.?")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{[^{}]*\}|\\hspace\s*\{[^{}]*\}")
_LEVELS = {"chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4}
_STYLES = {"textbf": BOLD, "emph": ITALIC, "textit": ITALIC, "textsl": ITALIC, "bfseries": BOLD}
_IDENTIFIERS = frozenset({"doi", "arxiv", "pmid", "hal"})
_LONGEST = 20_000
_MOST_DEPTH = 12


def read_latex(text: str) -> Outline:
    """Return the outline of a LaTeX text: headings, and lists whose items have links."""
    text = _ET_AL.sub("et al.", _COMMENT.sub("", text))
    blocks: list[Block] = []
    items: list[Block] = []
    marks = list(_MARK.finditer(text))
    if not any(mark["item"] or mark["bib"] for mark in marks):
        return Outline(list(_paragraphs(text)), "latex")
    line, position = 1, 0
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        line += text.count("\n", position, mark.start())
        position = mark.start()
        end = following.start() if following else len(text)
        if mark["item"] or mark["bib"]:
            source = text[mark.end() : min(end, mark.end() + _LONGEST)]
            lines = [Line(line, list(_runs(_titled(source) if mark["bib"] else source)))]
            items.append(Block(Kind.ITEM, line, children=[Block(Kind.PARAGRAPH, line, lines)]))
            continue
        if items and (mark["heading"] or mark["end"] == "end"):
            blocks.append(Block(Kind.LIST, items[0].line, children=items))
            items = []
        if mark["heading"]:
            title = Line(line, [Run(decode_tex(mark["title"]))])
            blocks.append(Block(Kind.HEADING, line, [title], level=_LEVELS[mark["heading"]]))
    if items:
        blocks.append(Block(Kind.LIST, items[0].line, children=items))
    return Outline(blocks, "latex")


def _titled(source: str) -> str:
    r"""The source of a reference with its title in bold, which is what stands between the first two ``\newblock``."""
    names, *others = source.split(r"\newblock")
    if len(others) <= 1:
        return source
    return rf"{names.strip()} \textbf{{{others[0].strip()}}} {' '.join(others[1:])}"


def _paragraphs(text: str) -> Iterator[Block]:
    r"""The paragraphs of a text without lists, and its headings; ``\\`` ends a line."""
    start = text.find(r"\begin{document}")
    line = 1
    for part in re.split(r"(\n\s*\n)", text[max(0, start) :]):
        mark = _MARK.search(part)
        if mark and mark["heading"]:
            title = Line(line, [Run(decode_tex(mark["title"]))])
            yield Block(Kind.HEADING, line, [title], level=_LEVELS[mark["heading"]])
            part = part[mark.end() :]  # noqa: PLW2901
        parts = [_ENVIRONMENT.sub("", one).strip(" ~\n") for one in part[:_LONGEST].split("\\\\")]
        lines = [Line(line, list(_runs(one)), is_hard=True) for one in parts if one]
        if any(run.text.strip() for one in lines for run in one.runs):
            yield Block(Kind.PARAGRAPH, line, lines)
        line += part.count("\n")


def _runs(source: str) -> Iterator[Run]:
    """The runs in the source of an item."""
    from pylatexenc.latexwalker import LatexWalker, LatexWalkerError  # noqa: PLC0415 (only for LaTeX)

    try:
        nodes, _, _ = LatexWalker(" ".join(source.split()), tolerant_parsing=True).get_latex_nodes()
    except (LatexWalkerError, RecursionError):
        return iter(split_text(decode_tex(source)))
    return _joined(_node_runs(nodes, 0, 0))


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """Neighbours of one style as one run, their TeX decoded: an accent and its letter are two nodes."""
    held, style = "", 0
    for run in runs:
        if run.url is None and run.style == style:
            held += run.text
            continue
        if held:
            yield from split_text(_decoded(held), style)
        held, style = ("", 0) if run.url is not None else (run.text, run.style)
        if run.url is not None:
            yield run
    if held:
        yield from split_text(_decoded(held), style)


def _decoded(text: str) -> str:
    """Plain text; the spaces at its ends part it from its neighbours."""
    before, after = " " * text[:1].isspace(), " " * text[-1:].isspace()
    return f"{before}{decode_tex(text.replace('~', ' ')).strip()}{after}"


def _node_runs(nodes: Iterable[Any], style: int, depth: int) -> Iterator[Run]:
    pending = [node for node in nodes if node is not None]
    index = 0
    while index < len(pending):
        node = pending[index]
        index += 1
        name = getattr(node, "macroname", "")
        if name in _STYLES or name in {"href", "url", *_IDENTIFIERS}:
            arguments = [one for one in (node.nodeargd.argnlist if node.nodeargd else ()) if one is not None]
            while len(arguments) < (1 if name in _STYLES or name == "url" else 2) and index < len(pending):
                if not hasattr(pending[index], "delimiters"):
                    break
                arguments.append(pending[index])
                index += 1
            yield from _macro_runs(name, arguments, style, depth)
        elif name == "newblock":
            yield Run(" ", style=style)
        elif hasattr(node, "delimiters") and depth < _MOST_DEPTH and node.delimiters == ("{", "}"):
            yield from _node_runs(node.nodelist, style, depth + 1)
        else:
            yield Run(node.latex_verbatim(), style=style)


def _macro_runs(name: str, arguments: list[Any], style: int, depth: int) -> Iterator[Run]:
    if name in _STYLES:
        for argument in arguments:
            yield from _node_runs(getattr(argument, "nodelist", [argument]), style | _STYLES[name], depth + 1)
        return
    texts = [argument.latex_verbatim().strip("{} ") for argument in arguments]
    if not texts:
        return
    url = texts[0].replace("\\", "")
    if name in _IDENTIFIERS:
        found = identifiers_in_field(name, url)
        url = to_url(found[0]) if found else url
    yield Run(decode_tex(texts[-1]), url, style=style)
