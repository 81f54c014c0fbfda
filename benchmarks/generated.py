"""Pairs of descriptions generated from arXiv's metadata (CC0): variants of one work, and works that are nearly alike.

Everything is seeded: the same snapshot gives the same pairs. Records whose identifier falls into the tenth part that
``is_held_out`` names are never trained on.
"""

from __future__ import annotations

import json
import random
import zlib
from collections import defaultdict
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

from enrich.matching.word_bits import FUNCTION_WORDS, RAREST, bits_of, stem
from enrich.text.names import parse_name
from enrich.text.title_forms import normalize_title, split_subtitle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Fields = dict[str, Any]
Pair = dict[str, Any]
VENUES = (
    ("Physical Review Letters", "Phys. Rev. Lett."),
    ("Journal of Machine Learning Research", "JMLR", "J. Mach. Learn. Res."),
    ("Advances in Neural Information Processing Systems", "NeurIPS", "NIPS"),
    ("Annals of Statistics", "Ann. Statist.", "The Annals of Statistics"),
    (
        "International Conference on Machine Learning",
        "ICML",
        "Proceedings of the 34th International Conference on Machine Learning",
    ),
    ("The Astrophysical Journal", "Astrophys. J.", "ApJ"),
    ("Transactions of the American Mathematical Society", "Trans. Amer. Math. Soc.", "Transactions of the AMS"),
    ("IEEE Transactions on Information Theory", "IEEE Trans. Inf. Theory", "IEEE Trans. Inform. Theory"),
    ("Computer Vision and Pattern Recognition", "CVPR", "IEEE Conference on Computer Vision and Pattern Recognition"),
    ("Journal of High Energy Physics", "JHEP", "J. High Energy Phys."),
    ("Proceedings of the National Academy of Sciences", "PNAS", "Proc. Natl. Acad. Sci. USA"),
    ("Communications in Mathematical Physics", "Commun. Math. Phys.", "Comm. Math. Phys."),
    ("SIAM Journal on Numerical Analysis", "SIAM J. Numer. Anal."),
    ("Monthly Notices of the Royal Astronomical Society", "MNRAS", "Mon. Not. R. Astron. Soc."),
)
"""Names under which catalogues know the same venue."""
PUBLISHERS = (
    ("Springer", "Springer-Verlag", "Springer Berlin Heidelberg"), ("Oxford University Press", "Oxford Univ. Press"),
    ("Cambridge University Press", "Cambridge Univ. Press"), ("Wiley", "John Wiley & Sons"),
    ("MIT Press", "The MIT Press"),
)  # fmt: skip


def is_held_out(identifier: str) -> bool:
    """Whether a record belongs to the tenth that is never trained on."""
    return zlib.crc32(identifier.encode()) % 10 == 0


def read_snapshot(path: Path) -> list[Fields]:
    """Title, authors, year, arXiv id and DOI of each record, in the order of the file."""
    import lzma

    records = []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            people = row["authors"].split(", ")
            records.append({
                "title": " ".join(row["title"].split()), "authors": people,
                "year": int(row["versions"][0]["created"][:4]), "arxiv_id": row["id"], "doi": row["doi"],
            })  # fmt: skip
    return records


def sample(records: Sequence[Fields], n: int, seed: int, *, held_out: bool, n_words: int = 4) -> list[Fields]:
    """Distinct records with a title of four words (``n_words``) or more and a person."""
    rng = random.Random(seed)
    found: dict[str, Fields] = {}
    while len(found) < n:
        one = records[rng.randrange(len(records))]
        is_usable = len(one["title"].split()) >= n_words and any(map(str.isalpha, one["authors"][0]))
        if is_usable and is_held_out(one["arxiv_id"]) is held_out:
            found[one["arxiv_id"]] = one
    return list(found.values())


# --- variants of one work


