"""References of HALLMARK against a catalogue of its valid records: what is flagged, by type of fabrication.

``python -m benchmarks.hallmark`` prints a table; with ``--unclaimed`` the catalogue claims no completeness, so that
what is in no record stays open; ``--errors`` lists what went wrong. Labels are read only after the verdicts stand.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from enrich.catalogue.build import build_catalogue
from enrich.config import load_settings
from enrich.model.reference import Reference
from enrich.session.session import Session
from enrich.text.names import parse_name, to_family_first
from enrich.text.venues import find_venue, venue_names

SET = Path(__file__).parents[2] / "shared" / "labelled" / "hallmark-dev.jsonl"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Measured:
    """What is flagged of the fabricated references (1) and of the valid ones (0)."""

    pairs: tuple[tuple[str, bool], ...]
    """Type of each reference (``VALID`` or that of its fabrication), and whether it was flagged."""

    def rate(self, *kinds: str) -> float:
        chosen = [flagged for kind, flagged in self.pairs if kind in kinds or (not kinds and kind != "VALID")]
        return sum(chosen) / max(len(chosen), 1)

    @property
    def f1(self) -> float:
        true = sum(flagged for kind, flagged in self.pairs if kind != "VALID")
        flagged = sum(flagged for _, flagged in self.pairs)
        fabricated = sum(kind != "VALID" for kind, _ in self.pairs)
        return 2 * true / max(flagged + fabricated, 1)

    def __str__(self) -> str:
        return f"DR {self.rate():.3f}, FPR {self.rate('VALID'):.3f}, F1 {self.f1:.3f} of {len(self.pairs):,}"


def read_rows(path: Path = SET) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def to_bibtex(rows: Iterable[Row]) -> str:
    """The references as a user would have them; none of their labels."""
    parts = []
    for row in rows:
        fields = "".join(f"  {name} = {{{_balanced(value)}}},\n" for name, value in row["fields"].items())
        parts.append(f"@{row['bibtex_type']}{{{row['bibtex_key']},\n{fields}}}\n")
    return "\n".join(parts)


def _balanced(value: str) -> str:
    """A value as it is, or without braces where the set has cut it inside of them."""
    return value if value.count("{") == value.count("}") else value.replace("{", "").replace("}", "")


def judge(
    rows: Sequence[Row], known: Sequence[Row], folder: Path, *, complete: Sequence[str] = ("all",)
) -> list[Reference]:
    """The verdicts on references in their order, given a catalogue of the known ones."""
    folder.mkdir(parents=True, exist_ok=True)
    snapshot, listed = folder / "known.bib", folder / "refs.bib"
    snapshot.write_text(to_bibtex(known), "utf-8")
    listed.write_text(to_bibtex(rows), "utf-8")
    build_catalogue([snapshot], folder / "catalogue", complete=complete)
    settings = load_settings(overrides={"state_dir": folder / "state", "catalogue": folder / "catalogue"})
    with Session(settings, offline=True) as session:
        references = session.enrich(session.read([str(listed)])).references
    assert len(references) == len(rows), (len(references), len(rows))
    return list(references)


def kind_of(row: Row) -> str:
    return str(row.get("hallucination_type") or row["label"])


def measure(rows: Sequence[Row], references: Sequence[Reference], *flagging: str) -> Measured:
    """Flagged is what has one of these verdicts."""
    flagging = flagging or ("contradicted",)
    pairs = zip(rows, references, strict=True)
    return Measured(tuple((kind_of(row), one.status in flagging) for row, one in pairs))


def in_other_forms(rows: Iterable[Row]) -> list[Row]:
    """Valid references as other people would write them: none of this makes a reference false."""
    changed = []
    for number, row in enumerate(rows):
        fields = dict(row["fields"])
        authors = [parse_name(name) for name in fields["author"].split(" and ") if name != "others"]
        people = [one for one in authors if one.family and one.given and one.given[0].isalpha()]
        if number % 4 == 1 and len(people) == len(authors):
            rest = ["others"] if fields["author"].endswith(" others") else []
            fields["author"] = " and ".join([*(f"{one.family}, {one.given[0]}." for one in people), *rest])
        elif number % 4 == 2:
            fields["author"] = " and ".join([*fields["author"].split(" and ")[: 1 + number % 3], "others"])
        elif number % 4 == 3 and len(people) == len(authors):
            rest = ["others"] if fields["author"].endswith(" others") else []
            fields["author"] = " and ".join([*map(to_family_first, people), *rest])
        fields["title"] = (fields["title"], fields["title"].lower(), f"{{{fields['title']}}}")[number % 3]
        venue = fields.get("booktitle")
        names = venue_names(find_venue(venue or "") or "")
        if names:
            year = fields["year"]
            forms = ("{}", "Proceedings of the {}", f"{{}} ({year})", f"{year} {{}}", "Proc. of the Thirty-Ninth {}")
            fields["booktitle"] = forms[number % 5].format(names[number % len(names)])
        changed.append({**row, "fields": fields})
    return changed


def half_of(row: Row) -> int:
    """In which half of the set a reference is, by its title: fabrications of one work mostly stay together."""
    return crc32(str(row["fields"].get("title", "")).lower().encode()) % 2


def main(arguments: Sequence[str]) -> None:
    complete = () if "--unclaimed" in arguments else ("all",)
    rows = read_rows()
    with tempfile.TemporaryDirectory() as folder:
        valid = [row for row in rows if row["label"] == "VALID"]
        references = judge(rows, valid, Path(folder), complete=complete)
    for flagging in (("contradicted",), ("contradicted", "open")):
        measured = measure(rows, references, *flagging)
        print(f"flagged as {' or '.join(flagging)}: {measured}")
        for half in (0, 1):
            part = [place for place, row in enumerate(rows) if half_of(row) == half]
            print(f"  half {half}: {measure([rows[at] for at in part], [references[at] for at in part], *flagging)}")
    counts = Counter(kind_of(row) for row in rows)
    print("| type | references | contradicted | open | verified |\n|---|---|---|---|---|")
    for kind, count in sorted(counts.items()):
        mine = Counter(str(one.status) for row, one in zip(rows, references, strict=True) if kind_of(row) == kind)
        print(f"| {kind} | {count} | {mine['contradicted']} | {mine['open']} | {mine['verified']} |")
    with tempfile.TemporaryDirectory() as folder:
        others = in_other_forms(valid)
        retold = judge(others, valid, Path(folder), complete=complete)
    print(f"valid references in other words: contradicted {measure(others, retold).rate('VALID'):.3f}, "
          f"not verified {measure(others, retold, 'contradicted', 'open').rate('VALID'):.3f}")  # fmt: skip
    if "--errors" in arguments:
        for row, one in zip(others, retold, strict=True):
            if one.status != "verified":
                print("other words |", one.summary, "|", dict(row["fields"]))
        for row, one in zip(rows, references, strict=True):
            if (one.status == "verified") == (row["label"] != "VALID"):
                print(kind_of(row), "|", one.summary, "|", dict(row["fields"]), "|", row["explanation"][:120], "|",
                      one.record and one.record.title)  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
