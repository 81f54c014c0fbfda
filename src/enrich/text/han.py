"""Chinese characters in one form: traditional and Japanese ones as simplified."""

from __future__ import annotations

from functools import cache

from enrich.knowledge import read_table


@cache
def _table() -> dict[int, str]:
    return {ord(row["written"]): row["simple"] for row in read_table("han")}


def simplify_han(text: str) -> str:
    """Return the text with its common traditional and Japanese characters simplified; others stay.

    >>> simplify_han("鄉土中國"), simplify_han("経済学")
    ('乡土中国', '经济学')
    """
    return text if text.isascii() else text.translate(_table())
