"""``README.md`` of an output folder: the dataset card of the Hugging Face Hub, which finds the tables by it.

Fields: <https://huggingface.co/docs/hub/datasets-cards>, ``configs``:
<https://huggingface.co/docs/hub/datasets-manual-configuration>.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from enrich.export.columns import CHANGES, HISTORY_TABLES, RUNS, SCHEMA_VERSION, TABLES
from enrich.text.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from enrich.model.traits import Terms
    from enrich.model.work import Bibliography

NAME = "README.md"
_LOADING = """
## Loading

```python
from datasets import load_dataset

works = load_dataset("OWNER/NAME", "works")
```"""
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|<>~-])")
_UNCOUNTED = (CHANGES, RUNS)
"""Tables that a quiet night writes anew; the card stays as it is."""


def is_ours(folder: Path, listed: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the card may be written: there is none yet, or it is as the last run left it."""
    try:
        content = (folder / NAME).read_bytes()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return listed.get(NAME, {}).get("sha256") == hashlib.sha256(content).hexdigest()


def to_dataset_card(
    bibliography: Bibliography, terms: Collection[Terms], n_rows: Mapping[str, int], files: Collection[str]
) -> str:
    """The text of the card for the tables whose files are among ``files``; ``n_rows`` are the rows of the new ones."""
    titles = "; ".join(known.title or known.name for known in bibliography.lists)
    return "\n".join([*_front_matter(titles, files), *_body(bibliography, titles, terms, n_rows)]) + "\n"


def _front_matter(titles: str, files: Collection[str]) -> Iterator[str]:
    """The metadata; texts are JSON, which is YAML, too."""
    yield "---"
    yield f"pretty_name: {json.dumps(one_line(titles), ensure_ascii=False)}"
    yield "license: other"
    yield "license_name: terms-of-the-sources"
    yield "license_link: README.md#licences"
    yield "tags:\n- bibliography\n- citations\n- metadata"
    yield "configs:"
    for table in TABLES:
        yield f"- config_name: {table.name}\n  data_files: {table.name}.parquet"
        if table is TABLES[0]:
            yield "  default: true"
    for table in (one for one in HISTORY_TABLES if any(name.startswith(f"{one.name}/") for name in files)):
        yield f'- config_name: {table.name.replace("/", "_")}\n  data_files: "{table.name}/*/*.parquet"'
    yield "---"


def _body(
    bibliography: Bibliography, titles: str, terms: Collection[Terms], n_rows: Mapping[str, int]
) -> Iterator[str]:
    yield f"\n# {_escaped(titles)}\n"
    made_by = f"made from reading lists by enrich {bibliography.code_version}"
    yield f"A bibliography of {len(bibliography.works):,} works, {made_by}: verified identifiers, authors, versions,"
    yield "citations and references, each value with who said it and when (`claims`)."
    yield f"Schema version {SCHEMA_VERSION}; `datapackage.json` describes every column."
    yield "\n## Lists\n"
    for known in bibliography.lists:
        yield f"- {_escaped(known.title or known.name)} ({len(known.entries):,} entries)"
    yield "\n## Tables\n\n| table | rows | what a row is |\n|---|---|---|"
    for table in TABLES:
        rows = n_rows.get(f"{table.name}.parquet")
        shown = "" if rows is None or table in _UNCOUNTED else f"{rows:,}"
        yield f"| `{table.name}` | {shown} | {table.description} |"
    for table in HISTORY_TABLES:
        yield f"| `{table.name.replace('/', '_')}` | | {table.description} |"
    yield _LOADING
    yield "\n## Licences\n\nEach value is under the terms of the source that `claims` names for it:\n"
    for one in terms:
        yield f"- **{_escaped(one.title)}**: {one.licence}. {one.attribution} <{one.url}>"


def _escaped(text: str) -> str:
    """The text of a stranger on one line, without Markdown in it."""
    return _MARKUP.sub(r"\\\1", one_line(text))
