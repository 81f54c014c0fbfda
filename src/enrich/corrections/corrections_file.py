"""Corrections from TOML 1.0 <https://toml.io/en/v1.0.0>; ``docs/corrections.md`` describes the tables."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enrich.check.finding_kinds import KINDS
from enrich.corrections.corrections import Correction, Corrections, Ignored, Override, Pin, Rejection, Target
from enrich.corrections.toml_lines import Lines, find_lines
from enrich.corrections.written_values import example_of, parse_any_identifier, parse_value
from enrich.errors import ConfigError, IdentifierError, suggest
from enrich.files import read_file
from enrich.merge.claimed_values import IDENTIFIER_FIELDS, OVERRIDABLE
from enrich.model.identifiers import Identifier, Scheme
from enrich.text.title_forms import normalize_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

DEFAULT_FILE = Path("data/raw/corrections.toml")
"""Read when the setting ``corrections`` is left out and the file is there."""


def load_corrections(path: Path | None = None) -> Corrections:
    """Return the corrections of a file (``data/raw/corrections.toml`` when there is one), or none.

    Raises:
        ConfigError: the file cannot be read, or something in it is not known, of a wrong type or contradicts itself; it
            names file and line.
    """
    path = path or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)
    if path is None:
        return Corrections()
    try:
        text = read_file(path).decode("utf-8")
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        number = int(line[1]) if line else text.count("\n") + 1
        raise ConfigError(f"no valid TOML: {error}", path=path, line=number) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise ConfigError(f"cannot be read: {reason}", path=path) from error
    tables = sorted(_tables(path, values, find_lines(text)), key=lambda one: one.line_of())
    found: list[Correction] = []
    for table in tables:
        correction = _PARSERS[table.kind](table)
        _check_against(correction, found)
        found.append(correction)
    return Corrections(
        pins=tuple(one for one in found if isinstance(one, Pin)),
        rejections=tuple(one for one in found if isinstance(one, Rejection)),
        overrides=tuple(one for one in found if isinstance(one, Override)),
        ignored=tuple(one for one in found if isinstance(one, Ignored)),
    )


def _check_against(correction: Correction, earlier: Iterable[Correction]) -> None:
    for other in earlier:
        if not correction.target.overlaps(other.target):
            continue
        if isinstance(correction, Pin) and isinstance(other, Pin) and correction.identifier != other.identifier:
            raise other.refuted_by(correction, "pins an entry to a second identifier")
        if isinstance(correction, Override) and isinstance(other, Override) and correction.contradicts(other):
            raise other.refuted_by(correction, f"gives a work a second {correction.field}")
        pins = [one.identifier for one in (correction, other) if isinstance(one, Pin)]
        rejected = [one.record for one in (correction, other) if isinstance(one, Rejection)]
        if pins and pins == rejected:
            raise other.refuted_by(correction, f"pins an entry to {pins[0]} and rejects it")


_TARGETS = ("entry", "line", "work")
_KEYS: dict[str, tuple[str, ...]] = {
    "pin": ("list", "entry", "line", "identifier", "reason"),
    "reject": ("list", *_TARGETS, "record", "reason"),
    "override": ("list", *_TARGETS, "field", "value", "reason"),
    "ignore": ("list", *_TARGETS, "kind", "reason"),
}


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of the file with the lines of its keys."""

    path: Path
    kind: str
    values: dict[str, Any]
    lines: dict[str, int]
    """Key to line; the empty key is the table itself."""

    def line_of(self, key: str = "") -> int:
        return self.lines.get(key, self.lines.get("", 1))

    def error(self, what: str, *, key: str = "", advice: str | None = None) -> ConfigError:
        return ConfigError(what, path=self.path, line=self.line_of(key), advice=advice)

    def text(self, key: str, example: str) -> str:
        """The text of a key that must be there."""
        if key not in self.values:
            raise self.error(f"[[{self.kind}]] without {key}", advice=f'write {key} = "{example}"')
        value = self.values[key]
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"bad value {value!r} of {key}", key=key, advice=f'write {key} = "{example}"')
        return " ".join(value.split())

    def identifier(self, key: str) -> Identifier:
        """The identifier of a key that must be there."""
        text = self.text(key, "arxiv:1806.07366")
        try:
            return parse_any_identifier(text)
        except IdentifierError:
            scheme, colon, _ = text.partition(":")
            is_scheme = colon and re.fullmatch(r"\w+", scheme) and scheme.lower() not in (*Scheme, "http", "https")
            advice = suggest(scheme, set(Scheme)) if is_scheme else None
            example = 'write "arxiv:1806.07366" or "doi:10.1000/xyz"'
            raise self.error(f"no identifier: {text!r}", key=key, advice=advice or example) from None

    def target(self) -> Target:
        """What the correction is about."""
        allowed = [name for name in _TARGETS if name in _KEYS[self.kind]]
        given = [name for name in allowed if name in self.values]
        if len(given) != 1:
            what = f"[[{self.kind}]] {'without' if not given else 'with more than'} one of {', '.join(allowed)}"
            raise self.error(what, key=given[1] if given else "", advice='write entry = "Title as written"')
        name = self.text("list", "awesome-neural-ode") if "list" in self.values else None
        if name is not None and not re.fullmatch(r"[a-z0-9-]+", name):
            advice = "write the name that the folder of its results has, such as awesome-neural-ode"
            raise self.error(f"no name of a list: {name!r}", key="list", advice=advice)
        if given == ["entry"]:
            title = normalize_title(self.text("entry", "Title as written"))
            if not title:
                raise self.error("a title without letters", key="entry", advice="name the entry by list and line")
            return Target(list=name, title=title)
        if given == ["work"]:
            return Target(list=name, work=self.identifier("work"))
        line = self.values["line"]
        if not isinstance(line, int) or isinstance(line, bool) or line < 1:
            raise self.error(f"bad value {line!r} of line", key="line", advice="write line = 12")
        if name is None:
            raise self.error("a line without its list", key="line", advice='write list = "awesome-neural-ode" besides')
        return Target(list=name, line=line)

    def common(self) -> dict[str, Any]:
        """What all corrections have."""
        reason = self.text("reason", "why you know better")
        return {"target": self.target(), "reason": reason, "path": str(self.path), "line": self.line_of()}


