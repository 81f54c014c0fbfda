"""How well the readers read: ``python tests/support/readings.py [-v]`` prints shares of right values per list.

``--sample N`` prints entries of all lists at random beside their lines, to be judged by eye.
``--leave-one-out`` trains the model of slots without a fifth of the lists in turn, and reports on that fifth.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from enrich.errors import InputError
from enrich.readers import read_path, roles, verdicts
from support.shared import SHARED

LISTS, SMALL = SHARED / "lists", SHARED / "cases" / "lists"
READERS = Path(__file__).parents[1] / "unit" / "readers"
GOLDEN = Path(__file__).parents[1] / "golden" / "lists"
NO_LISTS = {"expected", "SOURCES.md"}
RIGHT, LAYOUTS = READERS / "small_lists.yaml", READERS / "layouts.yaml"


def bare(text):
    return re.sub(r"[\W_]+", "", str(text or "").lower())


def names(value):
    text = ", ".join(value) if not isinstance(value, str) else value
    return {bare(part) for part in re.split(r",|;|&|\band\b", re.sub(r"\bet al\b\.?", "", text)) if bare(part)}


def entries_of(path):
    try:
        return read_path(path).entries
    except InputError:
        return ()


def wrong_fields(entry, row):
    """The fields of an entry that differ from what is right."""
    primary = entry.primary_link.url if entry.primary_link else None
    said = {
        "year": entry.year,
        "venue": bare(entry.venue),
        "url": primary,
        "kind": entry.kind.value,
        "acronym": entry.acronym,
        "date": entry.date,
        "section": entry.section_path[-1] if entry.section_path else None,
        "authors": names(entry.authors),
        "labels": set(map(bare, entry.topic_labels)),
    }
    shape = {"venue": bare, "authors": names, "labels": lambda one: set(map(bare, one)), "date": str}
    return {
        name: said[name]
        for name, value in row.items()
        if name in said and said[name] != (shape[name](value) if name in shape and value is not None else value)
    }


def judge_small(path, rows):
    """Mistakes in a small list: titles that are missing or too many, and fields that differ."""
    entries = list(entries_of(path))
    mistakes = []
    for row in rows:
        found = next((one for one in entries if bare(one.title) == bare(row["title"])), None)
        if found is None:
            mistakes.append(f"missing {row['title']!r}")
            continue
        entries.remove(found)
        wrong = wrong_fields(found, row)
        if wrong:
            mistakes.append(f"{row['title'][:40]!r}: {wrong}")
    return mistakes + [f"too many {one.title!r}" for one in entries]


def expected(path):
    file = LISTS / "expected" / f"{path.name if path.is_dir() else path.stem}.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def judge_list(path):
    """Number of entries, shares of expected entries that are right by field, and what is wrong."""
    entries = entries_of(path)
    rows = expected(path)
    counts = {"title": [], "section": [], "year": [], "authors": [], "venue": []}
    problems = []
    for row in rows:
        same = [one for one in entries if bare(one.title) == bare(row["title"])]
        one = min(same, key=lambda entry: abs(entry.line - row["line"]), default=None)
        primary = one and one.primary_link and one.primary_link.url
        others = {other["url"] for other in row.get("other_urls") or ()}
        is_linked = one is not None and (
            primary == row["primary_url"] or (row["primary_url"] is None and (primary is None or primary in others))
        )
        counts["title"].append(is_linked)
        if not is_linked:
            problems.append(f"{row['title'][:60]!r} {'link ' + str(primary) if one else 'missing'}")
        if one is None:
            continue
        checks = {"section": bool(one.section_path) and one.section_path[-1] == row["section"]}
        if row.get("year"):
            checks["year"] = one.year == row["year"]
        if row.get("authors"):
            checks["authors"] = names(one.authors) == names(row["authors"])
        if row.get("venue"):
            checks["venue"] = bare(one.venue) == bare(row["venue"])
        for name, is_right in checks.items():
            counts[name].append(is_right)
            if not is_right:
                said = {"section": one.section_path, "year": one.year, "authors": one.authors, "venue": one.venue}[name]
                problems.append(f"{row['title'][:40]!r} {name}: {said!r} for {row[name]!r}")
    return len(entries), {name: sum(found) / len(found) if found else None for name, found in counts.items()}, problems


def shares():
    """The share of right values of every list: its kind and name, then a number from 0 to 1."""
    found = {}
    for path in sorted(LISTS.iterdir()):
        if expected(path):
            _, fields, _ = judge_list(path)
            known = [share for share in fields.values() if share is not None]
            found["public list", path.name] = sum(known) / len(known)
    for name, rows in yaml.safe_load(RIGHT.read_text(encoding="utf-8")).items():
        found["small list", name] = judged(SMALL / name, rows)
    with tempfile.TemporaryDirectory() as folder:
        for layout in yaml.safe_load(LAYOUTS.read_text(encoding="utf-8")):
            path = Path(folder, f"list{layout.get('suffix', '.md')}")
            path.write_text(layout["text"], encoding="utf-8")
            found["own layout", layout["name"]] = judged(path, layout["entries"])
    return found


def judged(path, rows):
    """The share of entries without a mistake."""
    return max(0.0, 1 - len(judge_small(path, rows)) / max(1, len(rows)))


def small_mistakes():
    """What is wrong in the small lists and in layouts of our own."""
    found = {name: judge_small(SMALL / name, rows) for name, rows in yaml.safe_load(RIGHT.read_text()).items()}
    with tempfile.TemporaryDirectory() as folder:
        for layout in yaml.safe_load(LAYOUTS.read_text(encoding="utf-8")):
            path = Path(folder, f"list{layout.get('suffix', '.md')}")
            path.write_text(layout["text"], encoding="utf-8")
            found[layout["name"]] = judge_small(path, layout["entries"])
    return found


def golden_entries():
    """Every entry of the golden lists."""
    return {path.name: entries_of(path) for path in sorted(GOLDEN.iterdir())}


def public_mistakes():
    """Numbers of entries of the public lists, and what is wrong in those with hand-checked ones."""
    return {path.name: judge_list(path) for path in sorted(LISTS.iterdir()) if path.name not in NO_LISTS}


PARTS = (golden_entries, small_mistakes, public_mistakes)


def learned_as(kind, name):
    """The name of a list in the table that the model learns from."""
    stem = name if kind == "small list" else Path(name).stem
    return {"public list": f"silver {stem}", "small list": f"silver small-{stem}", "own layout": f"layouts {name}"}[
        kind
    ]


def leave_one_out():
    """Train without a fifth of all lists in turn; print the shares of right values of those left out, by kind."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from benchmarks import readers

    shipped = shares()
    lists, cases, drawn = readers.stored(), readers.stored_cases(), readers.drawn(readers.N_DRAWN)
    names = sorted(shipped)
    random.Random(1).shuffle(names)
    left_out = {}
    for fold in range(5):
        left = {learned_as(*one) for one in names[fold::5]}
        model = readers.learn({name: runs for name, runs in lists.items() if name not in left} | drawn)
        entries = readers.learn_verdicts({name: rows for name, rows in cases.items() if name not in left})
        roles.weights = lambda model=model: (model["slots"], model["siblings"], model["share"])
        verdicts.weights = lambda entries=entries: entries
        found = shares()
        left_out |= {one: found[one] for one in names[fold::5]}
    for kind in dict.fromkeys(kind for kind, _ in shipped):
        found = [left_out[one] for one in names if one[0] == kind]
        now = [shipped[one] for one in names if one[0] == kind]
        print(
            f"{kind:12} {len(found):3} lists  left out {sum(found) / len(found):.2%}  shipped {sum(now) / len(now):.2%}"
        )
    for kind, name in names:
        if left_out[kind, name] < shipped[kind, name]:
            print(f"  {name}: {left_out[kind, name]:.1%} for {shipped[kind, name]:.1%}")


