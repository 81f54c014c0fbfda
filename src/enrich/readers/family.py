"""What a family of layouts is: a code, what its entries look like, and how it is tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from enrich.readers.draft import Draft
    from enrich.readers.outline import Block, Kind
    from enrich.readers.pieces import Piece


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Family:
    """A layout that entries are read from; one without a reader names what the slots or the walk have read."""

    code: str
    """As in the column ``family``: ``F`` and a number. Of two families that know a text, the later one has it."""
    shape: str
    """What its entries look like, as docs/reading.md says it."""
    read_unit: Callable[[Sequence[Piece]], Draft | None] | None = None
    """The entry of an item, paragraph, heading or cell, tried before its slots are weighed; None for any other."""
    read_block: Callable[[Block], Sequence[Draft]] | None = None
    """The entries of a block of its ``kinds``, tried before all else; none for any other."""
    kinds: frozenset[Kind] = frozenset()
    """Of the blocks that it reads."""
    markup: str | None = None
    """The markup in which it names whatever has no family of any markup."""
    is_table: bool = False
    """Whether columns say what its fields are."""

    @property
    def is_of_any_markup(self) -> bool:
        """Whether it is told whatever the markup: a table, or by a reader of its own."""
        return self.is_table or self.read_unit is not None or self.read_block is not None

    @property
    def number(self) -> int:
        """The number in its code."""
        return int(self.code.removeprefix("F"))

    def __str__(self) -> str:
        return self.code
