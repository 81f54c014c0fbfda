"""Runs of items in random layouts, made from arXiv's metadata (CC0): what ``benchmarks.readers train`` learns from.

A layout is drawn once a run: the order of the fields, their styles, the marks between them, how names are written, what
is a link. Items miss fields at random. Runs without entries are drawn as well. Everything is seeded.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, NamedTuple

from enrich.knowledge import read_words
from enrich.readers.outline import BOLD, CODE, ITALIC
from enrich.readers.pieces import Part, Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

Text = tuple[str, int, str]
"""A text, its style, and where it links to."""
BREAK: Text = ("\n", 0, "")
CITIES = "Berlin London Cambridge Paris Tokyo Beijing Oxford Zürich Moscow Madrid".split()
PUBLISHERS = (
    "Springer", "Oxford University Press", "Wiley", "MIT Press", "Elsevier", "ACM", "IEEE", "Routledge",
    "Cambridge University Press", "Sage", "CRC Press", "University of California", "de Gruyter",
)  # fmt: skip
TOPICS = "Theory Vision Survey Biology Robotics Language Methods Security Games Health NLP RL Graphs Energy".split()
PAPER_HOSTS = (
    "https://arxiv.org/abs/", "https://doi.org/10.1000/", "https://www.nature.com/articles/", "https://aclanthology.org/P",
    "https://openreview.net/forum?id=", "https://dl.acm.org/doi/", "https://link.springer.com/article/",
)  # fmt: skip
OTHER_HOSTS = (
    "https://example.org/",
    "https://www.university.edu/paper/",
    "papers/",
    "https://hal.org/",
    "https://x.github.io/",
)
LABELS = (
    "paper",
    "pdf",
    "PDF",
    "Paper",
    "link",
    "arXiv",
    "doi",
    "code",
    "Code",
    "Github",
    "project",
    "slides",
    "video",
    "bib",
)
PROSE = (
    "We show how {} can be used.", "This is about {}, and it works well.", "The authors study {} in detail.",
    "A good introduction to {}.", "Explains {} for beginners and gives examples.", "It improves {}.",
    "Please read our notes on {} before you start.", "In this section you find work on {}.",
)  # fmt: skip
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec January March June October".split()
HAN = "基于学习方法研究图像识别网络模型数据分析系统设计应用语言处理智能自动检测优化控制理论实验评价技术信息中国社会经济教育历史"
SURNAMES, GIVEN_HAN = "王李张刘陈杨赵黄周吴徐孙山田中佐藤金朴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英华"


class Work(NamedTuple):
    title: str
    authors: Sequence[str]
    venue: tuple[str, str]
    """A short and a long name."""
    year: int


class Item(NamedTuple):
    pieces: Sequence[Piece]
    title: str | None


def draw_run(rng: random.Random, works: Sequence[Work]) -> list[Item]:
    """Return the items of one run."""
    if rng.random() < 0.25:
        return _draw_others(rng, works)
    layout = _Layout(rng)
    count = rng.choice((1, 2, 3, 3, 4, 5, 6, 8))
    return [layout.item(_translated(rng, work) if layout.is_han else work) for work in rng.sample(works, count)]


def _translated(rng: random.Random, work: Work) -> Work:
    title = "".join(rng.choice(HAN) for _ in range(rng.randint(6, 22)))
    authors = ["".join([rng.choice(SURNAMES), *rng.sample(GIVEN_HAN, rng.randint(1, 2))]) for _ in work.authors[:5]]
    venue = "".join(rng.sample(HAN, 4)) + rng.choice(("学报", "研究", "大学", "论文集"))
    return Work(title, authors, (venue, venue), work.year)


class _Layout:
    """How every item of a run is written."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        choose = rng.choice
        self.is_han = rng.random() < 0.06
        self._names = choose(
            ("full", "full", "full", "A. B", "A B", "B, A.", "B, A.", "B A", "B, Full", "first B, A.", "A.B", "CAPS")
        )
        self._joiner = choose((", ", ", ", ", ", "; ")) if self._names != "B, Full" else choose(("; ", " and ", "; "))
        if self.is_han:
            self._joiner = choose((", ", "，", "、", "・"))
        self._last = (
            choose((", and ", " and ", " & ", ", & ", self._joiner, self._joiner)) if not self.is_han else self._joiner
        )
        self._most = choose((2, 3, 5, 8, 30))
        self._et_al = choose((" et al.", ", et al.", " et al", " and others"))
        self._ones_own = rng.random() < 0.08
        self._title = choose(
            ("plain",) * 6 + ("link",) * 6 + ("bold",) * 3 + ("italic",) * 3 + ("quoted",) * 3
            + ("bold link", "quoted link", "bold quoted", "italic link", "guillemets")
        )  # fmt: skip
        self._venue = choose(
            ("short", "short", "long", "long", "cited", "cited", "cited", "book", "book", "chapter", "report", "none")
        )
        self._book = choose(("p", "p", "c: p", "c: p", "p, c", "p, c"))
        self._stray = choose(("_", "*", "__")) if rng.random() < 0.05 else ""
        self._front_link = rng.random() < 0.05
        self._venue_link = rng.random() < 0.05
        self._code = choose(("[J]", "[J].", "[C]//")) if rng.random() < 0.04 else ""
        self._venue_style = choose((0, 0, 0, ITALIC, ITALIC, BOLD))
        self._names_style = choose((0, 0, 0, 0, ITALIC, BOLD))
        self._year = choose(("(y)", "(y)", "y", "y", "[y]", "'y", "y-m", "Mon y", "(y.m)", "none"))
        self._year_styled = rng.random() < 0.5
        self._hosts = choose((PAPER_HOSTS, PAPER_HOSTS, OTHER_HOSTS))
        self._lead = choose(("", "", "", "", "", "[n]", "n.", "tag", "bold tag", "code tag", "acronym", "date", "link label",
                             "venue tag", "Topic:", "bold topic:", "emoji"))  # fmt: skip
        self._links = choose(("none", "none", "none", "one", "one", "some", "some", "bare url", "doi"))
        self._note = choose(("", "", "", "", "behind", "break"))
        self._whole_link = rng.random() < 0.15
        self._site = choose((" - ", " | ", " · ", " — ")) if rng.random() < 0.08 else ""
        self._order = self._draw_order()
        self._gaps = {}
        self._missing = choose((0.0, 0.0, 0.1, 0.3))

    def _draw_order(self) -> list[str]:
        choose = self._rng.choice
        order = list(choose((
            ("names", "title", "venue", "year"), ("names", "title", "venue", "year"), ("names", "year", "title", "venue"),
            ("names", "year", "title", "venue"), ("title", "names", "venue", "year"), ("title", "names", "venue", "year"),
            ("title", "venue", "year"), ("title", "venue", "year", "names"), ("title",), ("title", "names"), ("title", "year"),
            ("year", "title", "names", "venue"), ("venue", "year", "title"), ("venue", "year", "title", "names"),
            ("names", "title"), ("names", "title", "year"), ("names", "title", "year", "venue"), ("names", "title", "venue"), ("title", "year", "names", "venue"), ("year", "names", "title", "venue"),
            ("title", "credit"), ("title", "credit"), ("title", "credit", "venue"),
        )))  # fmt: skip
        if self._rng.random() < 0.1:
            self._rng.shuffle(order)
        return [
            one
            for one in order
            if not (one == "venue" and self._venue == "none") and not (one == "year" and self._year == "none")
        ]

    def item(self, work: Work) -> Item:
        rng = self._rng
        fields: list[tuple[str, list[Text]]] = []
        url = (
            rng.choice(self._hosts)
            + f"{rng.randint(1000, 9999)}.{rng.randint(10000, 99999)}"
            + rng.choice(("", "", ".pdf"))
        )
        for name in self._order:
            if name != "title" and rng.random() < self._missing:
                continue
            fields.append((name, getattr(self, f"_{name}_text")(work, url)))
        texts: list[Text] = self._lead_text(work, url)
        closer = ""
        for number, (name, found) in enumerate(fields):
            texts += found
            texts += [(closer, 0, "")] if closer else []
            following = fields[number + 1][0] if number + 1 < len(fields) else None
            gap = self._gap(name, following, found)
            texts += gap
            closer = {"(": ")", "[": "]"}.get(gap[-1][0][-1:], "") if gap else ""
        texts += self._links_text(url)
        if self._note and rng.random() < 0.8:
            note = rng.choice(PROSE).format(rng.choice(work.title.lower().split()))
            if rng.random() < 0.2:
                other = " ".join(rng.sample(work.title.split(), len(work.title.split())))
                note = rng.choice(('extended version of "{}"', "see also “{}”", 'a reply to "{}"')).format(other)
            texts += [
                BREAK if self._note == "break" else (rng.choice((" - ", " ", " – ", " — ")), 0, ""),
                (note, 0, ""),
            ]
        if self._whole_link:
            texts = [("".join(text for text, _, _ in texts).replace("\n", " ").strip(), 0, url)]
        return Item(to_pieces(texts), work.title)

    def _gap(self, name: str, following: str | None, found: Sequence[Text]) -> list[Text]:
        key = (name, following)
        if key not in self._gaps:
            self._gaps[key] = self._draw_gap(name, following)
        gap = self._gaps[key]
        ends = found[-1][0][-1:] if found else ""
        if gap.startswith(".") and ends in ".?!":
            gap = gap[1:]
        if gap == "\n":
            return [BREAK]
        return [(gap, 0, "")] if gap else []

    def _draw_gap(self, name: str, following: str | None) -> str:
        choose = self._rng.choice
        if following is None:
            return choose((".", "", "", ". ", " "))
        is_bracketed = self._year in {"(y)", "[y]", "(y.m)"}
        if following == "year":
            return " " if is_bracketed else choose((", ", " ", ". ", ", "))
        if name == "year":
            return choose((". ", " ", ": ", ", ", " - ", " — ") if is_bracketed else (". ", ": ", ", ", " - ", " | "))
        is_styled = self._title != "plain"
        if following == "title" and name == "names":
            if self.is_han:
                return choose((". ", "：", "：", ": ", "，", ", ", "。"))
            return choose((". ", ". ", ", ", ", ", ": ", ": ", " - ", *((" ", ", ", ", ", "\n") if is_styled else ())))
        if following == "credit":
            return " "
        if following == "names":
            by = choose(sorted(read_words("names", "credits")))
            marks = (", ", " - ", " – ", ". ", " by ", ", by ", f", {by} ", f". {by.title()} ", " (", " (", "\n", "\n",
                     " | ", ": ", " / ")  # fmt: skip
            return choose(marks)
        if self.is_han:
            return choose((". ", "，", "，", "。", ", ", "：", " "))
        if self._venue == "chapter":
            return choose((". In ", ". In ", ", in ", ". In: ", " In "))
        return choose(
            (". ", ". ", ", ", ", ", ", ", ". In ", ", in ", " - ", " – ", " | ", "\n", " (", " [", ": ", "; ", " // ")
        )

    def _title_text(self, work: Work, url: str) -> list[Text]:
        title = work.title
        rng = self._rng
        if "quoted" in self._title:
            opener, closer = rng.choice((("“", "”"), ('"', '"'), ("„", "“"))) if not self.is_han else ("《", "》")
            title = f"{opener}{title}{rng.choice(('', '', ',', '.'))}{closer}"
        if self._title == "guillemets":
            title = f"«{title}»"
        if self._stray:
            title = f"{self._stray}{title}{rng.choice((self._stray, ''))}"
        title += self._code
        if self._site and "link" in self._title:
            title += self._site + self._name_of_site(url)
        style = BOLD if "bold" in self._title else ITALIC if "italic" in self._title else 0
        if style and rng.random() < 0.3:
            title += rng.choice((".", ","))
        return [(title, style, url if "link" in self._title else "")]

    def _name_of_site(self, url: str) -> str:
        """How a page's title names its site: ``Nature``, ``SpringerLink``, ``arXiv.org``."""
        host = url.removeprefix("https://").partition("/")[0].removeprefix("www.")
        name = max(host.split(".")[:-1], key=len, default="") or "example"
        more = ("", "", "", "Link", " Digital Library", " Journals", " Online")
        return self._rng.choice((name.title(), name.title(), name.upper(), host)) + self._rng.choice(more)

    def _names_text(self, work: Work, url: str) -> list[Text]:
        names = [self._name(name, is_first=number == 0) for number, name in enumerate(work.authors)]
        shown = names[: self._most]
        more = self._et_al if len(names) > len(shown) else ""
        if self._ones_own:
            own = self._rng.randrange(len(shown))
            texts: list[Text] = []
            for number, name in enumerate(shown):
                joiner = "" if number == 0 else self._joiner
                texts += [(joiner, 0, "")] if joiner else []
                texts.append((name, BOLD if number == own else 0, ""))
            return [*texts, (more, 0, "")] if more else texts
        joined = (
            shown[0]
            if len(shown) == 1
            else self._joiner.join(shown[:-1]) + (self._joiner if more else self._last) + shown[-1]
        )
        if self._names == "CAPS":
            joined = joined.upper() if self._rng.random() < 0.5 else joined.replace(" and ", " AND ")
        return [(joined + more, self._names_style, url if self._front_link else "")]

    def _credit_text(self, work: Work, _url: str) -> list[Text]:
        """``(Author et al., 2019)``, ``(Author 2019, Venue)``"""
        family = [name.split()[-1] for name in work.authors]
        said = family[0] if len(family) == 1 else f"{family[0]} et al." if len(family) > 2 else " & ".join(family)
        venue = f", {work.venue[0]}" if self._venue == "short" else ""
        return [(f"({said}{self._rng.choice((', ', ' '))}{work.year}{venue})", 0, "")]

    def _name(self, name: str, *, is_first: bool) -> str:
        parts = name.split()
        if len(parts) < 2 or self.is_han:
            return name
        given, family = parts[:-1], parts[-1]
        letters = [one[0] for one in given]
        form = self._names
        if form == "first B, A.":
            form = "B, A." if is_first else "A. B"
        return {
            "full": name,
            "CAPS": " ".join([*(f"{one}." for one in letters), family.upper()]),
            "A.B": "".join([*(f"{one}." for one in letters), family]),
            "A. B": " ".join([*(f"{one}." for one in letters), family]),
            "A B": " ".join(["".join(letters), family]),
            "B, A.": f"{family}, " + " ".join(f"{one}." for one in letters),
            "B A": f"{family} {''.join(letters)}",
            "B, Full": f"{family}, {' '.join(given)}",
        }[form]

    def _venue_text(self, work: Work, url: str) -> list[Text]:
        rng = self._rng
        short, long = work.venue
        publisher, city = rng.choice(PUBLISHERS), rng.choice(CITIES)
        imprint = {"p": publisher, "c: p": f"{city}: {publisher}", "p, c": f"{publisher}, {city}"}[self._book]
        if self._venue == "short":
            text = short
        elif self._venue == "book":
            text = rng.choice(("", "", "", "(2nd ed.). ", "3rd edition. ")) + imprint
        elif self._venue == "chapter":
            editors = " & ".join(
                self._name(name, is_first=False) for name in rng.sample(list(work.authors), min(2, len(work.authors)))
            )
            text = f"{editors} ({rng.choice(('Eds.', 'Ed.', 'Hrsg.', 'eds'))}), {long} (pp. {rng.randint(1, 90)}–{rng.randint(91, 190)}). {imprint}"
        elif self._venue == "report":
            text = rng.choice((f"PhD thesis, {publisher}", f"Master's thesis, {publisher}, {city}", f"Technical Report {rng.randint(1, 999)}, {publisher}",
                               f"{short} Report {rng.randint(1000, 9999)}, {publisher}, {city}", f"working paper, {publisher}"))  # fmt: skip
        elif self._venue == "long":
            text = long
        else:
            volume, first = rng.randint(1, 90), rng.randint(1, 900)
            tail = rng.choice((
                f", {volume}", f" {volume}({rng.randint(1, 12)}), {first}-{first + 14}", f", vol. {volume}, no. 2, pp. {first}–{first + 9}",
                f", pp. {first}-{first + 11}", f" {volume}:{first}-{first + 7}", f", {first}–{first + 20}", ""))  # fmt: skip
            lead = rng.choice(("", "", "In ", "In Proceedings of the ", "Proc. "))
            text = f"{lead}{long}"
            if rng.random() < 0.2:
                tail += rng.choice((f". {rng.choice(PUBLISHERS)}", f", {rng.choice(CITIES)}, {rng.choice(PUBLISHERS)}",
                                    f". {rng.choice(CITIES)}: {rng.choice(PUBLISHERS)}"))  # fmt: skip
            return (
                [(text + tail, self._venue_style, url)]
                if self._venue_link
                else [(text, self._venue_style, ""), (tail, 0, "")]
            )
        return [
            (
                text,
                self._venue_style,
                url if self._links == "none" and "link" not in self._title and len(text) % 3 == 0 else "",
            )
        ]

    def _year_text(self, work: Work, _url: str) -> list[Text]:
        year, rng = work.year, self._rng
        style = self._names_style if self._year_styled else 0
        return [({
            "(y)": f"({year}{rng.choice(('', '', '', '', 'a', 'b'))})", "y": f"{year}", "[y]": f"[{year}]",
            "(y.m)": f"({year}.{rng.randint(1, 12)})", "'y": f"'{year % 100:02}", "y-m": f"{year}-{rng.randint(1, 12):02}", "Mon y": f"{rng.choice(MONTHS)} {year}",
        }[self._year], style, "")]  # fmt: skip

    def _lead_text(self, work: Work, url: str) -> list[Text]:
        rng = self._rng
        short = work.venue[0]
        year = work.year
        number = rng.randint(1, 120)
        acronym = "".join(word[0] for word in work.title.split()[:4]).upper() + rng.choice(("", "Net", "-2"))
        forms: dict[str, list[list[Text]]] = {
            "": [[]],
            "[n]": [[(f"[{number}] ", 0, "")], [(f"[{number}]", BOLD, ""), (" ", 0, "")]],
            "n.": [[(f"{number}. ", 0, "")]],
            "tag": [[(f"[{rng.choice(TOPICS)}] ", 0, "")], [(f"({rng.choice(TOPICS)}) ", 0, "")]],
            "bold tag": [[(f"[{rng.choice(TOPICS).upper()}]", BOLD, ""), (" ", 0, "")]],
            "code tag": [[(rng.choice(TOPICS), CODE, ""), (" ", 0, "")]],
            "acronym": [[(acronym, BOLD, ""), (rng.choice((": ", " - ", " ")), 0, "")], [(f"{acronym}: ", 0, "")]],
            "date": [[(f"{year}.{rng.randint(1, 12):02} ", 0, "")], [(f"[{year}/{rng.randint(1, 12):02}] ", 0, "")],
                     [(f"{year}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}: ", 0, "")], [(f"({year}) ", 0, "")]],
            "link label": [[("[", 0, ""), (f"{rng.choice(LABELS)}", 0, url), ("] ", 0, "")]],
            "venue tag": [[(f"[{short} {year}] ", 0, "")], [(f"({short}'{year % 100:02}) ", 0, "")], [(f"{short}{year} - ", 0, "")]],
            "Topic:": [[(f"{rng.choice(TOPICS)} {rng.choice(TOPICS)}: ", 0, "")]],
            "bold topic:": [[(rng.choice(TOPICS), BOLD, ""), (": ", 0, "")]],
            "emoji": [[("🔥 ", 0, "")], [("✅ ", 0, "")]],
        }  # fmt: skip
        return forms[self._lead][len(self._order) % len(forms[self._lead])]

    def _links_text(self, url: str) -> list[Text]:
        rng = self._rng
        if self._links == "bare url":
            return [(rng.choice((" ", " URL: ", ". ")), 0, ""), (url, 0, url)]
        if self._links == "doi":
            return [(". doi:", 0, ""), ("10.1000/182", 0, "https://doi.org/10.1000/182")]
        count = {"none": 0, "one": 1, "some": rng.randint(1, 3)}[self._links]
        texts: list[Text] = []
        for label in rng.sample(LABELS, count):
            opener, closer = rng.choice(((" [", "]"), (" (", ")"), (" ", "")))
            texts += [
                (opener, 0, ""),
                (label, 0, url if label not in {"code", "Code", "Github"} else "https://github.com/a/b"),
            ]
            texts += [(closer, 0, "")]
        return texts