def _tables(path: Path, values: dict[str, Any], lines: Lines) -> Iterator[_Table]:
    for kind, tables in values.items():
        places = lines.get(kind, [])
        whole = _Table(path, kind, {}, places[0] if places else {})
        if kind not in _KEYS:
            raise whole.error(f"unknown table {kind}", advice=suggest(kind, set(_KEYS)))
        if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
            raise whole.error(f"{kind} is no list of tables", advice=f"write [[{kind}]] above each correction")
        for number, table in enumerate(tables):
            found = _Table(path, kind, table, places[min(number, len(places) - 1)] if places else {})
            for key in table:
                if key not in _KEYS[kind]:
                    advice = suggest(key, set(_KEYS[kind]))
                    raise found.error(f"unknown key {key} of [[{kind}]]", key=key, advice=advice)
            yield found


def _parse_pin(table: _Table) -> Pin:
    return Pin(**table.common(), identifier=table.identifier("identifier"))


def _parse_rejection(table: _Table) -> Rejection:
    common, record = table.common(), table.identifier("record")
    if common["target"].work == record:
        advice = "name the work by an identifier that is its own"
        raise table.error(f"rejects {record} for itself", key="record", advice=advice)
    return Rejection(**common, record=record)


def _parse_override(table: _Table) -> Override:
    common, name = table.common(), table.text("field", "venue")
    if name in IDENTIFIER_FIELDS.values():
        raise table.error(f"{name} is an identifier, no value", key="field", advice="use [[pin]] or [[reject]]")
    if name not in OVERRIDABLE:
        raise table.error(f"unknown field {name!r}", key="field", advice=suggest(name, OVERRIDABLE))
    if "value" not in table.values:
        raise table.error("[[override]] without value", advice=f"write value = {example_of(name)}")
    try:
        value = parse_value(name, table.values["value"])
    except (TypeError, ValueError):
        what = f"bad value {table.values['value']!r} of {name}"
        raise table.error(what, key="value", advice=f"write value = {example_of(name)}") from None
    return Override(**common, field=name, value=value)


def _parse_ignored(table: _Table) -> Ignored:
    common, kind = table.common(), table.text("kind", "title_typo")
    if kind not in KINDS:
        raise table.error(f"unknown kind {kind!r}", key="kind", advice=suggest(kind, KINDS))
    return Ignored(**common, kind=kind)


_PARSERS: dict[str, Callable[[_Table], Correction]] = {
    "pin": _parse_pin,
    "reject": _parse_rejection,
    "override": _parse_override,
    "ignore": _parse_ignored,
}
