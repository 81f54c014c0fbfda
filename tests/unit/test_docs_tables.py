from docs_tables import outdated


def test_tables_and_pages_that_are_made_from_the_code_are_up_to_date():
    assert outdated() == [], "`make fix` writes them again"
