"""Grammars of the addresses of works, as data: whose they are, what they look like, which identifier they mean.

A row of ``knowledge/address_grammars.csv`` with its own example is all that a further site needs. Paths are matched
decoded, with the query behind them. The first row of the longest host counts; rows without hosts are tried last.
"""

from __future__ import annotations

from typing import NamedTuple

from enrich.knowledge import read_table
from enrich.model.identifiers import Scheme


class AddressGrammar(NamedTuple):
    """One form of address: hosts that own it, a pattern of path and query, and the identifier as a template."""

    hosts: tuple[str, ...]
    """Each with everything below it; none = any host, tried when no owner knows the address."""
    pattern: str
    scheme: Scheme
    value: str
    """Template of ``re.Match.expand``; ``parse_identifier`` reads the result."""
    example: str
    means: str


class Wrapper(NamedTuple):
    """An address that carries another one: the parameters or the part of its path that hold it."""

    hosts: tuple[str, ...]
    parameters: tuple[str, ...]
    path: str
    example: str


GRAMMARS = tuple(
    AddressGrammar(tuple(row.pop("hosts").split()), scheme=Scheme(row.pop("scheme")), **row)
    for row in map(dict, read_table("address_grammars"))
)
WRAPPERS = tuple(
    Wrapper(tuple(row["hosts"].split()), tuple(row["parameters"].split()), row["path"], row["example"])
    for row in read_table("wrappers")
)
"""Redirectors, archives and readers that carry an address whole."""
