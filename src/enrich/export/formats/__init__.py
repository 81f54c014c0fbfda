"""The formats of reference managers: one file of this package each, and those that other distributions bring.

A format is a ``ReferenceFormat`` called ``FORMAT`` in its module, or one that another distribution names as an entry
point of the group ``enrich.exports``.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from enrich.errors import warn
from enrich.export.reference_format import ReferenceFormat

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP = "enrich.exports"


def _formats() -> Iterator[ReferenceFormat]:
    for module in iter_modules(__path__):
        yield import_module(f"{__name__}.{module.name}").FORMAT
    for one in entry_points(group=GROUP):
        try:
            found = one.load()
            if not isinstance(found, ReferenceFormat):
                raise TypeError("it is no ReferenceFormat")  # noqa: TRY301 (told as every other fault of a plugin)
            yield found
        except Exception as error:  # noqa: BLE001 (a plugin costs only itself)
            warn(f"format {one.value} is left out: {error}")


REFERENCE_FORMATS: dict[str, ReferenceFormat] = {}
"""Name, as in settings and ``--format``, to the format; the first one of a name and of a suffix stays."""
for _one in sorted(_formats(), key=lambda known: known.place):
    if _one.name in REFERENCE_FORMATS or any(_one.suffix == other.suffix for other in REFERENCE_FORMATS.values()):
        warn(f"format {_one.name} ({_one.suffix}) is left out: another has its name or its suffix")
    else:
        REFERENCE_FORMATS[_one.name] = _one
