"""Lists of authors as people write them: BibTeX, biblatex, prose, tables of services; and what services put into names.

BibTeX: <https://ctan.org/pkg/tamethebeast>, section 11; biblatex's extended names: <https://ctan.org/pkg/biblatex>,
section 2.3.3.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from enrich.patterns import lazy_re
from enrich.text.bare_names import INITIALS, bare_name, is_somebody, with_case
from enrich.text.names import PARTICLES, parse_name
from enrich.text.romanization import is_pinyin, is_pinyin_given
from enrich.text.tex import decode_tex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enrich.model.persons import Author


@dataclass(frozen=True, slots=True)
class AuthorList:
    """Authors as a text names them, and whether it says that there are more."""

    authors: tuple[Author, ...]
    is_truncated: bool = False


@dataclass(frozen=True, slots=True)
class WrittenNames:
    """The names in a list of authors, each as written, and whether it says that there are more."""

    names: tuple[str, ...]
    is_truncated: bool = False


_LONGEST = 200_000
_COMMENT = lazy_re(r"(?<!\\)%[^\n]*(?:\n\s*|$)")
_MORE = lazy_re(
    r"(?P<comma>[,;，；、]?)\s*(?:&|(?<=[^\W\d_A-Z]{3})\.)?\s*[\[(]?\s*(?P<mark>(?<![^\W_])(?:et\.?\s?al(?:ii|ia)?|et\s+coll|etc|and\s+(?:\d+\s+)?(?:others|more(?:\s+(?:authors|people|names))?|(?:other|further|additional)\s+(?:authors|people)|colleagues|co-?workers"
    r"|co-?authors)|&\s*(?:al|others)|u\.\s?a|und\s+andere|y\s+otros|и\s+др|и\s+другие|m\.?\s?fl|(?<=[,;])\s*others)\b\.?"
    r"|(?<=\s)others$|^others$|等人?|\+\s*\d{1,4}(?:\s+(?:more|others|authors))?|\.\.\.|…|⋯)\s*[\])]?(?:\s*\((?:\d{4}[a-z]?|\+?\s?\d+\s+more(?:\s+authors)?)\))?[\s,;.]{0,40}$",
    re.IGNORECASE,
)
_TIE = lazy_re(r"(?<!\\)~")
_MARK_IN_TEX = lazy_re(
    r"(?<![^\s,;{])(?:\\(?:emph|text[a-z]+|mbox)\s*)?\{\s*(?:\\(?:em|it|sl|rm)\b\s*)?(et\.?\s*al\b\.?|\\etal\b\.?|(?:and\s+)?others)\s*\}\.?"
    r"|\\etal\b(?:\s*\{\s*\})?\.?",
    re.IGNORECASE,
)
_ADDRESS = lazy_re(
    r"(?<!\s)\s*[<(\[]?\s*(?:mailto:)?(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,99}(?:\s*[>)\]])?"
    r"|(?<!\s)\s*[<(\[]?\s*(?:(?:https?://)?orcid(?:\.org)?[:/]\s*)?\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b(?:\s*[>)\]])?",
    re.IGNORECASE,
)
_ROLE = lazy_re(r"(?<!\s)\s*(?:,\s*|\()(?:[Ee]ditors?|(?<=\()Eds?\.?|eds?\.)\)?(?=\s*(?:[,;)]|and\b|$))")
_GAP = lazy_re(
    r"(?<!\s)\s*(?:,|;|\band\b|(?<=\s))\s*(?:\.\s?\.\s?\.|…|⋯|\\l?dots\b(?:\{\})?)\s*(?:[,;&]|\band\b)*\s*(?=[^\s\]),;.])",
    re.IGNORECASE,
)
_STOP = lazy_re(r"[^\W\d_A-Z]{3}\.$")
"""A full stop behind a word that is no initial and no ``Jr.``."""
_STRAY_AND = lazy_re(r"^(?:and\s+)+|(?<!\band)(?:\s+and)+$|^and$", re.IGNORECASE)
_GROUP = lazy_re(r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}")
_PARTED = lazy_re(r"[,;&]|\s")
_ACCENT_GROUP = lazy_re(r"\{\s*\\[^{}]{1,12}\s?(?:\{[^{}]{0,6}\})?[^{}\s]{0,3}\}")
_MASK = 0xF0000
_MOST_GROUPS = 0xFFFD
_MASKED = lazy_re(r"[\U000f0000-\U000ffffd]")
_EXTENDED = lazy_re(r"\b(family|given|prefix|suffix|useprefix)(?:-i)?\s*=\s*", re.IGNORECASE)
_INSTITUTE = lazy_re(r"(?<!\s)\s*\([^()]{0,200}\)(?=\s*(?:[,;&]|and\b|$))")
_SEMICOLON = lazy_re(r"(?<!\s)\s*[;；]\s*(?:and\s+|&\s*)?", re.IGNORECASE)
_CJK_COMMA = lazy_re(r"(?<!\s)\s*[，、]\s*")
_CJK_NAME = lazy_re(r"[\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3々]{2,6}")
_WORD_BETWEEN = (
    r"(?:and|и|(?:und|et)(?=\s+(?-i:[A-ZÀ-Þ]))|(?<=(?-i:\b[A-ZÀ-Þ]\.)\s)[ye](?=\s+(?-i:[A-ZÀ-Þ]))"
    r"|[ye](?=\s+(?-i:[A-ZÀ-Þ]\.)))"
)
"""``and`` in some languages; the Spanish ``y`` stands in names too, so it divides only beside an initial."""
_AND = lazy_re(rf"(?<!\s)\s+{_WORD_BETWEEN}(?:\s+and)*\s+", re.IGNORECASE)
_SEPARATOR = lazy_re(
    rf"(?<!\s)\s*(?:,\s*and\s+|,\s*&\s*|,\s*(?:y|e|und|et|и)\s+(?=(?-i:[A-ZÀ-ÞА-Я]))|,|\s+{_WORD_BETWEEN}\s+|\s+&\s+"
    r"|·|•|\s+\|\s+)\s*",
    re.IGNORECASE,
)
_LAST_MARK = lazy_re(rf"(?<!\s)\s*,?\s+(?:{_WORD_BETWEEN}|&)\s+", re.IGNORECASE)
_SUFFIX = lazy_re(
    r",\s*((?:jr|sr|jnr|ii|iii|iv|2nd|3rd|4th)\b\.?|ph\.?\s?d\.?|(?-i:M\.?\s?D\.?)|esq\.?|m\.?\s?sc\.?)(?=\s*(?:,|;|&|$|and\b))",
    re.IGNORECASE,
)
_WITH_INITIALS = lazy_re(
    r"(?:[^\W\d_][\w'’-]+\s)+(?:[^\W\d_a-z]\.?[\s-]?){1,4}|(?:[^\W\d_a-z]\.[\s-]?){1,4}(?:[^\W\d_][\w'’-]+\s?)+"
)
_COMMA_KEPT = "\U000ffffe"
_MIDDLE_INITIAL = lazy_re(r"\b[A-Z]\.?$")
_PAIR = lazy_re(
    r"(?:(?:van|von|de|der|den|da|di|la|le|el|al)\s){0,2}[^\W\d_a-z][\w'’-]+,\s[^\W\d_a-z][\w'’.-]*(?:\s[^\W\d_a-z][\w'’.-]*){0,2}"
)
_AND_LAST = lazy_re(r"(?:\band|&)\s+\S", re.IGNORECASE)
_FEWEST_PAIRED = 4
_MOST_MARKS = 3


def parse_authors(text: str, *, is_bibtex: bool = False) -> AuthorList:
    """Return the authors that a text names, in its order; total. Anonymous is nobody.

    In a field of BibTeX (``is_bibtex``) one comma stands between the surname and the given names of one person.

    >>> found = parse_authors("Vaswani, Ashish and {Bill and Melinda Gates Foundation} and others")
    >>> [author.name for author in found.authors], found.is_truncated
    (['Ashish Vaswani', 'Bill and Melinda Gates Foundation'], True)
    >>> [author.name for author in parse_authors("Sommer, P., Kumar, G., Lipchik, R.").authors]
    ['P. Sommer', 'G. Kumar', 'R. Lipchik']
    >>> [author.family for author in parse_authors("Doe, Mary Ann", is_bibtex=True).authors]
    ['Doe']
    """
    written = split_authors(text, is_bibtex=is_bibtex)
    return AuthorList(to_authors(written.names), written.is_truncated)


def split_authors(text: str, *, is_bibtex: bool = False) -> WrittenNames:
    """Return the names in a list of authors, each as written, its footnote marks included.

    >>> split_authors("Ahn, Kim et al.")
    WrittenNames(names=('Ahn', 'Kim'), is_truncated=True)
    >>> split_authors("Chih-Yao Ma*, Jiasen Lu, and Zsolt Kira").names
    ('Chih-Yao Ma*', 'Jiasen Lu', 'Zsolt Kira')
    """
    text = text[:_LONGEST]
    if "%" in text and "\n" in text:
        text = _COMMENT.sub(" ", text)
    text = _without_notes(text)
    is_truncated, is_cut = _GAP.search(text) is not None, False
    masked, groups = _mask(" ".join(_GAP.sub(" and " if _AND.search(text) else ", ", text).split()).strip(" ,;:|_"))
    for _ in range(_MOST_MARKS):
        more = _MORE.search(masked)
        if more is None:
            break
        before = masked[: more.start()].rstrip(" ,;&")
        masked = _STRAY_AND.sub("", before)
        is_truncated = True
        is_cut = not more["comma"] and masked == before and not more["mark"].lower().startswith(("and", "others"))
    masked = _STRAY_AND.sub("", masked)
    names: list[str] = []
    for name in _split(masked, is_cut=is_cut, is_bibtex=is_bibtex):
        bare = _MORE.sub("", name)
        is_truncated = is_truncated or bare != name
        if bare.strip(" ,;.&"):
            names.append(_unmask(bare.strip(" ,;"), groups))
    if len(names) > 1 and _STOP.search(names[-1]):
        names[-1] = names[-1][:-1]
    return WrittenNames(tuple(names), is_truncated)


def _without_notes(text: str) -> str:
    """The text with entities read, ties as spaces, marks like ``{et al.}`` bare, without addresses and ORCIDs."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "~" in text:
        text = _TIE.sub(" ", text)
    text = " ".join(text.replace("\\and ", " and ").split())
    if "\\" in text or "{" in text:
        text = _MARK_IN_TEX.sub(lambda match: f" {decode_tex(match[1] or 'et al.')} ", text)
    text = _ROLE.sub("", text)
    return _ADDRESS.sub("", text) if "@" in text or "-" in text else text


