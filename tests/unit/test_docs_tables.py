import re
from importlib import import_module
from pkgutil import iter_modules

from docs_tables import outdated
from support.shared import ROOT

from enrich.export import formats
from enrich.export.formats import REFERENCE_FORMATS
from enrich.sources import SOURCES


def test_tables_and_pages_that_are_made_from_the_code_are_up_to_date():
    assert outdated() == [], "`make fix` writes them again"


def test_every_format_says_who_reads_it():
    assert [one.name for one in REFERENCE_FORMATS.values() if not one.purpose] == [], "purpose= in their FORMAT"


def test_every_file_of_formats_has_one_with_a_name_and_a_suffix_of_its_own():
    modules = [import_module(f"{formats.__name__}.{one.name}") for one in iter_modules(formats.__path__)]
    used = [id(one) for one in REFERENCE_FORMATS.values()]
    left_out = [module.__name__ for module in modules if id(module.FORMAT) not in used]
    assert left_out == [], "name= or suffix= in their FORMAT is that of another"


def test_the_screens_were_made_with_every_source_and_ask_in_batches():
    """What is printed is compared by ``make check-docs``; a source without its screens is told here."""
    page = (ROOT / "docs" / "terminal.md").read_text("utf-8")
    assert page.partition("<!-- sources: ")[2].partition(" -->")[0].split() == sorted(SOURCES), "run `make screens`"
    screen = page.partition("<!-- output: network, 80 columns -->")[2].partition("files ")[0]
    asked = {name: int(n) for name, n in re.findall(r"(\w+) +(\d+) +\d+ +\d+ +\d+$", screen, re.MULTILINE)}
    assert len(asked) > 5
    assert sum(asked.values()) - asked["github"] <= 24, f"whose batch_size is too small? {asked}"
