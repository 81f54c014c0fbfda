"""What short texts of services say about a publication, on labelled strings of the four kinds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from enrich.text.publication import is_preprint_server, is_withdrawn, parse_journal_reference, split_title_mark

ROWS = [json.loads(line) for line in Path(__file__).with_name("publication.jsonl").read_text("utf-8").splitlines()]


def journal_reference(text):
    found = parse_journal_reference(text)
    return found and [found.venue, found.year, found.volume, found.pages]


READ = {
    "withdrawn": is_withdrawn,
    "journal_ref": journal_reference,
    "server": is_preprint_server,
    "title": lambda text: list(split_title_mark(text)),
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['kind']}-{row['text'][:40]}")
def test_a_text_means_what_people_say_it_means(row):
    assert READ[row["kind"]](row["text"]) == row["is"]
