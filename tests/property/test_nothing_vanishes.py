"""Nothing vanishes unsaid: every entry head and link to a paper is in an entry or an omission, whatever is damaged."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from enrich.errors import InputError
from enrich.readers import read_files

pytestmark = pytest.mark.property

GOLDEN = Path(__file__).parents[1] / "golden" / "lists"
BIB = (GOLDEN / "f16_bibliography.bib").read_text(encoding="utf-8")
HEAD = re.compile(r"^@(?!string|preamble|comment)\w+\s*[{(]", re.MULTILINE | re.IGNORECASE)
TITLES = [
    "Deep Residual Learning for Image Recognition",
    "Adam: A Method for Stochastic Optimization",
    "Segment Anything",
    "GPT-4 Technical Report",
]


def read(text, name):
    return read_files({name: text.encode()}, name="list", source=name)


def n_told(text):
    try:
        found = read(text, "a.bib")
    except InputError:
        return None
    return len(found.entries) + len(found.parents) + len(found.omissions)


@pytest.mark.parametrize("position", [place for place, sign in enumerate(BIB) if sign in ',{}"()'])
def test_a_sign_that_is_deleted_loses_no_entry(position):
    text = BIB[:position] + BIB[position + 1 :]
    heads = len(HEAD.findall(text))
    told = n_told(text)
    assert told is None or told >= heads - 1, text[max(0, position - 40) : position + 40]
    if told == heads - 1:  # the head itself is no head any more, or a group's comment now holds what follows
        assert BIB[position] in "{(," or "@comment" in BIB[position - 400 : position]


def test_two_thousand_damaged_files_raise_nothing_past_the_entry():
    luck = random.Random(20261126)
    pieces = [
        "{",
        "}",
        '"',
        ",",
        "=",
        "@",
        "#",
        "\n",
        "%",
        "\\",
        "@misc{",
        "}}",
        "$",
        "{\\",
        "\r",
        "\x00",
        "é",
        "(",
        ")",
    ]
    for _ in range(2000):
        letters = list(BIB)
        for _ in range(luck.randint(1, 12)):
            place = luck.randrange(len(letters))
            match luck.randrange(3):
                case 0:
                    letters[place] = ""
                case 1:
                    letters.insert(place, luck.choice(pieces))
                case _:
                    letters[place] = luck.choice(pieces)
        try:
            found = read("".join(letters), "a.bib")
        except InputError:
            continue
        assert all(entry.title or entry.identifiers or entry.problems for entry in found.entries)


def items(n=8):
    return [
        (f"{TITLES[number % 4]} {number}", f"https://arxiv.org/abs/2001.{number:05d}") for number in range(1, n + 1)
    ]


WRAPPED = {
    "quote": lambda title, url: f"\n> - [{title}]({url})\n\n",
    "callout": lambda title, url: f"\n> [!NOTE]\n> - [{title}]({url})\n\n",
    "callout with a paragraph": lambda title, url: f"\n> [!TIP]\n> [{title}]({url})\n\n",
    "summary with a linked title": lambda title, url: (
        f'\n<details>\n<summary><a href="{url}">{title}</a></summary>\nWhat it is about.\n</details>\n\n'
    ),
    "summary with a title and a link": lambda title, url: (
        f'\n<details><summary>{title} <a href="{url}">[paper]</a></summary>\n\nWhat it is about.\n\n</details>\n\n'
    ),
    "summary in Markdown": lambda title, url: (
        f"\n<details>\n<summary>\n\n[{title}]({url})\n\n</summary>\n\nWhat it is about.\n\n</details>\n\n"
    ),
    "item with details": lambda title, url: (
        f'- <details><summary><b>{title}</b> <a href="{url}">paper</a></summary>What it is about.</details>\n'
    ),
}


@pytest.mark.parametrize("kind", WRAPPED)
@pytest.mark.parametrize("wrapped", [{0}, {3}, {7}, {2, 3}, set(range(8))], ids=str)
def test_an_item_that_is_wrapped_stays_an_entry(kind, wrapped):
    lines = [
        WRAPPED[kind](title, url) if place in wrapped else f"- [{title}]({url})\n"
        for place, (title, url) in enumerate(items())
    ]
    found = read("# Papers\n\n" + "".join(lines), "a.md")
    assert {entry.title for entry in found.entries} == {title for title, _ in items()}
    assert {entry.links[0].url for entry in found.entries} == {url for _, url in items()}


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.md")), ids=lambda path: path.stem)
@pytest.mark.parametrize("wrap", ["quote", "details"])
def test_a_golden_list_that_is_wrapped_loses_no_link_to_a_paper(path, wrap):
    text = path.read_text(encoding="utf-8")
    body = (
        "".join(f"> {line}" for line in text.splitlines(keepends=True))
        if wrap == "quote"
        else f"<details>\n<summary>All</summary>\n\n{text}\n\n</details>\n"
    )
    links = {url.rstrip(").,") for url in re.findall(r"https?://arxiv\.org/[^\s)>\"\]]+", text)}
    try:
        found = read(f"# Papers\n\n{body}", "a.md")
    except InputError:
        pytest.fail("no entry is left")
    kept = {link.url for entry in found.entries for link in entry.links} | {
        url for one in found.omissions for url in one.urls
    }
    assert {url for url in links if not any(url in known for known in kept)} == set()