def _draw_others(rng: random.Random, works: Sequence[Work]) -> list[Item]:
    """A run without entries."""
    kind = rng.choice(
        ("contents", "news", "tools", "tools", "people", "prose", "prose", "fields", "names", "links", "terms")
    )
    found = []
    labels = rng.sample(LABELS, 3)
    for work in rng.sample(works, rng.choice((1, 2, 3, 5, 8))):
        words = work.title.split()
        few = " ".join(words[: rng.randint(1, 4)])
        prose = rng.choice(PROSE).format(" ".join(words[:3]).lower())
        name = words[0].strip(".,:")
        form: dict[str, list[Text]] = {
            "contents": [(few, 0, f"#{few.lower()}")],
            "news": [(f"[{work.year}-{rng.randint(1, 12):02}] ", 0, ""), (f"We released the code of {name}. ", 0, ""), ("here", 0, "https://example.org/a")],
            "tools": [(name, rng.choice((0, BOLD)), f"https://github.com/{name}/{name}"), (rng.choice((" - ", ": ", " ")), 0, ""), (prose, 0, "")],
            "people": [(work.authors[0], 0, "https://example.org/~home"), (f", {rng.choice(PUBLISHERS)}", 0, "")],
            "prose": [(prose + " ", 0, ""), (rng.choice(PROSE).format(few.lower()), 0, "")],
            "fields": [(f"{rng.choice(('Authors', 'Venue', 'Keywords', 'Code', 'Abstract', 'Note'))}: ", rng.choice((0, BOLD)), ""), (few, 0, "")],
            "names": [(", ".join(work.authors[:6]), rng.choice((0, ITALIC)), "")],
            "links": [(labels[0], 0, "https://arxiv.org/abs/1"), (" ", 0, ""), (labels[1], 0, "https://github.com/a/b")],
            "terms": [(few, rng.choice((0, 0, BOLD)), "")],
        }  # fmt: skip
        found.append(Item(to_pieces(form[kind]), None))
    return found