def _mask(text: str) -> tuple[str, list[str]]:
    """The text with each braced group that no separator may split as one private character, and the groups."""
    if "{" not in text:
        return text, []
    groups: list[str] = []

    def take(match: re.Match[str]) -> str:
        if not _PARTED.search(match[0]) or _ACCENT_GROUP.fullmatch(match[0]) or len(groups) >= _MOST_GROUPS:
            return match[0]
        groups.append(match[0])
        return chr(_MASK + len(groups) - 1)

    whole = _GROUP.fullmatch(text)
    if whole and _AND.search(text) is None and "," not in text:
        return chr(_MASK), [text]
    return _GROUP.sub(take, text), groups


def _unmask(text: str, groups: list[str]) -> str:
    return _MASKED.sub(lambda match: groups[ord(match[0]) - _MASK], text) if groups else text


def _split(text: str, *, is_cut: bool, is_bibtex: bool) -> list[str]:
    """The names between the separators of the notation that the text is in."""
    if _EXTENDED.search(text):
        return [_from_extended(part) for part in _AND.split(text)]
    if _CJK_COMMA.search(text):
        return [
            name
            for part in _CJK_COMMA.split(text)
            for name in _split(part, is_cut=is_cut, is_bibtex=is_bibtex)
            if part.strip()
        ]
    if ";" in text or "；" in text:
        parts = [part for part in _SEMICOLON.split(text) if part.strip()]
        return [name for part in parts for name in (_AND.split(part) if "," not in part else [part])]
    parts = _AND.split(_keep_suffixes(text))
    comma_parts = [part.strip() for part in text.rstrip(" .").split(",")]
    if len(parts) == 1 and len(comma_parts) > 1 + is_bibtex and all(map(_CJK_NAME.fullmatch, comma_parts)):
        return comma_parts
    if "&" not in text and (_is_bibtex(parts) or (is_bibtex and len(parts) == 1 and _is_one(parts[0]))):
        return [part.replace(_COMMA_KEPT, ",") for part in parts]
    return _split_prose(text, is_cut=is_cut)


