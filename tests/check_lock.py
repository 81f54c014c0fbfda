"""The lock files answer to pyproject.toml, hold hashes and name no index: ``--write`` makes them again."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Pip 23 takes a package and the same with extras for two: each needs its pin.
COMMON = [
    *("--python-version", "3.11", "--universal", "--no-strip-extras", "--generate-hashes"),
    *("--no-emit-index-url", "--no-header", "-q"),
]
LOCKS = {
    "requirements.lock": ["pyproject.toml", "--extra", "report", "--extra", "flows"],
    "requirements-build.lock": ["requirements-build.in"],
    "requirements-dev.lock": [
        *("pyproject.toml", "--extra", "report", "--extra", "flows", "--extra", "dask"),
        *("--group", "dev", "-c", "requirements.lock"),
    ],
}


def compile_lock(name: str, target: Path) -> None:
    """Resolve again, keeping what stands in the target where it still fits."""
    command = [sys.executable, "-m", "uv", "pip", "compile", *LOCKS[name], *COMMON, "-o", str(target)]
    subprocess.run(command, cwd=ROOT, check=True)
    target.write_text(with_bare_pins(target.read_text("utf-8")), "utf-8")


def with_bare_pins(text: str) -> str:
    """The lock in which each package with extras stands once more without them."""
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
    bare = [re.sub(r"^([A-Za-z0-9._-]+)\[[a-z0-9_, -]+\]", r"\1", block) for block in blocks]
    known = set(blocks)
    return "".join(
        block if block == other or other in known else other + block for block, other in zip(blocks, bare, strict=True)
    )


def pins(text: str) -> set[str]:
    return set(re.findall(r"^([A-Za-z0-9._-]+(?:\[[a-z0-9_, -]+\])?==[^ ;\\]+)", text, re.MULTILINE))


def problems(name: str) -> list[str]:
    text = (ROOT / name).read_text("utf-8")
    found = []
    if re.search(r"--(extra-)?index-url|https?://", text):
        found.append(f"{name} names an address")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    found += [f"{name}: no hash for {block.split()[0]}" for block in blocks if "==" in block and "--hash" not in block]
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / name
        fresh.write_text(text, "utf-8")
        compile_lock(name, fresh)
        if pins(fresh.read_text("utf-8")) != pins(text):
            changed = sorted(pins(fresh.read_text("utf-8")) ^ pins(text))
            found.append(f"{name} is out of date ({', '.join(changed[:5])}): run make lock")
    return found


def main() -> int:
    if "--write" in sys.argv:
        for name in LOCKS:
            compile_lock(name, ROOT / name)
        return 0
    found = [problem for name in LOCKS for problem in problems(name)]
    print("\n".join(found) or "locks answer to pyproject.toml")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
