"""A bibliography in which every field of every value is filled, by the types of its dataclasses; and hostile texts."""

from __future__ import annotations

import importlib
import pkgutil
import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

import enrich.model
from enrich.model.dates import PartialDate
from enrich.model.entry import Entry, ReadingList
from enrich.model.identifiers import Identifier, parse_arxiv, parse_doi
from enrich.model.work import Bibliography, Work

MOMENT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
MODULES = [importlib.import_module(f"enrich.model.{one.name}") for one in pkgutil.iter_modules(enrich.model.__path__)]
NAMES = {name: value for module in MODULES for name, value in vars(module).items() if isinstance(value, type)}
NAMES |= {"date": date, "datetime": datetime, "Any": Any}
KEPT = {
    *("ReadingList.name", "StatedField.name", "Bibliography.run_id", "Bibliography.entry_works"),
    *("Bibliography.new_work_ids", "Work.work_id", "Work.entry_orders", "Work.references", "Claim.work_id"),
    *("StatedReference.work_id", "AbsentWork.citing_work_ids", "Reference.list", "Finding.list", "AbsentWork.list"),
}
"""Texts of ours: the slug that names files, the name by which a field is told, ids that are normal forms."""

PAYLOADS = {
    "controls": "\x1b[31m\x1b]0;evil\x07\x00\b\x9b2J\x85\u2028\u202e\ufeff\ufffe\ud800\x1b\x7f",
    "bibtex": "}, note = {x}}\n@misc{evil, title = {y}}\n% @misc{evil2, \\",
    "markup": "<script>alert(1)</script><b onclick=x> [a](javascript:alert(1)) ![i](http://h/x.png)\n# H\n| cell ||]]>",
    "formula": "=cmd|' /C calc'!A0",
    "rich": "[/red][link=http://h]x[/link] {{7*7}} %s {0} ${x}",
    "long": "x" * 40_000,
}


def filled(kind: type, **given: Any) -> Any:
    """A value of a dataclass in which every field has a value of its type."""
    hints = typing.get_type_hints(kind, localns=NAMES)
    values = {one.name: _value(hints[one.name], one.name) for one in fields(kind) if one.init and one.name not in given}
    return kind(**values, **given)


def _value(hint: Any, name: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _value(next(one for one in arguments if one is not type(None)), name)
    if origin is tuple:
        return (_value(arguments[0], name),) if arguments[-1] is ... else tuple(_value(one, name) for one in arguments)
    if origin is frozenset:
        return frozenset({_value(arguments[0], name)})
    if origin is dict:
        return {_value(arguments[0], name): _value(arguments[1], name)}
    if hint in _SCALARS:
        return _SCALARS[hint]
    if hint is str:
        return f"{name} text"
    if issubclass(hint, Enum):
        return next(iter(hint))
    assert is_dataclass(hint), f"no value of {hint} is known: {name}"
    return filled(hint)


_SCALARS: dict[Any, Any] = {
    int: 7,
    float: 0.5,
    bool: True,
    object: "any text",
    Any: "any text",
    date: MOMENT.date(),
    datetime: MOMENT,
    PartialDate: PartialDate(2018, 6, 19),
    Identifier: parse_arxiv("1806.07366"),
}


def bibliography() -> Bibliography:
    """One list with two entries of which every field has a value, and their works."""
    entries = tuple(filled(Entry, order=order, line=order, key=f"key{order}", type="misc") for order in (1, 2))
    reading_list = filled(ReadingList, name="papers", entries=entries)
    works = tuple(
        filled(
            Work,
            work_id=work_id,
            citation_key=f"key{order}",
            identifiers=(parse_arxiv(work_id), parse_doi(f"10.1000/{order}")),
            identifier_sources=("arxiv", "crossref"),
            entry_orders=(("papers", order),),
            references=(other,),
            reference_sources=("openalex",),
        )
        for order, work_id, other in (
            (1, "arxiv:1806.07366", "arxiv:1904.01681"),
            (2, "arxiv:1904.01681", "arxiv:1806.07366"),
        )
    )
    works = tuple(
        replace(
            work,
            claims=tuple(replace(claim, work_id=work.work_id) for claim in work.claims),
            stated_references=tuple(replace(one, work_id=work.references[0]) for one in work.stated_references),
        )
        for work in works
    )
    found = filled(
        Bibliography,
        lists=(reading_list,),
        works=works,
        entry_works={("papers", order): work.work_id for order, work in enumerate(works, start=1)},
        new_work_ids=frozenset({works[0].work_id}),
        ledger=(_ledger_row(),),
        source_failures=(("source text", "message text"),),
        references=(),
        absent_works=(),
    )
    of_entry = {"list": "papers", "order": 1, "line": 1}
    return replace(
        found,
        references=(filled(NAMES["Reference"], **of_entry),),
        findings=(filled(NAMES["Finding"], **of_entry),),
        absent_works=(filled(NAMES["AbsentWork"], list="papers", citing_work_ids=(works[0].work_id,)),),
        changes=tuple(replace(filled(NAMES["Change"], list="papers"), kind=kind) for kind in NAMES["ChangeKind"]),
    )


def _ledger_row() -> dict[str, Any]:
    numbers = "requests cached retried throttled failed records works bytes".split()
    return {"source": "source text", "waited_s": 0.5, "missing": {"authors": 1}, **dict.fromkeys(numbers, 1)}


def with_texts(value: Any, change: Callable[[str], str], name: str = "") -> Any:
    """The value with every text in it changed, but for identifiers and texts of ours."""
    kind = type(value)
    if kind is str:
        return value if name in KEPT else change(value)
    if kind in (tuple, list, frozenset):
        return kind(with_texts(part, change, name) for part in value)
    if kind is dict:
        return {key: with_texts(part, change, name) for key, part in value.items()}
    if is_dataclass(value) and kind is not Identifier:
        parts = {one.name: getattr(value, one.name) for one in fields(kind) if one.init}
        return replace(
            value, **{key: with_texts(part, change, f"{kind.__name__}.{key}") for key, part in parts.items()}
        )
    return value
