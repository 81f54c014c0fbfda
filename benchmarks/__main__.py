"""``python -m benchmarks [NAME…]``: run the benchmarks ``bench_NAME.py`` and print one table."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from benchmarks.harness import Row


def main(names: list[str]) -> int:
    known = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    if unknown := sorted(set(names) - set(known)):
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    broken = 0
    for name in names or known:
        print(f"\n{name}")
        module = importlib.import_module(f"benchmarks.bench_{name}")
        row: Row
        for row in module.run():
            bound = "" if row.bound is None else f"  ({'at least' if row.at_least else 'at most'} {row.bound:g})"
            print(f"  {row.name:<58} {row.value:>12,.2f} {row.unit:<10}{bound}{'' if row.is_kept else '  BROKEN'}")
            if row.note:
                print(f"    {row.note}")
            sys.stdout.flush()
            broken += not row.is_kept
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