def _keep_suffixes(text: str) -> str:
    """The text with the commas before ``Jr.`` and degrees out of the way."""
    return _SUFFIX.sub(lambda match: f"{_COMMA_KEPT} {match[1]}", text)


def _is_bibtex(parts: list[str]) -> bool:
    """Whether parts between ``and`` are one name each."""
    commas = [part.count(",") for part in parts]
    if len(parts) == 1 or max(commas) > 1:
        return False
    if all(commas) or len(parts) > 2 or not commas[0]:  # noqa: PLR2004 (one "and" also closes a list of prose)
        return not any(part.rstrip().endswith(",") for part in parts)
    family, given = (side.split() for side in parts[0].split(","))
    is_prose = parts[0].rstrip().endswith(",") or (
        len(family) > 1 and len(given) > 1 and not INITIALS.fullmatch(" ".join(given))
    )
    is_surnames = len(family) == 1 and len(given) == 1 and " " not in parts[1].strip() and not _MASKED.search(parts[1])
    return not is_prose and not is_surnames


def _is_one(text: str) -> bool:
    """Whether a field of BibTeX without ``and`` is ``Last, First`` or ``Last, Jr, First``, and no list with commas."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 3:  # noqa: PLR2004 (surname, suffix, given names)
        is_list = any(INITIALS.fullmatch(part) for part in parts[:2]) or all(" " in part for part in parts)
        return not is_list and not all(map(_has_initials, parts))
    return len(parts) == 1 or (len(parts) == 2 and not all(map(_has_initials, parts)))  # noqa: PLR2004


def _has_initials(part: str) -> bool:
    """Whether a name goes ``Tegmark M.`` or ``M. Tegmark``: no surname alone has initials."""
    return _WITH_INITIALS.fullmatch(part) is not None


def _split_prose(text: str, *, is_cut: bool) -> list[str]:
    """Names between commas, ``and`` and ``&``; ``Last, F.`` is put together again."""
    bare = _INSTITUTE.sub("", text).replace("\\&", "&").strip(" ,;:|()[]_")
    if len(pairs := _LAST_MARK.split(bare.rstrip("."))) > 1 and all(_PAIR.fullmatch(pair) for pair in pairs):
        return [*_LAST_MARK.split(bare)]
    kept = _keep_suffixes(bare)
    parts = [part.strip(" ,;_").lstrip("*").replace(_COMMA_KEPT, ",") for part in _SEPARATOR.split(kept)]
    parts = [_without_full_stop(part) for part in parts if part]
    if is_cut and len(parts) == 2 and not any(" " in part or INITIALS.fullmatch(part) for part in parts):  # noqa: PLR2004
        is_one = is_pinyin(parts[0]) and not is_pinyin_given(parts[0]) and is_pinyin_given(parts[1])
        return [", ".join(parts)] if is_one else parts
    return _join_last_first(parts, kept)


def _without_full_stop(part: str) -> str:
    """The name without the full stop of the sentence; that of an initial or a suffix stays."""
    words = part.split()
    last = words[-1] if words else ""
    keeps = len(last) <= 2 or last.lower() in {"jr.", "sr."} or "." in last[:-1]  # noqa: PLR2004
    return part if keeps or not part.endswith(".") else part[:-1]


def _join_last_first(parts: list[str], text: str) -> list[str]:
    """``Last`` and ``F. M.`` put together again where a comma stood between them."""
    if "," not in text or len(parts) < 2:  # noqa: PLR2004
        return parts
    if len(_bare_words(parts[0])) > 1 and not ("." in parts[1] and INITIALS.fullmatch(parts[1])):
        return parts
    if _are_pairs(parts) and _AND_LAST.search(",".join(text.split(",")[-2:-1])):
        return [f"{last}, {first}" for last, first in zip(parts[::2], parts[1::2], strict=True)]
    is_every = any(INITIALS.fullmatch(part) for part in parts)
    if not is_every and (len(parts) > 2 and not any(" " in part for part in parts[2:])):  # noqa: PLR2004
        return parts
    if not is_every and " " in parts[1] and " " not in parts[0] and not _MIDDLE_INITIAL.search(parts[1]):
        return parts
    joined: list[str] = []
    index = 0
    while index < len(parts):
        following = parts[index + 1] if index + 1 < len(parts) else ""
        if following and (INITIALS.fullmatch(following) or (index == 0 and not INITIALS.fullmatch(parts[0]))):
            joined.append(f"{parts[index]}, {following}")
            index += 2
        else:
            joined.append(parts[index])
            index += 1
    return joined


def _are_pairs(parts: list[str]) -> bool:
    """Whether a list goes ``Last, First, Last, First``."""
    return len(parts) >= _FEWEST_PAIRED and len(parts) % 2 == 0 and all(len(_bare_words(part)) == 1 for part in parts)


def _bare_words(part: str) -> list[str]:
    return [word for word in part.split() if word not in PARTICLES]


def _from_extended(part: str) -> str:
    """A name of biblatex's ``family=…, given=…`` as ``prefix family, suffix, given``."""
    if not _EXTENDED.search(part):
        return part
    pieces = _EXTENDED.split(part)[1:]
    said = {name.lower(): value.strip(' ,"') for name, value in zip(pieces[::2], pieces[1::2], strict=True)}
    family = " ".join(filter(None, (said.get("prefix"), said.get("family"))))
    return ", ".join(filter(None, (family, said.get("suffix"), said.get("given"))))


