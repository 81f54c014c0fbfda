from __future__ import annotations

import re

from support.bibliographies import bibliography_of, nasty

from enrich.merge.citation_keys import assign_citation_keys
from enrich.model.persons import Author
from enrich.text.names import parse_name

KEY = re.compile(r"[a-z][a-z0-9]{2,39}")


def works(*facts):
    return bibliography_of([{"section": (), **known} for known in facts]).works


def neural(number, **facts):
    title = "Neural Ordinary Differential Equations"
    return {
        "title": title,
        "year": 2018,
        "authors": (parse_name("Ricky T. Q. Chen"),),
        "arxiv": f"1806.{number:05d}",
    } | facts


def test_a_key_is_family_name_year_and_first_telling_word():
    (work,) = works({"title": "On the Über-Theory", "year": 1999, "authors": (parse_name("García-Márquez, José"),)})
    assert assign_citation_keys([work]) == {work.work_id: "garciamarquez1999uber"}


def test_every_key_of_the_nasty_works_is_valid_and_unique_ignoring_case():
    keys = assign_citation_keys(nasty().works).values()
    assert all(KEY.fullmatch(key) for key in keys)
    assert len({key.lower() for key in keys}) == len(keys)


def test_colliding_keys_are_told_apart_by_further_words_then_by_letters():
    same = works(neural(1), neural(2), neural(3), neural(4, title="Neural Jump Processes"))
    assert list(assign_citation_keys(same).values()) == [
        "chen2018neural",
        "chen2018neuralordinary",
        "chen2018neuralordinarydifferential",
        "chen2018neuraljump",
    ]


def test_keys_do_not_depend_on_the_order_of_the_works():
    bibliography = nasty()
    assert assign_citation_keys(bibliography.works) == assign_citation_keys(reversed(bibliography.works))


def test_a_frozen_key_stays_and_is_never_given_to_another_work():
    first, second = works(neural(1), neural(2))
    frozen = {second.work_id: "chen2018neural", "arxiv:gone": "chen2018neuralordinary"}
    keys = assign_citation_keys([first, second], frozen)
    assert keys[second.work_id] == "chen2018neural"
    assert keys[first.work_id] == "chen2018neuralordinarydifferential"


def test_many_works_of_one_name_all_get_keys():
    same = works(*(neural(number) for number in range(1, 120)))
    keys = assign_citation_keys(same)
    assert len(set(keys.values())) == 119
    assert all(KEY.fullmatch(key) for key in keys.values())


def test_a_name_without_latin_letters_still_gives_a_key():
    (work,) = works({"title": "深度学习", "authors": (Author("王小明"),), "arxiv": "2302.00090"})
    (key,) = assign_citation_keys([work]).values()
    assert KEY.fullmatch(key)


def test_an_arxiv_identifier_tells_the_year_when_nothing_else_does():
    old, new = works(
        {"title": "Spaces", "arxiv": "math/9909136", "authors": (parse_name("Jane Doe"),)},
        {"title": "Flows", "arxiv": "2302.00090", "authors": (parse_name("Jane Doe"),)},
    )
    keys = assign_citation_keys([old, new])
    assert set(keys.values()) == {"doe1999spaces", "doe2023flows"}


def test_a_key_that_a_list_gives_wins_and_no_other_work_gets_it():
    first, second = works(neural(1), neural(2, title="Neural Jump Processes"))
    given, frozen = {second.work_id: "Chen:2018"}, {first.work_id: "chen:2018"}
    keys = assign_citation_keys([first, second], frozen, given, reserved={"parent"})
    assert keys[second.work_id] == "Chen:2018"
    assert keys[first.work_id] == "chen2018neural"


def test_a_reserved_key_is_given_to_nobody():
    (work,) = works(neural(1))
    (usual,) = assign_citation_keys([work]).values()
    (other,) = assign_citation_keys([work], {}, {}, [usual.upper()]).values()
    assert other != usual
    assert KEY.fullmatch(other)


def test_a_key_begins_with_a_letter():
    (work,) = works(neural(1, authors=(parse_name("3Blue1Brown"),)))
    (key,) = assign_citation_keys([work]).values()
    assert key.startswith("blue1brown2018")
    (work,) = works(neural(1, authors=(parse_name("Xavier Xu"),)))
    (key,) = assign_citation_keys([work]).values()
    assert key.startswith("xu2018")
