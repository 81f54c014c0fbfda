"""What each rule, veto and feature of identity is good for: how many verdicts change when it is switched off.

``python -m benchmarks.ablation [N]`` takes every N-th pair of the public sets and all of ``tests/labelled``. A
rule is whatever stands on the level of a module of the room: a pattern then matches nothing, a set is empty, a test
says no, an entry of a table is left out, a feature is unknown. The weights stay, so that what trees would learn in its
place is not told.
"""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
import sys
from dataclasses import replace
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import enrich.matching
from benchmarks import generated, identity
from enrich.matching.features import FEATURES
from enrich.matching.model import load_model
from enrich.matching.verify import judge
from enrich.model.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Rule = tuple[str, object, object]
"""A name, what stands there, and what stands in its place; a feature has neither."""
_ANSWERS = {"bool": False, "bool | None": None}
_LABELS = {Status.EXACT: 1.0, Status.STRONG: 1.0, Status.WEAK: 0.5, Status.AMBIGUOUS: 0.5, Status.DIFFERENT: 0.0}


def _modules() -> list[Any]:
    names = [module.name for module in pkgutil.iter_modules(enrich.matching.__path__, "enrich.matching.")]
    return [importlib.import_module(name) for name in names if not name.endswith(("reasons", "model"))]


def rules() -> Iterator[Rule]:
    """All that can be switched off."""
    for module in _modules():
        for name, value in vars(module).items():
            label = f"{module.__name__.rpartition('.')[2]}.{name}"
            if isinstance(value, re.Pattern):
                yield label, value, re.compile(f"(?!)(?:{value.pattern})", value.flags)
            elif isinstance(value, frozenset) and name.isupper():
                yield label, value, frozenset()
            elif isinstance(value, tuple) and name.isupper() and value and isinstance(value[0], tuple):
                for place, (rule, *_) in enumerate(value):
                    told = getattr(rule, "__name__", None) or getattr(rule, "pattern", rule)
                    yield f"{label}: {str(told)[:40]}", value, value[:place] + value[place + 1 :]
            elif getattr(value, "__module__", None) == module.__name__ and callable(value):
                returned = getattr(value, "__annotations__", {}).get("return")
                if returned in _ANSWERS:
                    yield label, value, lambda *_, _answer=_ANSWERS[returned]: _answer
    for feature in FEATURES:
        yield feature, None, None


def _switch_off(value: object, other: object) -> None:
    """Put the other in the place of a value wherever the room names it, and forget what was computed with it."""
    loaded = [module for name, module in sys.modules.items() if name.startswith(("enrich.matching", "enrich.text"))]
    for module in loaded:
        for name, one in list(vars(module).items()):
            if one is value:
                setattr(module, name, other)
            elif hasattr(one, "cache_clear") and one is not load_model:
                one.cache_clear()


def _examples() -> list[identity.Example]:
    found = list(identity.shared_pairs()) + list(identity.labelled_pairs())
    rows = identity.read_lines(identity.LABELLED / "held_out.jsonl")
    found += [identity.Example("held out", identity.LABELS[row["label"]], "", row) for row in rows]
    rng = random.Random(3)
    for record in identity.read_lines(identity.LABELLED / "records.jsonl"):
        pairs = [generated.vary(record, rng), generated.swap(record, rng)]
        found += [identity.Example("generated", float(pair["same"]), "", pair) for pair in pairs if pair]
    return found


_EXAMPLES: list[identity.Example] = []


def _judge_without(place: int) -> list[Status]:
    """The statuses of all examples without a rule; in a process of its own, which ends with it."""
    name, value, other = list(rules())[place]
    model = load_model()
    if name not in FEATURES:
        _switch_off(value, other)
        return [judge(replace(one).pair, model).status for one in _EXAMPLES]
    for one in _EXAMPLES:
        if one.pair.is_titled:
            one.pair.features[name] = float("nan")
    return [judge(one.pair, model).status for one in _EXAMPLES]


def ablate(step: int) -> None:
    """Print each rule with the verdicts that change without it, and how many are right then; the idle ones first."""
    found = _examples()
    _EXAMPLES.extend(one for place, one in enumerate(found) if one.kind in ("labelled", "held out") or not place % step)
    before = [judge(one.pair, load_model()).status for one in _EXAMPLES]
    names = [name for name, *_ in rules()]
    with get_context("fork").Pool(maxtasksperchild=1) as pool:
        after = pool.map(_judge_without, range(len(names)), chunksize=1)
    rows = []
    for name, statuses in zip(names, after, strict=True):
        changed = [place for place, one in enumerate(statuses) if one is not before[place]]
        rows.append((len(changed), name, _gain(before, statuses)))
    for n_changed, name, gain in sorted(rows):
        print(f"{n_changed:5} changed, {gain:+4} right  {name}")


def _gain(before: Sequence[Status], after: Sequence[Status]) -> int:
    """How many more verdicts are right."""
    return sum(
        (_LABELS[new] == one.label) - (_LABELS[old] == one.label)
        for one, old, new in zip(_EXAMPLES, before, after, strict=True)
    )


if __name__ == "__main__":
    ablate(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
