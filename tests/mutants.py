"""How many small changes of the core rooms their own tests notice: a sample of mutmut's mutants, room by room.

``python tests/mutants.py [--sample 60] [--seed 1] [ROOM…]`` prints the share killed of each room and the survivors.
What is mutated stands in ``mutants/`` (``mutmut show NAME`` prints one).
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("merge", "rounds", "works", "matching", "fetch")
_SURVIVED = (0, 33)
"""Exit codes of the tests that mean that nobody noticed: passed, reached by no test."""
_OUT_OF_TIME = -24
"""A mutant that never ends is noticed; many of them are a test that hangs in a forked process, and prove nothing."""


def mutmut(*names: str) -> str:
    """What mutmut prints about these mutants; it makes all of them first, and finds out which tests reach which."""
    command = [sys.executable, "-m", "mutmut", "run", *names]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout


def read_outcomes() -> dict[str, dict[str, int | None]]:
    """The exit code of the tests for each mutant, by room; None where it has not been tried."""
    found: dict[str, dict[str, int | None]] = defaultdict(dict)
    for path in sorted((ROOT / "mutants" / "src" / "enrich").rglob("*.meta")):
        for name, code in json.loads(path.read_text("utf-8"))["exit_code_by_key"].items():
            found[name.split(".")[1]][name] = code
    return found


def main() -> int:
    """Sample, run, report; 0 where every room has the share that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=", ".join(ROOMS))
    parser.add_argument("--sample", type=int, default=60, help="mutants of each room")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--least", type=float, default=0.85, help="share that must be killed")
    chosen = parser.parse_args()
    (ROOT / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)  # which tests reach what, before the last edits
    printed = mutmut("enrich.none")
    made = read_outcomes()
    if not made:
        print(printed[-2000:], file=sys.stderr)
        return 1
    generator = random.Random(chosen.seed)
    samples = {
        room: generator.sample(sorted(made[room]), min(chosen.sample, len(made[room])))
        for room in chosen.rooms or ROOMS
    }
    printed = mutmut(*(name for names in samples.values() for name in names))
    outcomes, is_enough = read_outcomes(), True
    if any(outcomes[room][name] is None for room, names in samples.items() for name in names):
        print(printed[-2000:], file=sys.stderr)
        return 1
    for room, names in samples.items():
        survivors = [name for name in names if outcomes[room][name] in _SURVIVED]
        share = 1 - len(survivors) / len(names)
        is_enough &= share >= chosen.least
        late = sum(outcomes[room][name] == _OUT_OF_TIME for name in names)
        print(f"{room:10} {share:4.0%} of {len(names)} killed, {late} of them by time ({len(made[room]):,} mutants)")
        for name in survivors:
            print(f"    {name}")
    return 0 if is_enough else 1


if __name__ == "__main__":
    sys.exit(main())
