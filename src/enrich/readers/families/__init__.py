"""The families of layouts: every ``Family`` in a file of this package.

A new one is one file. Those with a reader are tried from the highest code down: whoever adds a family does it for what
the earlier ones misread.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from enrich.readers.family import Family


@cache
def known_families() -> tuple[Family, ...]:
    """Return all families by their numbers.

    Raises:
        ValueError: two have the same code.
    """
    # Found at the first call and not on import: the files import what tries them.
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    found = {id(one): one for module in modules for one in vars(module).values() if isinstance(one, Family)}
    known: dict[str, Family] = {}
    for one in found.values():
        if known.setdefault(one.code, one) is not one:
            raise ValueError(f"two families have the code {one.code}: {known[one.code].shape!r} and {one.shape!r}")
    return tuple(sorted(known.values(), key=lambda one: one.number))


@cache
def unit_readers() -> tuple[Family, ...]:
    """Return the families that read units, in the order in which they are tried."""
    return tuple(one for one in reversed(known_families()) if one.read_unit is not None)


@cache
def block_readers(kind: str) -> tuple[Family, ...]:
    """Return the families that read blocks of a kind, in the order in which they are tried."""
    return tuple(one for one in reversed(known_families()) if one.read_block is not None and kind in one.kinds)