def to_authors(names: Iterable[str]) -> tuple[Author, ...]:
    """Return the author of each name, without what stands beside it; nobody for Anonymous and what is no name.

    >>> [author.family for author in to_authors(["Ricky T. Q. Chen*", "", "-", "Anonymous"])]
    ['Chen']
    """
    return tuple(author for author in map(_to_author, names) if author is not None)


@lru_cache(maxsize=1 << 15)  # people write more than one paper
def _to_author(name: str) -> Author | None:
    bare = bare_name(name)
    return with_case(parse_name(bare)) if is_somebody(bare) else None


def clean_authors(authors: Iterable[Author]) -> tuple[tuple[Author, ...], bool]:
    """Return the people that a service's rows mean, and whether a row says that there are more.

    A row of two people becomes two, one of nobody none, an organization in the field of a surname an organization.

    >>> from enrich.model.persons import Author
    >>> [one.name for one in clean_authors([Author("Flann O&apos;Brien", "O&apos;Brien", "Flann"), Author("N/A")])[0]]
    ["Flann O'Brien"]
    """
    found: list[Author] = []
    is_truncated = False
    for author in authors:
        if _PLAIN.fullmatch(author.name) and author.family and author.given and not _SUSPECT.search(author.name):
            found.append(with_case(author))
            continue
        bare = bare_name(author.name)
        more = _MORE.search(bare)
        if more is None and author.is_organization:
            found.append(replace(author, name=bare, family=None, given=None))
        elif more or _SEVERAL.search(bare):
            several = split_authors(bare)
            is_truncated = is_truncated or several.is_truncated
            people = to_authors(several.names)
            found += [_same_person(author, people[0])] if len(people) == 1 else people
        elif is_somebody(bare):
            found.append(_reread(author, bare))
    return tuple(found), is_truncated


