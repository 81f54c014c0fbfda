"""Titles by likeness: a tantivy index of the words of normalized titles, memory-mapped.

Why tantivy and not SQLite FTS5 or DuckDB is measured in docs/identity.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_HEAP_BYTES = 400_000_000
"""What the writer holds before it starts another part of the index: the fewer parts, the faster the search."""
_LONGEST_QUERY = 40
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3]")
_FUZZY_LENGTH = 4
_FAR_LENGTH = 8
_MOST_POSTINGS = 40_000
_ENOUGH_WORDS = 3


def index_words(normalized: str) -> Iterator[str]:
    """The words by which a title is indexed: scripts without spaces by pairs of letters.

    >>> list(index_words("神经网络 odes"))
    ['神经', '经网', '网络', 'odes']
    """
    for word in normalized.split():
        if len(word) > 1 and not word.isascii() and _UNSPACED.search(word):
            yield from (word[place : place + 2] for place in range(len(word) - 1))
        else:
            yield word


def _schema() -> Any:  # noqa: ANN401 (tantivy has no types)
    import tantivy  # noqa: PLC0415 (a command that looks nothing up must not load it)

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("title", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_integer_field("place", stored=True, indexed=False, fast=False)
    return builder.build()


class TitleIndexWriter:
    """Fills a new index in an empty folder."""

    def __init__(self, folder: Path) -> None:
        import tantivy  # noqa: PLC0415

        folder.mkdir(parents=True)
        self._document = tantivy.Document
        self._writer = tantivy.Index(_schema(), path=str(folder)).writer(heap_size=_HEAP_BYTES, num_threads=1)

    def add(self, place: int, titles: Iterable[str]) -> None:
        """Index the normalized titles of the record at a place."""
        for title in titles:
            words = title if title.isascii() else " ".join(index_words(title))
            self._writer.add_document(self._document(title=words, place=place))

    def finish(self) -> None:
        """Write everything to disk and close."""
        self._writer.commit()
        self._writer.wait_merging_threads()


class TitleIndex:
    """Finds the places of records with similar titles; any number of threads may ask."""

    def __init__(self, folder: Path) -> None:
        import tantivy  # noqa: PLC0415

        self._tantivy = tantivy
        self._schema = _schema()
        index = tantivy.Index(self._schema, path=str(folder), reuse=True)
        index.reload()
        self._searcher = index.searcher()

    def count(self) -> int:
        """Number of indexed titles."""
        return int(self._searcher.num_docs)

    def search(self, normalized: str, *, limit: int) -> list[int]:
        """Return places, the titles with the most telling words in common first; unknown words are read as typos."""
        words = list(dict.fromkeys(index_words(normalized)))[:_LONGEST_QUERY]
        counts = {word: self._searcher.doc_freq("title", word) for word in words}
        known = sorted((word for word in words if counts[word]), key=counts.__getitem__)
        query = self._tantivy.Query
        parts = [query.term_query(self._schema, "title", word, "freq") for word in _most_telling(known, counts)]
        if len(parts) < _ENOUGH_WORDS:
            for word in words:
                if not counts[word] and len(word) >= _FUZZY_LENGTH:
                    distance = 2 if len(word) >= _FAR_LENGTH and not known else 1
                    parts.append(
                        query.fuzzy_term_query(self._schema, "title", word, distance, transposition_cost_one=True)
                    )
        if not parts:
            return []
        should = self._tantivy.Occur.Should
        hits = self._searcher.search(query.boolean_query([(should, part) for part in parts]), limit, count=False).hits
        return list(dict.fromkeys(int(self._searcher.doc(address)["place"][0]) for _, address in hits))


def _most_telling(words: Sequence[str], counts: Mapping[str, int]) -> list[str]:
    """The rarest words, as many as can be looked at in bounded time: ``of`` and ``the`` tell nothing beside them."""
    chosen: list[str] = []
    total = 0
    for word in words:
        total += counts[word]
        if total > _MOST_POSTINGS and len(chosen) >= _ENOUGH_WORDS:
            break
        chosen.append(word)
    return chosen
