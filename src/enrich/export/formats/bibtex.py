r"""BibTeX that Zotero, Better BibTeX, JabRef, biber and BibTeX read alike.

One field per line in braces, names as ``Family, Given``, text as Unicode, sections as JabRef groups. Text in braces:
<https://www.bibtex.com/g/bibtex-format/>; groups: <https://docs.jabref.org/finding-sorting-and-cleaning-entries/groups>.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from enrich.export.groups import group_tree, to_groups
from enrich.export.options import BibMath, ExportOptions
from enrich.export.own_fields import is_balanced, own_type, to_value, with_own_fields
from enrich.export.reference_format import ReferenceFormat
from enrich.export.tex_symbols import to_latex
from enrich.model.entry import is_citable
from enrich.model.identifiers import normalize_category
from enrich.model.record import WorkType
from enrich.text.bibtex_syntax import PartStyle, parse_bibliography
from enrich.text.printable import printable
from enrich.text.written_dates import MONTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from enrich.export.cited_work import Attachment, CitedWork
    from enrich.export.groups import Section
    from enrich.export.reference_format import ReferenceSet
    from enrich.model.entry import Parent
    from enrich.model.persons import Author

_ENTRY_TYPES = {
    WorkType.PREPRINT: "misc",
    WorkType.CONFERENCE: "inproceedings",
    WorkType.JOURNAL: "article",
    WorkType.SOFTWARE: "software",
    WorkType.DATASET: "misc",
    WorkType.WEBSITE: "online",
    WorkType.REPORT: "techreport",
    WorkType.BOOK: "book",
    WorkType.CHAPTER: "incollection",
    WorkType.THESIS: "phdthesis",
    WorkType.UNKNOWN: "misc",
}
"""Other types are dropped without a word by Zotero."""

_CONTAINERS = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle"}
_PUBLISHERS = {
    "techreport": "institution",
    "phdthesis": "school",
    **dict.fromkeys(("misc", "online", "software"), "organization"),
}
"""biblatex has no publisher in these types; Zotero reads all of them as publisher."""
_BY_A_BODY = frozenset({"techreport", "phdthesis"})
_ESCAPES = str.maketrans({sign: f"\\{sign}" for sign in "&%#_"} | {"^": r"\^{}", "~": r"\~{}", "\\": None})
_NO_ENTRY = str.maketrans({"@": " at ", "{": "(", "}": ")", "\\": " ", "%": " "})
_LONGEST_COMMENT = 400
_BARE = re.compile(r"\d+|[a-z]{3}")
_NAME = re.compile(r"[A-Za-z][\w.:+/-]*", re.ASCII)
_TYPE = re.compile(r"(?!(?:string|preamble|comment)$)[A-Za-z]\w*", re.ASCII | re.IGNORECASE)
"""Names that every reader reads."""
_NEW_BLOCK = re.compile(r"\n[ \t]*(?=@)")
"""Where some readers begin another entry, inside of braces, too."""
_SPECIAL = re.compile(r"[^ -~]|[&%#_^~\\{}$]|^ | $|  ")
_DOLLARS = re.compile(r"\$(?=\s*\d)")
_OPENING = "([“‘\"'«¿¡"
_CLOSING = ")].,:;!?”’\"'»…"
_CLAUSE_END = (":", "?", "!", ".", "—", "–")


def to_bibtex(
    cited_works: Iterable[CitedWork],
    groups: Section,
    options: ExportOptions,
    parents: Iterable[Parent] = (),
    preambles: Iterable[str] = (),
) -> Iterator[str]:
    """The text of a BibTeX file piece by piece: entries sorted by key, their parents behind them, groups last."""
    yield "% Written by enrich; edits are lost with the next run.\n"
    for preamble in filter(_is_literal, map(printable, preambles)):
        yield f"\n@preamble{{{preamble}}}\n"
    taken: set[str] = set()
    for cited in sorted(cited_works, key=lambda known: known.key):
        taken |= {cited.key.lower(), *(own.key.lower() for own in cited.own_entries)}
        yield f"\n{to_entry(cited, options)}"
    for parent in parents:
        if not is_citable(parent.key) or parent.key.lower() in taken:
            continue
        taken.add(parent.key.lower())
        fields = [(one.name, to_value(one.tex or one.value)) for one in parent.fields]
        yield f"\n{_entry(parent.type, parent.key, fields)}"
    yield to_groups(groups)


def _comment(doubts: Iterable[str]) -> str:
    """What is doubtful about an entry, in lines that no reader takes for one."""
    lines = (" ".join(printable(one).translate(_NO_ENTRY).split()) for one in doubts)
    return "".join(f"% {line[:_LONGEST_COMMENT]}\n" for line in dict.fromkeys(lines))


def to_entry(cited: CitedWork, options: ExportOptions) -> str:
    """The BibTeX entry of a work, what is doubtful in comments above it; one for each key that its user gives it."""
    return "\n".join(f"{_comment(doubts)}{text}" for doubts, text in _entries(cited, options))


def _entries(cited: CitedWork, options: ExportOptions) -> Iterator[tuple[tuple[str, ...], str]]:
    """The entries of a work, each with what is doubtful about it."""
    kind = _ENTRY_TYPES[cited.type]
    ours = list(_fields(cited, kind, options))
    if not cited.own_entries:
        yield cited.doubts, _entry(kind, cited.key, ours)
    for place, own in enumerate(cited.own_entries):
        own_kind = own_type(cited, own, kind)
        text = _entry(own_kind, own.key or cited.key, list(with_own_fields(cited, own, ours)))
        yield (*own.doubts, *(() if place else cited.doubts)), text


def _entry(kind: str, key: str, fields: Iterable[tuple[str, str]]) -> str:
    """The text of an entry; whatever its values hold, nothing in them ends it and nothing begins another one."""
    fields = [(name, _closed(value)) for name, value in fields if _NAME.fullmatch(name)]
    width = max((len(name) for name, _ in fields), default=0)
    lines = (f"  {name:<{width}} = {value},\n" for name, value in fields)
    return f"@{kind if _TYPE.fullmatch(kind) else 'misc'}{{{key},\n{''.join(lines)}}}\n"


def _is_literal(preamble: str) -> bool:
    """Whether a preamble is one value that needs no ``@string``, and nothing else."""
    blocks = parse_bibliography(f"@misc{{key, x = {preamble}}}").blocks
    parts = [part for block in blocks for one in block.fields for part in one.parts]
    is_one = len(blocks) == 1 and len(blocks[0].fields) == 1 and not blocks[0].problems
    return is_one and all(one.style in (PartStyle.BRACES, PartStyle.QUOTES) for one in parts)


def _closed(value: str) -> str:
    r"""A value whose braces are those around it and pairs between them.

    >>> _closed("{cs.LG}, note={x}} @misc{evil, }"), _closed("{C:\\dir\\}"), _closed("jun")
    ('{cs.LG, note=x @miscevil, }', '{C:\\dir}', 'jun')
    """
    if _BARE.fullmatch(value):
        return value
    text = _NEW_BLOCK.sub(" ", printable(value.removeprefix("{").removesuffix("}")))
    if text.endswith("\\"):
        text = text.rstrip("\\ ")
    return f"{{{text if is_balanced(text) else text.replace('{', '').replace('}', '')}}}"


def _fields(cited: CitedWork, kind: str, options: ExportOptions) -> Iterator[tuple[str, str]]:
    """Names and values, in braces or bare, in the order that people read."""
    write = _in_latex if options.bib_math is BibMath.LATEX else _in_unicode
    if cited.title != cited.work_id or not cited.own_entries:  # a user's entry gets no title that stands for none
        yield "title", f"{{{write(cited.title, protect_title)}}}"
    if cited.authors:
        names = [_name(author, write) for author in cited.authors]
        yield "author", f"{{{' and '.join([*names, *(['others'] if cited.authors_truncated else [])])}}}"
    if cited.editors and kind not in {"article", "misc", "online", "software"}:
        yield "editor", f"{{{' and '.join(_name(editor, write) for editor in cited.editors)}}}"
    for name, text in _publication(cited, kind):
        yield name, f"{{{write(text, escape_text)}}}"
    if cited.event:
        yield "eventtitle", f"{{{write(cited.event, protect_tokens)}}}"
    yield from _date(cited)
    for name, text in _identity(cited, kind):
        yield name, f"{{{text}}}"
    if options.bib_keywords and cited.keywords:
        keywords = ", ".join(keyword.replace(",", " ").replace(";", " ") for keyword in cited.keywords)
        yield "keywords", f"{{{write(keywords, escape_text)}}}"
    if options.bib_abstract and cited.abstract:
        yield "abstract", f"{{{write(cited.abstract, escape_text)}}}"


def _date(cited: CitedWork) -> Iterator[tuple[str, str]]:
    if cited.year:
        yield "year", f"{{{cited.year}}}"
    if cited.month:
        yield "month", MONTHS[cited.month - 1]
    if cited.day:
        yield "day", f"{{{cited.day}}}"


def _publication(cited: CitedWork, kind: str) -> Iterator[tuple[str, str]]:
    """Where it appeared."""
    container = _CONTAINERS.get(kind)
    publisher = cited.publisher
    if container and cited.container:
        yield container, cited.container
    elif kind in _PUBLISHERS:
        publisher = publisher or cited.container or (_organization(cited) if kind in _BY_A_BODY else None)
    if publisher and kind != "article":
        yield _PUBLISHERS.get(kind, "publisher"), publisher
    if cited.volume and kind not in {"misc", "online", "software"}:
        yield "volume", cited.volume
    if cited.issue and kind in {"article", "techreport"}:
        yield "number", cited.issue
    if cited.pages and kind in {"article", "inproceedings", "incollection"}:
        yield "pages", cited.pages.replace("–", "--")
    if kind not in {"misc", "online", "software"}:
        yield from _book(cited, kind)
    if cited.version:
        yield "version", cited.version


def _book(cited: CitedWork, kind: str) -> Iterator[tuple[str, str]]:
    """What tells editions of books and proceedings apart."""
    plain = {"edition": cited.edition, "address": cited.place, "isbn": cited.isbn}
    if kind != "article":
        yield from ((name, text) for name, text in {"series": cited.series, **plain}.items() if text)
    elif cited.issn:  # biblatex knows it of journals only
        yield "issn", cited.issn


def _organization(cited: CitedWork) -> str | None:
    return next((author.name for author in cited.authors if author.is_organization), None)


def _identity(cited: CitedWork, kind: str) -> Iterator[tuple[str, str]]:
    """Identifiers and addresses, which no program may escape."""
    if cited.arxiv_id:
        category = normalize_category(cited.arxiv_category or "")
        yield "eprint", _raw(cited.arxiv_id)
        yield "eprinttype", "arxiv"
        if category:
            yield "eprintclass", category
        yield "archiveprefix", "arXiv"
        if category:
            yield "primaryclass", category
    if cited.doi:
        yield "doi", _raw(cited.doi)
    if cited.url:
        yield "url", _raw(cited.url)
        if kind == "online" and cited.accessed:
            yield "urldate", cited.accessed.isoformat()
    if cited.attachments:
        yield "file", ";".join(_attached(one) for one in cited.attachments)


def _attached(one: Attachment) -> str:
    """A link in the form of JabRef, which Zotero reads, too: title, address and type with colons between them.

    Form: <https://docs.jabref.org/finding-sorting-and-cleaning-entries/filelinks>.
    """
    address = _raw(one.url).replace(";", "%3B").replace(":", "\\:")
    return f"{one.title}:{address}:{one.media_type}"


def _raw(address: str) -> str:
    """An address with only those characters encoded that end a value early."""
    return re.sub(r"[{}\\\s]", lambda match: f"%{ord(match[0]):02X}", printable(address))


def _in_latex(text: str, escape: Callable[[str], str]) -> str:
    return to_latex(escape(text))


def _in_unicode(text: str, escape: Callable[[str], str]) -> str:
    return escape(text)


def escape_text(text: str) -> str:
    r"""Return text as the inside of a BibTeX value.

    Braces stay only in pairs; a backslash ends values early in some readers and is dropped; two dollars in one value
    are misread by every reader in every spelling, so amounts are written with ``USD``.

    >>> escape_text("R&D at 50% of x_y in {0, 1}")
    'R\\&D at 50\\% of x\\_y in \\{0, 1\\}'
    >>> escape_text("From $5 to $10"), escape_text("For $5"), escape_text("an open { brace and a tail \\")
    ('From USD 5 to USD 10', 'For \\$5', 'an open brace and a tail')
    """
    if not _SPECIAL.search(text):
        return text
    text = " ".join(printable(unicodedata.normalize("NFC", text)).translate(_ESCAPES).split())
    if "$" in text:
        text = text.replace("$", r"\$") if text.count("$") == 1 else _DOLLARS.sub("USD ", text).replace("$", "")
    if "{" in text or "}" in text:
        bare = text.replace(r"\^{}", "").replace(r"\~{}", "")
        text = re.sub(r"(?<!\\[\^~])\{|(?<!\\[\^~]\{)\}", _brace if is_balanced(bare) else _nothing, text)
    return " ".join(text.split())


def _brace(match: re.Match[str]) -> str:
    return f"\\{match[0]}"


def _nothing(_match: re.Match[str]) -> str:
    return ""


def protect_title(title: str) -> str:
    r"""Return an escaped title in which styles cannot lower the case of names, acronyms and formulas.

    In a title in sentence case every capital inside is a name; in one in title case only what cannot be a word is.

    >>> protect_title("BERT: Pre-Training of Deep Bidirectional Transformers with O(n²) Cost")
    '{BERT}: Pre-Training of Deep Bidirectional Transformers with {O(n²)} Cost'
    >>> protect_title("Learning unknown ODE models with Gaussian processes")
    'Learning unknown {ODE} models with {Gaussian} processes'
    """
    return _in_braces(_split_case(escape_text(title), is_sentence=_is_sentence(title)))


def protect_tokens(text: str) -> str:
    """Return escaped text with acronyms in braces."""
    return _in_braces(_split_case(escape_text(text), is_sentence=False))


def split_case(title: str) -> Iterator[tuple[str, bool]]:
    """Pieces of a title, each with whether its case must stay; together they are the title.

    >>> [text for text, is_kept in split_case("BERT: Deep Nets in NeurIPS.") if is_kept]
    ['BERT', 'NeurIPS']
    """
    return _split_case(title, is_sentence=_is_sentence(title))


def _is_sentence(title: str) -> bool:
    words = title.split()
    lower = sum(word[0].islower() for word in words if len(word) > 3)  # noqa: PLR2004 (short words are small in any case)
    upper = sum(word[0].isupper() for word in words[1:] if len(word) > 3)  # noqa: PLR2004 (same)
    return lower > 2 * upper


def _in_braces(pieces: Iterable[tuple[str, bool]]) -> str:
    return "".join(f"{{{text}}}" if is_kept else text for text, is_kept in pieces)


def _split_case(text: str, *, is_sentence: bool) -> Iterator[tuple[str, bool]]:
    is_start = True
    for place, word in enumerate(text.split(" ")):
        if place:
            yield " ", False
        yield from _split_word(word, is_start=is_start, is_sentence=is_sentence)
        is_start = word.endswith(_CLAUSE_END)


def _split_word(word: str, *, is_start: bool, is_sentence: bool) -> Iterator[tuple[str, bool]]:
    core = word.lstrip(_OPENING)
    stripped = core.rstrip(_CLOSING)
    for opening, closing in ("()", "[]"):
        if opening in stripped and closing not in stripped:
            stripped = core.rstrip(_CLOSING.replace(closing, ""))
    if "{" in stripped or "}" in stripped or not _has_case(stripped, is_start=is_start, is_sentence=is_sentence):
        yield word, False
        return
    yield word[: len(word) - len(core)], False
    yield stripped, True
    yield core[len(stripped) :], False


def _has_case(word: str, *, is_start: bool, is_sentence: bool) -> bool:
    """Whether the case of a word means something."""
    if not any(letter.isupper() for letter in word):
        return False
    if any(letter.isdigit() or not (letter.isascii() or letter.isalpha()) for letter in word):
        return True
    if not is_start and (is_sentence or not word.isascii()):
        return True
    return any(letter.isupper() for part in re.split(r"[-‐‑–/]", word) for letter in part[1:])


@lru_cache(maxsize=50_000)
def _name(author: Author, write: Callable[[str, Callable[[str], str]], str]) -> str:
    """An author as ``Family, Given`` or ``Family, Suffix, Given``; what has several words and no parts in braces."""
    alone = _name_text(author.family or author.name)
    if not author.given and not author.is_organization and len(alone.split()) == 1 and "," not in alone:
        return write(alone, escape_text)
    if author.is_organization or not author.family or not author.given:
        return f"{{{write(alone, escape_text)}}}"
    family = write(_name_text(author.family), escape_text)
    given = write(_name_text(author.given).replace(",", " "), escape_text)
    if _is_ambiguous(family):
        family = f"{{{family}}}"
    if "and" in given.split():
        given = f"{{{given}}}"
    suffix = write(_name_text(author.suffix), escape_text) if author.suffix else ""
    return ", ".join(filter(None, (family, suffix, given)))


def _name_text(text: str) -> str:
    return text.replace("{", "").replace("}", "")


def _is_ambiguous(family: str) -> bool:
    """Whether a reader would split the family name: at ``and``, a comma, or a small word that is not in front."""
    words = family.split()
    particles = [place for place, word in enumerate(words) if word[:1].islower()]
    return "," in family or "and" in words or any(place and not words[place - 1][:1].islower() for place in particles)


def _write(one: ReferenceSet, options: ExportOptions) -> Iterator[str]:
    groups = group_tree(one.sections, {known.work_id: known.key for known in one.works})
    return to_bibtex(one.works, groups, options, one.parents, one.preambles)


FORMAT = ReferenceFormat(
    name="bib",
    suffix=".bib",
    purpose="LaTeX, JabRef, Better BibTeX: all works, sections as groups",
    place=1,
    write=_write,
    aliases=("bibtex",),
)