def _same_person(author: Author, read: Author) -> Author:
    return replace(
        author,
        name=read.name,
        family=read.family,
        given=read.given,
        suffix=read.suffix,
        is_organization=read.is_organization,
    )


def _reread(author: Author, bare: str) -> Author:
    """The author with a clean name, whose parts stay where they are the name and no organization."""
    family, given = (bare_name(part) if part else None for part in (author.family, author.given))
    if family and given and bare in {f"{given} {family}", f"{given} {family}, {author.suffix}"}:
        if not _NO_PERSON.search(bare):
            return with_case(replace(author, name=bare, family=family, given=given))
        return _same_person(author, replace(author, name=bare, family=None, given=None, is_organization=True))
    read = parse_name(bare)
    if family == bare and not read.is_organization:
        return replace(author, name=bare, family=family, given=None)
    return _same_person(author, with_case(read))


_PLAIN = lazy_re(r"(?:[^\W\d_]|[\s.'’`-])+")
_SUSPECT = lazy_re(
    r"\b(?:and|et\.? al|by|ph\.?d|md|member|fellow|others|anonymous|unknown|none|null|authors?|collaboration|consortium"
    r"|frs|msc|bsc|mph|mba|committee|foundation|initiative|investigators)\b",
    re.IGNORECASE,
)
_SEVERAL = lazy_re(r"\s+(?:and|&)\s+|[;，；、]", re.IGNORECASE)
_NO_PERSON = lazy_re(
    r"\b(?:collaborations?|consortium|committee|foundation|initiative|investigators|working group)\b", re.IGNORECASE
)