def to_pieces(texts: Sequence[Text]) -> list[Piece]:
    """Texts as pieces; neighbours of one style are one."""
    found: list[Piece] = []
    for text, style, url in texts:
        if text == "\n":
            found.append(Piece(Part.BREAK, "", 1))
        elif url:
            found.append(Piece(Part.LINK, text, 1, url, None, style))
        elif found and found[-1].part is Part.TEXT and found[-1].style == style:
            found[-1] = found[-1]._replace(text=found[-1].text + text)
        elif text:
            found.append(Piece(Part.TEXT, text, 1, "", None, style))
    return found


_TEX = re.compile(r"[$\\{}^_~]")


def is_plain(title: str) -> bool:
    """Whether a title has no TeX."""
    return _TEX.search(title) is None


SUBJECTS = (
    "Sociology", "Geography", "Applied Physics", "Seismology", "Economics", "Law", "Linguistics", "History", "Psychology",
    "Education", "Medicine", "Chemistry", "Genetics", "Ecology", "Robotics", "Databases", "Software Engineering", "Statistics",
    "Philosophy", "Neuroscience", "Public Health", "Computer Graphics", "Hydrology", "Archaeology", "Nursing", "Finance",
)  # fmt: skip
FORMS = (
    "Journal of {}", "{} Letters", "Review of {}", "{} Quarterly", "European Journal of {}", "{} and Society", "Annual Review of {}",
    "International Conference on {}", "{}", "{} Research", "Zeitschrift für {}", "Revista de {}", "Studies in {}", "J. {}",
    "Handbook of {}", "Workshop on {}", "Transactions on {}", "Advances in {}", "Bulletin of {}", "Annales de {}",
)  # fmt: skip