def print_sample(n):
    """Entries at random, each with the place in its list where its title stands."""
    known = [
        (path.name, entry, path.read_text(encoding="utf-8").split("\n"))
        for path in sorted(LISTS.glob("*.*"))
        if path.is_file() and path.name != "SOURCES.md"
        for entry in entries_of(path)
    ]
    for name, entry, lines in random.Random(n).sample(known, n):
        title = entry.title or ""
        text = " ".join(lines[entry.line - 1 : entry.line + 1])
        start = max(0, text.find(title[:20]) - 25)
        print(f"{name}:{entry.line} [{entry.kind.value}] {title}\n    {text[start : start + len(title) + 50]}")


def main():
    if "--sample" in sys.argv:
        print_sample(int(sys.argv[sys.argv.index("--sample") + 1]))
        return
    if "--leave-one-out" in sys.argv:
        leave_one_out()
        return
    is_verbose = "-v" in sys.argv
    print(f"{'list':44} entries  " + "  ".join(f"{one:>8}" for one in ("title", "section", "year", "authors", "venue")))
    for path in sorted(LISTS.iterdir()):
        if path.name in NO_LISTS:
            continue
        n, shares, problems = judge_list(path)
        row = "  ".join(f"{'' if share is None else f'{share:.1%}':>8}" for share in shares.values())
        print(f"{path.name[:44]:44} {n:7}  {row}")
        if is_verbose:
            print(*(f"      {one}" for one in problems), sep="\n")
    right = yaml.safe_load(RIGHT.read_text(encoding="utf-8"))
    wrong = {name: found for name, rows in right.items() if (found := judge_small(SMALL / name, rows))}
    print(f"small lists: {len(right) - len(wrong)} of {len(right)} right")
    for name, found in wrong.items():
        print(f"  {name}: {len(found)}", *(f"      {one}" for one in found if is_verbose), sep="\n")


if __name__ == "__main__":
    main()
