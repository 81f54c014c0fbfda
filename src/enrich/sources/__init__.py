"""The sources, in the order in which they are asked: of two that settle a field, the first one does.

A source is one file of this package, or a class that another distribution names as an entry point of the group
``enrich.sources``.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol, cast

from enrich.errors import warn
from enrich.model.traits import Traits, known_traits
from enrich.sources.base import BaseSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from enrich.sources.base import Source

GROUP = "enrich.sources"


class _Maker(Protocol):
    @property
    def traits(self) -> Traits: ...

    def __call__(self, base_url: str | None = None, *, has_key: bool = False) -> Source: ...


def _makers() -> Iterator[_Maker]:
    for module in iter_modules(__path__):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, BaseSource) and value is not BaseSource:
                yield cast("_Maker", value)
    for one in entry_points(group=GROUP):
        try:
            yield _checked(one.load())
        except Exception as error:  # noqa: BLE001 (a plugin costs only itself)
            warn(f"source {one.value} is left out: {error}")


def _checked(maker: _Maker) -> _Maker:
    if not isinstance(getattr(maker, "traits", None), Traits):
        raise TypeError("it is no class with traits")
    return maker


_by_name = {maker.traits.name: maker for maker in _makers()}
SOURCES: dict[str, _Maker] = {name: _by_name[name] for name in known_traits() if name in _by_name}
"""Name, as in settings, claims and the ledger, to the constructor."""