def works_of(rows: Sequence[dict[str, str]], venues: Sequence[tuple[str, str]], rng: random.Random) -> list[Work]:
    """Return works from records with ``title`` and ``authors``; venues and years are drawn."""
    found = []
    for row in rows:
        title = " ".join(row["title"].split())
        authors = [
            name.strip() for name in re.split(r",| and ", re.sub(r"\([^()]*\)", "", row["authors"])) if name.strip()
        ]
        if (
            not is_plain(title)
            or not authors
            or not all(name.replace(".", "").replace("-", "").replace(" ", "").isalpha() for name in authors)
        ):
            continue
        kind = rng.random()
        if kind < 0.1:
            title = " ".join(title.split()[: rng.randint(1, 3)]).strip(" :,;-")
        if kind > 0.6:
            title = " ".join(
                word if word in {"of", "the", "in", "and", "for", "on", "a", "with"} else word[:1].upper() + word[1:]
                for word in title.split()
            )
            title = title[:1].upper() + title[1:]
        if rng.random() < 0.15:
            title = title.replace(": ", rng.choice((". ", " – ", " - ", "? ")), 1)
        if rng.random() < 0.5:
            venue = rng.choice(venues)
        else:
            long = rng.choice(FORMS).format(rng.choice(SUBJECTS))
            venue = ("".join(word[0] for word in long.split() if word[0].isupper()) + rng.choice(("", "R", "S")), long)
        found.append(Work(title, authors, venue, rng.randint(1975, 2025)))
    return found