def _typo(title: str, rng: random.Random) -> str:
    words = title.split()
    places = [place for place, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if not places:
        return title
    place = rng.choice(places)
    letters, at = list(words[place]), rng.randrange(1, len(words[place]) - 1)
    kind = rng.choice(("drop", "double", "swap", "change"))
    if kind == "drop":
        del letters[at]
    elif kind == "double":
        letters.insert(at, letters[at])
    elif kind == "swap":
        letters[at], letters[at - 1] = letters[at - 1], letters[at]
    else:
        letters[at] = rng.choice("abcdefghijklmnopqrstuvwxyz")
    words[place] = "".join(letters)
    return " ".join(words)


def _damage(text: str, rng: random.Random) -> str:
    """What conversions leave: ligatures lost, letters with accents replaced, entities set apart."""
    for ligature in ("ffi", "fi", "fl", "ff"):
        if ligature in text:
            return text.replace(ligature, rng.choice((" ", "?")), 1)
    for letter in text:
        if not letter.isascii() and letter.isalpha():
            return text.replace(letter, rng.choice(("?", f" &#{ord(letter)}; ", f"&#{ord(letter)};")))
    return _typo(text, rng)


def _without_subtitle(title: str, rng: random.Random) -> str:
    main, subtitle = split_subtitle(title)
    return main if subtitle and len(main.split()) >= 3 else title.lower() if rng.random() < 0.5 else title.upper()


def _respell(title: str, rng: random.Random) -> str:
    changes = (
        ("ization", "isation"),
        ("avior", "aviour"),
        ("-", " "),
        (" and ", " & "),
        ("odels", "odel"),
        ("eling", "elling"),
    )
    fitting = [change for change in changes if change[0] in title]
    return title.replace(*rng.choice(fitting)) if fitting else rng.choice(("{}.", "The {}", "On {}")).format(title)


_TITLE_CHANGES: tuple[Callable[[str, random.Random], str], ...] = (_typo, _damage, _without_subtitle, _respell)


def _initials(name: str) -> str:
    author = parse_name(name)
    if not author.family or not author.given:
        return name
    return (
        " ".join(word[0] + "." for word in author.given.replace("-", " ").split() if word[:1].isalpha())
        + " "
        + author.family
    )


def _family_first(name: str) -> str:
    author = parse_name(name)
    return f"{author.family}, {author.given}" if author.family and author.given else name


def change_authors(names: Sequence[str], rng: random.Random) -> list[str]:
    """The people in another order, by initials, family first, cut off or damaged."""
    names = [name for name in names if any(map(str.isalpha, name))]
    kind = rng.choice(("order", "initials", "family", "cut", "damage", "same", "initials and cut"))
    if kind == "order":
        names = rng.sample(names, len(names))
    if "initials" in kind:
        names = list(map(_initials, names))
    if kind == "family":
        names = list(map(_family_first, names))
    if "cut" in kind and len(names) > 2:
        names = [*names[: rng.randrange(1, 3)], "et al."]
    if kind == "damage":
        names = [_damage(name, rng) if not name.isascii() else name for name in names]
    return names


def vary(record: Fields, rng: random.Random) -> Pair:
    """A record and another description of the same work."""
    title = record["title"]
    for _ in range(rng.choice((0, 1, 1, 1, 2))):
        title = rng.choice(_TITLE_CHANGES)(title, rng)
    return describe(record, {**record, "title": title}, rng, same=True)


def describe(record: Fields, other: Fields, rng: random.Random, *, same: bool, same_place: bool = True) -> Pair:
    """The pair of two works, or of one, as catalogues describe them: what is known does not tell which it is."""
    left: Fields = {"title": record["title"], "authors": list(record["authors"]), "year": record["year"]}
    right: Fields = {"title": other["title"], "authors": change_authors(other["authors"], rng), "year": other["year"]}
    venue = rng.choice(VENUES)
    other_venue = venue if same or same_place or rng.random() < 0.4 else rng.choice(VENUES)
    form = rng.choice(("preprint", "preprint", "published", "published", "published", "book", "plain"))
    if form == "preprint":
        left |= {"type": "preprint", "arxiv_id": record["arxiv_id"]}
        published = {"venue": rng.choice(other_venue)} | ({"type": "article-journal"} if rng.random() < 0.4 else {})
        right |= published if rng.random() < 0.7 else {"type": "preprint"}  # or another server's copy
        right["year"] += rng.choice((0, 0, 1, 1, 2, 3)) if same else 0
        if rng.random() < 0.5:
            right["doi"] = other["doi"] or _own_doi(other)
    elif form == "book":
        publisher = rng.choice(PUBLISHERS)
        left |= {"type": "book", "publisher": rng.choice(publisher)}
        right |= {"type": "book", "publisher": rng.choice(publisher)} if rng.random() < 0.6 else {}
    elif form == "published":
        left["venue"], right["venue"] = rng.choice(venue), rng.choice(other_venue)
        if rng.random() < 0.3:
            left["type"] = right["type"] = "article-journal"
        _place(left, right, rng, same=same)
        _give_dois(left, right, (record, other), rng, same=same)
    for name, chance in (("year", 0.2), ("venue", 0.2), ("authors", 0.06)):
        if rng.random() < chance:
            right.pop(name, None)
    if rng.random() < 0.5:
        left, right = right, left
    return {"left": left, "right": right, "same": same, "group": record["arxiv_id"]}


def _place(left: Fields, right: Fields, rng: random.Random, *, same: bool) -> None:
    if rng.random() < 0.35:
        for side, step in ((left, 0), (right, 0 if same else rng.randrange(1, 60))):
            first = 7 * len(left["title"]) + 13 * step
            side |= {"volume": str(1 + (left["year"] + step // 9) % 90), "pages": f"{first}-{first + 11}"}


def _own_doi(record: Fields) -> str:
    return f"10.1{len(record['title']):03}/x.{record['arxiv_id']}"


def _give_dois(left: Fields, right: Fields, works: tuple[Fields, Fields], rng: random.Random, *, same: bool) -> None:
    """One work has several DOIs where a repository or an archive registers its own copy, or another version."""
    chance = rng.random()
    own, others = (work["doi"] or _own_doi(work) for work in works)
    number = zlib.crc32(own.encode()) % 10**7
    if not same:
        registrant = own.partition("/")[0]
        if chance < 0.25:
            left["doi"], right["doi"] = own, f"{registrant}/{number}" if chance < 0.15 or others == own else others
    elif chance < 0.1:
        left["doi"] = right["doi"] = own
    elif chance < 0.22:
        copy = rng.choice(("10.2307/", "10.5281/zenodo.", "10.17863/cam.", "10.3929/ethz-b-", "10.6084/m9.figshare."))
        left["doi"], right["doi"] = own, f"{copy}{number}"
    elif chance < 0.25:
        left["doi"], right["doi"] = f"10.5281/zenodo.{number}", f"10.5281/zenodo.{number + rng.randrange(1, 9)}"


# --- works that are nearly alike


@cache
def _replacements() -> dict[float, list[str]]:
    from importlib.resources import files

    text = files("enrich.matching").joinpath("word_bits.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines())
    return {float(bits): [word for word in words if _is_content(word)] for bits, *words in rows}


_COMMONEST = 5


def _is_content(word: str) -> bool:
    return len(word) > 3 and word.isalpha() and word.isascii() and word not in FUNCTION_WORDS


def swap_words(title: str, n: int, rng: random.Random) -> str | None:
    """The title with content words swapped for others of similar rarity; None where it has too few."""
    words = title.split()
    places = [
        place
        for place, word in enumerate(words)
        if _is_content(word.lower()) and _COMMONEST <= bits_of(word.lower()) < RAREST
    ]
    if len(places) < n + 1:
        return None
    for place in rng.sample(places, n):
        old = words[place].lower()
        new = rng.choice(_replacements()[bits_of(old)])
        if stem(new) == stem(old):
            return None
        words[place] = new.capitalize() if words[place][0].isupper() else new
    return " ".join(words)


def swap(record: Fields, rng: random.Random) -> Pair | None:
    """A record and a work of the same people, year and venue whose title has one or two words swapped."""
    title = swap_words(record["title"], rng.choice((1, 2)), rng)
    return None if title is None else describe(record, {**record, "title": title}, rng, same=False)


def siblings(records: Iterable[Fields], n: int, seed: int) -> Iterator[Pair]:
    """Works of the same people with titles alike; a few of them are versions of one work that arXiv holds twice."""
    rng = random.Random(seed)
    works: dict[tuple[str, ...], list[Fields]] = defaultdict(list)
    for record in records:
        works[tuple(record["authors"])].append(record)
    found = []
    for group in works.values():
        for left, right in combinations(group if len(group) <= 40 else (), 2):
            is_alike = 62 <= fuzz.ratio(left["title"].lower(), right["title"].lower()) < 93
            if is_alike and not is_held_out(left["arxiv_id"]):
                found.append((left, right))
    for left, right in rng.sample(found, min(n, len(found))):
        yield describe(left, right, rng, same=False, same_place=rng.random() < 0.6)


def namesakes(records: Sequence[Fields], n: int, seed: int) -> Iterator[tuple[Fields, Fields]]:
    """Works of other people with the nearest title among those that share two rare words."""
    rng = random.Random(seed)
    by_words: dict[tuple[str, ...], list[Fields]] = defaultdict(list)
    for record in records:
        words = sorted(set(normalize_title(record["title"]).split()), key=lambda word: (-bits_of(word), word))
        by_words[tuple(words[:2])].append(record)
    groups = [group for _, group in sorted(by_words.items()) if 1 < len(group) <= 40]
    n_found = 0
    while n_found < n:
        group = rng.choice(groups)
        left = rng.choice(group)
        others = [one for one in group if not set(one["authors"]) & set(left["authors"])]
        if others and not is_held_out(left["arxiv_id"]):
            n_found += 1
            yield (
                left,
                max(others, key=lambda one: (fuzz.token_sort_ratio(left["title"], one["title"]), one["arxiv_id"])),
            )


def bare(title: str, record: Fields, *, same: bool, rng: random.Random) -> Pair:
    """A title as a list writes it, and a record of a catalogue."""
    left: Fields = {"title": title}
    if rng.random() < 0.15:
        left["year"] = record["year"] + rng.choice((0, 0, 0, 1))
    right = {"title": record["title"], "authors": list(record["authors"]), "year": record["year"]}
    form = rng.random()
    if form < 0.6:
        right |= {"type": "preprint", "arxiv_id": record["arxiv_id"]}
    elif form < 0.85:
        right |= {
            "type": "article-journal",
            "venue": rng.choice(rng.choice(VENUES)),
            "doi": record["doi"] or _own_doi(record),
        }
    if form > 0.75:
        right.pop(rng.choice(("year", "authors")))
    return {"left": left, "right": right, "same": same, "group": record["arxiv_id"]}


def change_title(title: str, rng: random.Random) -> str:
    """The title as somebody may write it from memory."""
    return rng.choice((*_TITLE_CHANGES, _typo_twice, _move, _turn, _main_title, _cut, lambda text, _: text))(title, rng)


def _typo_twice(title: str, rng: random.Random) -> str:
    return _typo(_typo(title, rng), rng)


def _move(title: str, rng: random.Random) -> str:
    words = title.split()
    place = rng.randrange(1, len(words))
    words[place - 1 : place + 1] = words[place - 1 : place + 1][::-1]
    return " ".join(words)


def _turn(title: str, rng: random.Random) -> str:
    """What stands before and behind a connecting word exchanged: ``X for Y`` is ``Y using X``."""
    main, subtitle = split_subtitle(title)
    words = (subtitle or main).split()
    places = [place for place, word in enumerate(words) if word in ("for", "with", "using", "via", "by", "in")]
    places = [place for place in places if 2 <= place < len(words) - 2]
    if not places:
        return _move(title, rng)
    place = rng.choice(places)
    turned = " ".join([*words[place + 1 :], rng.choice(("for", "with", "using", "via")), *words[:place]])
    return f"{main}: {turned}" if subtitle else turned


def _main_title(title: str, _: random.Random) -> str:
    main = split_subtitle(title)[0]
    return main if len(main.split()) > 1 else title


def _cut(title: str, rng: random.Random) -> str:
    """Without the last words, where much is left."""
    words = title.split()
    return " ".join(words[: -rng.randrange(2, 5)]) if len(words) > 9 else title


def are_titles_equal(left: Fields, right: Fields) -> bool:
    """Whether two records bear one title."""
    return normalize_title(left["title"]) == normalize_title(right["title"])
