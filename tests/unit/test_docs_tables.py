from docs_tables import outdated

from enrich.export.formats import REFERENCE_FORMATS


def test_tables_and_pages_that_are_made_from_the_code_are_up_to_date():
    assert outdated() == [], "`make fix` writes them again"


def test_every_format_says_who_reads_it():
    assert [one.name for one in REFERENCE_FORMATS.values() if not one.purpose] == [], "purpose= in their FORMAT"
