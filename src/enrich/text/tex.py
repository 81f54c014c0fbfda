r"""Display text: TeX, MathML, JATS and HTML as sources send them, turned into plain Unicode.

What is math is decided before anything is converted, by pandoc's rule for dollar signs
(<https://pandoc.org/MANUAL.html#extension-tex_math_dollars>), because ``$5 to $10`` is money.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from enrich.patterns import lazy_re

if TYPE_CHECKING:
    from collections.abc import Iterator

_DROPPED = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\ufeff\ufdd0-\ufded\ufffe\uffff\ud800-\udfff]")
_MARK = re.compile(r"[\\{}$<&~]")
_MARKED = lazy_re(rf"{_MARK.pattern}|``|''|{_DROPPED.pattern}")
_SPACE = lazy_re(r"\s+")
_ENTITY = lazy_re(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAGS = "i b u em strong small sub sup sc scp p br span tt code title sec italic bold monospace underline"
_TAG = lazy_re(rf"</?(?:jats:)?(?:{'|'.join(_TAGS.split())})(?:\s[^<>]{{0,200}})?/?>", re.IGNORECASE)
_SCRIPT_TAG = lazy_re(r"<(sub|sup)>([^<>]{1,40})</\1>", re.IGNORECASE)
_BLOCK_TAG = lazy_re(r"<(?:/?(?:jats:)?(?:p|sec|title)|br)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)
_MATHML = lazy_re(r"<(\w{1,8}:)?math\b[^<>]*>")
_MATH = lazy_re(
    r"\\\((?P<round>[^$]{1,500}?)\\\)"
    r"|(?<!\\)\$\$(?P<display>[^$]{1,500}?)(?<!\\)\$\$"
    r"|(?<!\\)\$(?=\S)(?P<inline>(?:[^$\\]|\\.){1,500}?)(?<=\S)\$(?!\d)"
    r"|(?<!\\)\$(?P<command>\\[a-zA-Z]{1,20}|[<>=])\$"
)
_SUM_OF_MONEY = lazy_re(r"\d[\d.,]*(?:[^\\^_{}=+<>]*[\s/,;-]\S*)?")
_NUMBER = lazy_re(r"\d+(?:/\d+)?")
_SET = lazy_re(r"\{(\s*[\w.±+-]{1,3}(?:\s*,\s*(?:[\w.±+-]{1,3}|…))+\s*)\}")
_ESCAPED = lazy_re(r"\\([$%&#_{} ,;:!/\\-])")
_ESCAPES = {**dict.fromkeys(" ,;:\\", " "), **dict.fromkeys("!/-", "")}
_ACCENT = lazy_re(
    r"\\(?:(['`^\"~=.])\s*|([uvHtcdbkr])(?:\s+|(?=[{\\])))(?:\{\s*(\\[ij]|[^\W\d_]{0,2})\s*\}|(\\[ij](?![A-Za-z])|[^\W\d_]))"
)
_COMMAND_WITH_GROUP = lazy_re(r"\\([A-Za-z]+)\*?\s*\{([^{}\\]*)\}")
_COMMAND = lazy_re(r"\\([A-Za-z]++)\*?+(\s*+)(?!\{)")
_GROUP = lazy_re(r"\{([^{}\\]*)\}")
_TIE = lazy_re(r"(?<=\w)~(?=\w)")
_SHIELDED = "$%&#_^~<>{} "
# Noncharacters: no text that is meant to be read holds them.
_SHIELD = {ord(sign): chr(0xFDD0 + place) for place, sign in enumerate(_SHIELDED)}
_UNSHIELD = {ord(shield): chr(sign) for sign, shield in _SHIELD.items()}
_MATH_TOKEN = lazy_re(r"\\[A-Za-z]+\*?|\\.|[{}_^]|\s+|.", re.DOTALL)
_STYLED = {r"\mathbb", r"\mathcal", r"\mathfrak"}
_TRANSPARENT = frozenset(
    "mathrm mathit mathbf mathsf mathtt mathscr mathop mathbb mathcal mathfrak text textrm textit textbf textsf texttt "
    "textsc textnormal textsuperscript textsubscript operatorname boldsymbol bm mbox hbox emph underline "
    "uppercase ensuremath left right bigl bigr big Big displaystyle textstyle limits nolimits bf rm it cal sc sf tt em "
    "sl url href cite ref footnotesize small large protect noindent begin end".split()
)
_OVERRIDES = {
    **dict.fromkeys((r"\,", r"\;", r"\:", r"\ ", r"\quad", r"\qquad"), " "),
    **dict.fromkeys((r"\dots", r"\ldots", r"\cdots"), "…"),
    **dict.fromkeys((r"\ast", r"\star"), "*"),
    **{f"\\{sign}": sign for sign in "%$&#h"},
    r"\!": "",
    r"\langle": "⟨",
    r"\rangle": "⟩",
    r"\i": "ı",
    r"\j": "ȷ",
    r"\sim": "~",
    r"\cdot": "·",
    r"\mid": "|",
    r"\to": "→",
    r"\hbar": "ħ",
    r"\colon": ":",
}
_MATH_ACCENTS = {
    **dict.fromkeys(("hat", "widehat"), "\u0302"),
    **dict.fromkeys(("tilde", "widetilde"), "\u0303"),
    **dict.fromkeys(("bar", "overline"), "\u0304"),
    **dict.fromkeys(("vec", "overrightarrow"), "\u20d7"),
    "dot": "\u0307",
    "ddot": "\u0308",
    "acute": "\u0301",
    "grave": "\u0300",
    "check": "\u030c",
    "breve": "\u0306",
    "mathring": "\u030a",
    "not": "\u0338",
}
"""The combining mark of an accent in mathematics."""
_RAISED = frozenset("*∗†‡′°")
"""What is raised without a mark of its own."""
_ESCAPED_BRACE = lazy_re(r"(\\\\)|\\([{}])")
_BRACE_SHIELD = {"{": "\ufdee", "}": "\ufdef"}
_BRACE_UNSHIELD = {ord(shield): brace for brace, shield in _BRACE_SHIELD.items()}
_MOST_PASSES = 8
_MOST_BRACE_PASSES = 40
_MOST_NESTED = 60
"""Groups in one formula; more is no title of a person, and formulas are read by recursion."""


def decode_tex(text: str) -> str:
    r"""Return TeX and HTML as plain Unicode, without the braces that TeX groups by; total.

    Readers, runs, catalogues and sources see the titles that this returns. Decoding it again changes nothing,
    as long as the braces in it are escaped: those that were escaped are text, and any other is gone.

    >>> decode_tex(r"R\&D of {\TeX} on $10^{12}$ nodes\thanks{By nobody.} in \href{https://example.org}{$\mathbb{R}$}")
    'R&D of TeX on 10¹² nodes in ℝ'
    >>> decode_tex(r"{\textless}i{\textgreater}Escherichia coli{\textless}/i{\textgreater}"), decode_tex("{NA}")
    ('Escherichia coli', 'NA')
    """
    if "\\" in text:
        text = _ESCAPED_BRACE.sub(lambda match: match[1] or _BRACE_SHIELD[match[2]], text)
    return _settled(text, keeps_braces=False).translate(_BRACE_UNSHIELD)


def normalize_text(text: str) -> str:
    r"""Return plain Unicode (NFC, single spaces) from text that may hold TeX, MathML, JATS or HTML.

    Money, percents, stray braces and unknown tags stay as they are; no letter is lost. Total and idempotent.

    >>> normalize_text(r"{\"U}ber $\mathcal{O}(\sqrt{T})$ regret in $\mathbb{R}^{d}$ &amp; {GPT}")
    'Über 𝒪(√T) regret in ℝᵈ & GPT'
    >>> normalize_text("From $5 to $10: 50% of {0, 1} </script>")
    'From $5 to $10: 50% of {0, 1} </script>'
    """
    return _settled(text, keeps_braces=True)


def _settled(text: str, *, keeps_braces: bool) -> str:
    """The text converted until nothing changes; marks nested deeper than a person nests them are dropped."""
    text = _tidy(text)
    for _ in range(_MOST_PASSES):
        if not _MARKED.search(text):
            return text
        once = _tidy(_convert(text))
        if once == text:
            if keeps_braces or not ("{" in text or "}" in text):
                return text
            once = _tidy(text.replace("{", "").replace("}", ""))
        text = once
    return _tidy(_MARK.sub("", text).replace("``", "“").replace("''", "”"))


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


_TYPED = lazy_re(r"\{?\\text(less|greater|underscore|asciitilde|backslash|bar)(?:\{\}|(?![A-Za-z])\s?)\}?")
_TYPED_SIGNS = {"less": "<", "greater": ">", "underscore": "\\_", "asciitilde": "\\~", "backslash": "", "bar": "|"}
_ARGUMENT = r"\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
_DROPPED_COMMAND = lazy_re(
    rf"\s*\\(?:thanks|footnote|footnotemark|footnotetext|cite[a-z]*|label|ref|eqref|index|vspace|hspace|includegraphics|color)\b\*?"
    rf"(?:\[[^\[\]]*\])?{_ARGUMENT}"
)
_OF_TWO = lazy_re(rf"\\(href|textcolor|colorbox|texorpdfstring)\b{_ARGUMENT}{_ARGUMENT}")
_TEXT_SCRIPT = lazy_re(r"\\text(super|sub)script\s*\{([^{}]{1,40})\}")
_BARE_SCRIPT = lazy_re(r"(?<=[\w)])([_^])\{([^{}\\$]{1,40})\}")
_BREAK = lazy_re(r"\\(?:newline|linebreak)(?![A-Za-z])(?:\[\d\])?(?:\{\})?")
_RELAX = lazy_re(r"\\relax(?![A-Za-z])\s*")
_DEGREES = lazy_re(r"\^\s*(?:\{\s*\\circ\s*\}|\\circ(?![A-Za-z]))")
_LOGOS = lazy_re(r"\\((?:La|Bib|Xe|XeLa|Lua|LuaLa|pdf)?TeX)(e?)(?![A-Za-z])(?:\{\}|\s*(?=[^\w\s]))?")


def _without_commands(text: str) -> str:
    """The text without the commands whose meaning lies in their arguments."""
    text = _TYPED.sub(lambda match: _TYPED_SIGNS[match[1]], text)
    text = _DROPPED_COMMAND.sub("", text)
    text = _OF_TWO.sub(lambda match: match[2] if match[1] == "texorpdfstring" else match[3], text)
    text = _TEXT_SCRIPT.sub(lambda match: _script("^" if match[1] == "super" else "_", match[2], plain=True), text)
    text = _DEGREES.sub("°", _BREAK.sub(" ", _RELAX.sub("", text)))
    return _LOGOS.sub(lambda match: f"{match[1]}2e" if match[2] else match[1], text)


def _convert(text: str) -> str:
    if "\\" in text:
        text = _without_commands(text)
    if "<" in text:
        text = _without_tags(text)
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    text = _DROPPED.sub("", text)
    if not any(sign in text for sign in ("\\", "{", "}", "$", "~", "``", "''")):
        return text
    parts: list[str] = []
    end = 0
    for match in _MATH.finditer(text):
        formula = match["round"] or match["display"] or match["inline"] or match["command"]
        if _SUM_OF_MONEY.fullmatch(formula) and not _NUMBER.fullmatch(formula):
            continue
        parts += (_plain_tex(text[end : match.start()]), _plain_math(formula))
        end = match.end()
    return "".join((*parts, _plain_tex(text[end:])))


def _without_tags(text: str) -> str:
    if "math" in text:
        text = "".join(_without_mathml(text))
    text = _SCRIPT_TAG.sub(lambda match: _script("_" if match[1].lower() == "sub" else "^", match[2], plain=True), text)
    return _TAG.sub("", _BLOCK_TAG.sub(" ", text))


def _without_mathml(text: str) -> Iterator[str]:
    end = 0
    for opening in _MATHML.finditer(text):
        closing = f"</{opening[1] or ''}math>"
        start = text.find(closing, opening.end()) if opening.start() >= end else -1
        if start < 0:
            if opening.start() >= end:
                break
            continue
        yield text[end : opening.start()]
        end = start + len(closing)
        yield _plain_mathml(text[opening.start() : end])
    yield text[end:]


def _plain_tex(text: str) -> str:
    text = _BARE_SCRIPT.sub(lambda match: _script(match[1], match[2]), text)
    text = _SET.sub(lambda match: f"{{{match[1]}}}".translate(_SHIELD), text)
    text = _ESCAPED.sub(lambda match: _ESCAPES.get(match[1], match[1]).translate(_SHIELD), text)
    for _ in range(_MOST_BRACE_PASSES):
        before = text
        if "\\" in text:
            text = _COMMAND_WITH_GROUP.sub(_wrapping, _ACCENT.sub(_accented, text))
            text = _COMMAND.sub(_standing, text)
        if text == before:  # only now no brace belongs to a command
            text = _GROUP.sub(r"\1", text)
        if text == before:
            break
    text = (
        _TIE.sub(" ", text.replace("\\", ""))
        .replace("``", "“")
        .replace("''", "”")
        .replace("---", "—")
        .replace("--", "–")
    )
    return text.translate(_UNSHIELD)


def _accented(match: re.Match[str]) -> str:
    letter = match[3] or match[4] or ""
    return _accent(f"\\{match[1] or match[2]}{{{letter}}}") or letter


def _wrapping(match: re.Match[str]) -> str:
    """A command with its argument: nothing but the argument, unless the command is a symbol itself."""
    if f"\\{match[1]}" in _STYLED:
        return _styled(match[1], match[2])
    if match[1] in _MATH_ACCENTS:
        return _with_accent(match[1], match[2])
    return _symbol(match[1]) + match[2]


def _styled(name: str, letters: str) -> str:
    return "".join(_math_symbols().get(f"\\{name}{{{letter}}}", letter) for letter in letters)


def _standing(match: re.Match[str]) -> str:
    """A command alone; like TeX it swallows the space behind it when it stands for a letter."""
    name, space = match[1], match[2]
    symbol = _symbol(name)
    if symbol:
        return symbol if symbol.isalpha() else symbol + space
    return "" if name in _TRANSPARENT else name + space


@lru_cache(maxsize=1024)
def _accent(macro: str) -> str:
    from pylatexenc.latex2text import LatexNodes2Text  # noqa: PLC0415 (50 ms, rarely needed)

    return str(LatexNodes2Text().latex_to_text(macro)).strip()


@lru_cache(maxsize=1024)
def _symbol(name: str) -> str:
    """The character that a command without argument stands for; empty when there is none."""
    from pylatexenc.latex2text import get_default_latex_context_db  # noqa: PLC0415 (50 ms, rarely needed)

    if name in _TRANSPARENT:
        return ""
    if name.startswith("text") and "Α" <= (greek := _math_symbols().get(f"\\{name[4:]}", "")) <= "ϖ":
        return greek  # \textbeta
    known = getattr(get_default_latex_context_db().get_macro_spec(name), "simplify_repl", None)
    return known if isinstance(known, str) and "%" not in known else _math_symbols().get(f"\\{name}", "")


def _plain_math(formula: str) -> str:
    if len(re.findall(r"[{_^]|\\[a-z]?(?:frac|sqrt)", formula)) > _MOST_NESTED:
        return formula.replace("\\", "")
    return _SPACE.sub(" ", "".join(_formula(iter(_MATH_TOKEN.findall(formula))))).strip()


@cache
def _math_symbols() -> dict[str, str]:
    from unicodeit.data import REPLACEMENTS  # noqa: PLC0415 (4,000 rows, rarely needed)

    return {**dict(REPLACEMENTS), **_OVERRIDES}


@cache
def _script_letters() -> dict[str, str]:
    from unicodeit.data import SUBSUPERSCRIPTS  # noqa: PLC0415 (rarely needed)

    kinds = re.compile("SUBSCRIPT|SUPERSCRIPT|MODIFIER LETTER")
    known = {tex: letter for tex, letter in SUBSUPERSCRIPTS if kinds.search(unicodedata.name(letter, ""))}
    return {**known, "_-": "₋", "^−": "⁻", "_−": "₋"}


def _script(sign: str, argument: str, *, plain: bool = False) -> str:
    """The argument in sub- or superscript letters where Unicode has them all."""
    if sign == "^" and argument in _RAISED:
        return argument
    letters = [_script_letters().get(sign + letter) for letter in argument.replace(" ", "")]
    if letters and all(letters):
        return "".join(letter for letter in letters if letter)
    if plain:
        return argument
    return f"{sign}{argument}" if len(argument) == 1 else f"{sign}({argument})" if argument else ""


def _formula(parts: Iterator[str]) -> Iterator[str]:
    """The plain text of math parts up to the brace that closes the group."""
    for part in parts:
        if part == "}":
            return
        yield _term(part, parts)


def _argument(parts: Iterator[str]) -> str:
    part = next(parts, "")
    while part.isspace():
        part = next(parts, "")
    return "".join(_formula(parts)) if part == "{" else _term(part, parts) if part not in {"", "}"} else ""


def _term(part: str, parts: Iterator[str]) -> str:
    if part == "{":
        return "".join(_formula(parts))
    if part in {"_", "^"}:
        return _script(part, _argument(parts))
    if not part.startswith("\\") or part == "\\":
        return " " if part == "~" else part
    name = part[1:].rstrip("*")
    if part in _STYLED:
        return _styled(name, _argument(parts))
    if name in _MATH_ACCENTS:
        return _with_accent(name, _argument(parts))
    if name in _TRANSPARENT:
        return ""
    if name in {"frac", "tfrac", "dfrac"}:
        return f"{_factor(_argument(parts))}/{_factor(_argument(parts))}"
    if name == "sqrt":
        return f"√{_factor(_argument(parts))}"
    return _math_symbols().get(part, name)


def _with_accent(name: str, text: str) -> str:
    """The text under its accent: a line goes over every letter, any other accent over one."""
    mark = _MATH_ACCENTS[name]
    if name in {"bar", "overline"}:
        return "".join(letter + mark if letter.isalpha() or letter.isdecimal() else letter for letter in text)
    return text + mark if sum(not unicodedata.combining(sign) for sign in text) == 1 else text


def _factor(text: str) -> str:
    return text if text.isalnum() else f"({text})"


def _plain_mathml(markup: str) -> str:
    from lxml import etree  # noqa: PLC0415 (only titles of publishers need it)

    bare = re.sub(r"<(/?)\w{1,8}:", r"<\1", html.unescape(markup).replace("&", "&amp;"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    root = etree.fromstring(bare, parser)
    return _SPACE.sub(" ", _mathml_term(root)).strip() if root is not None else ""


def _mathml_term(element: Any) -> str:  # noqa: ANN401 (an lxml element)
    name = element.tag if isinstance(element.tag, str) else ""
    if name in {"annotation", "annotation-xml", "tex-math"}:
        return ""
    parts = [_mathml_term(child) for child in element]
    if name == "msup" and len(parts) == 2:  # noqa: PLR2004 (base and exponent)
        return parts[0] + _script("^", parts[1])
    if name == "msub" and len(parts) == 2:  # noqa: PLR2004 (base and index)
        return parts[0] + _script("_", parts[1])
    if name == "msubsup" and len(parts) == 3:  # noqa: PLR2004 (base, index and exponent)
        return parts[0] + _script("_", parts[1]) + _script("^", parts[2])
    if name == "msqrt":
        return f"√{_factor(''.join(parts))}"
    if name == "mfrac" and len(parts) == 2:  # noqa: PLR2004 (numerator and denominator)
        return f"{_factor(parts[0])}/{_factor(parts[1])}"
    return (element.text or "").strip() + "".join(parts)
