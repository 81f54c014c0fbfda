"""What commands import and read before they do anything, once for all commands of a test run."""

import gc
import os
from importlib import import_module
from pkgutil import walk_packages

import pyarrow.compute
import pyarrow.parquet  # noqa: F401

import enrich
from enrich.matching.model import load_model
from enrich.matching.word_bits import bits_of

_FIRST_IMPORTED_WHERE_NEEDED = (
    *("arxiv._feed", "bibtexparser.entrypoint", "charset_normalizer", "filelock", "lxml.html", "pylatexenc.latex2text"),
    *("pylatexenc.latexencode", "rich.console", "rich.progress", "rich.table", "unicodeit.data", "yaml"),
)
for found in walk_packages(enrich.__path__, "enrich."):
    if not found.name.startswith(("enrich.flows", "enrich.__main__")):
        import_module(found.name)
for name in _FIRST_IMPORTED_WHERE_NEEDED:
    import_module(name)
load_model()
bits_of("entry")
# What a test writes need not outlive the machine.
os.fsync = lambda _: None
# Nothing of this is ever garbage: a collection in a child would only copy its pages.
gc.freeze()
