"""Names of people and organizations: parsing, written forms, comparison."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.text.name_matches import NameMatch, compare_names, normalize_surname
from enrich.text.names import is_et_al, parse_name, to_display, to_family_first

FORMS = [
    ("Yann LeCun", "LeCun, Yann"),
    ("LeCun, Yann", "LeCun, Yann"),
    ("Mihaela van der Schaar", "van der Schaar, Mihaela"),
    ("van der Schaar, Mihaela", "van der Schaar, Mihaela"),
    ("Schaar, Mihaela van der", "van der Schaar, Mihaela"),
    ("Luc Van Gool", "Van Gool, Luc"),
    ("Nicolas Le Roux", "Le Roux, Nicolas"),
    ("Tran Van Duc", "Duc, Tran Van"),
    ("Al Gore", "Gore, Al"),
    ("José Ortega y Gasset", "Ortega y Gasset, José"),
    ("John Smith Jr.", "Smith, Jr., John"),
    ("Smith, Jr., John", "Smith, Jr., John"),
    ("Smith Jr., John", "Smith, Jr., John"),
    ("Henry Ford III", "Ford, III, Henry"),
    ("Kolter JZ", "Kolter, JZ"),
    ("KIRKWOOD J G", "KIRKWOOD, J G"),
    ("BUFF F P", "BUFF, F P"),
    ("Гринченко В. Т.", "Гринченко, В. Т."),
    ("Weinan E", "E, Weinan"),
    ("Yu Wang 0005", "Wang, Yu"),
    (r"Erd\H{o}s, P\'al", "Erdős, Pál"),
    (r"G{\"o}del, Kurt", "Gödel, Kurt"),
    ("Prof. Dr. Hans Meier", "Meier, Hans"),
    ("Jane Roe, PhD", "Roe, Jane"),
    ("王小明", "王, 小明"),
    ("欧阳询", "欧阳, 询"),
    ("山田太郎", "山田, 太郎"),
    ("김철수", "김, 철수"),
    ("Madonna", "Madonna"),
    ("The LIGO Scientific Collaboration", "The LIGO Scientific Collaboration"),
    ("{Barnes and Noble, Inc.}", "Barnes and Noble, Inc."),
    ("OpenAI", "OpenAI"),
]


@pytest.mark.parametrize(("written", "family_first"), FORMS)
def test_a_name_is_read_in_every_written_form(written, family_first):
    author = parse_name(written)
    assert to_family_first(author) == family_first
    assert to_family_first(parse_name(family_first)) == family_first or author.is_organization


@pytest.mark.parametrize(
    ("left", "right", "match"),
    [
        ("Yann LeCun", "LeCun, Yann", NameMatch.SAME),
        ("Y. LeCun", "Yann LeCun", NameMatch.COMPATIBLE),
        ("J. Z. Kolter", "Zico Kolter", NameMatch.COMPATIBLE),
        ("JZ Kolter", "J. Zico Kolter", NameMatch.COMPATIBLE),
        ("Zhang Wei", "Wei Zhang", NameMatch.COMPATIBLE),
        ("Klaus-Robert Müller", "Mueller, K.-R.", NameMatch.COMPATIBLE),
        ("Чебышёв, П. Л.", "Tschebyscheff, P. L.", NameMatch.COMPATIBLE),
        ("Dostoevskij, Fedor Michajlovič", "Fyodor Dostoyevsky", NameMatch.COMPATIBLE),
        ("Tchaikovsky", "Čajkovskij", NameMatch.SURNAME),
        ("Bob Carpenter", "Robert Carpenter", NameMatch.COMPATIBLE),
        ("Gabriel García Márquez", "García Márquez, G.", NameMatch.COMPATIBLE),
        ("Schaar, M.", "Mihaela van der Schaar", NameMatch.COMPATIBLE),
        ("LeCun", "Yann LeCun", NameMatch.SURNAME),
        ("The ATLAS Collaboration", "ATLAS Collaboration", NameMatch.SAME),
        ("Yoshua Bengio", "Samy Bengio", NameMatch.DIFFERENT),
        ("Y. Bengio", "S. Bengio", NameMatch.DIFFERENT),
        ("Wei Wang", "Wei Huang", NameMatch.DIFFERENT),
        ("Jun Li", "Jin Li", NameMatch.DIFFERENT),
        ("John Smith", "The Smith Group", NameMatch.DIFFERENT),
    ],
)
def test_two_names_are_compared_as_a_librarian_would(left, right, match):
    assert compare_names(parse_name(left), parse_name(right)) is match
    assert compare_names(parse_name(right), parse_name(left)) is match


def test_et_al_is_no_name():
    assert [is_et_al(text) for text in ("et al.", "et al", "and others", "others", "等", "Alothman")] == [True] * 5 + [
        False
    ]
    with pytest.raises(ValueError, match="not a name"):
        parse_name("0000 …")


@pytest.mark.parametrize(
    ("left", "right", "is_one"),
    [
        ("Ngo Bao Chau", "B.-C. Ngô", True),
        ("Li Wei", "W. Li", True),
        ("Maria Garcia Lopez", "M. García", True),
        ("Li Wei", "Wang Li", False),
        ("World Health Organization", "WHO", True),
        ("World Health Organization", "UNICEF", False),
    ],
)
def test_a_surname_may_stand_first_or_be_one_of_two_and_an_organization_be_its_initials(left, right, is_one):
    match = compare_names(parse_name(left), parse_name(right))
    assert (match is not NameMatch.DIFFERENT) is is_one
    assert compare_names(parse_name(right), parse_name(left)) is match


def test_surnames_lose_particles_but_never_everything():
    assert normalize_surname("de la Cruz") == "cruz"
    assert normalize_surname("Le") == "le"


@pytest.mark.property
@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_a_name_is_parsed_or_refused(text):
    try:
        author = parse_name(text)
    except ValueError:
        return
    assert to_display(author)
    assert to_family_first(author)
    assert compare_names(author, author) is not NameMatch.DIFFERENT


ONE_PERSON = """
Ohno, Taiichi | Taiichi Ōno
Mao Tse-tung | Mao Zedong
Xu, Guangqi | Hsü Kuang-ch'i
Hsiao-Lan Chang | Xiaolan Zhang
Satō, Eisaku | Eisaku Satoh
Kim, Yun-sik | 김윤식
Erdős Pál | Paul Erdős
Tolstoy, Leo | Толстой, Лев Николаевич
Tchaikovsky, Peter Ilich | Chaĭkovskiĭ, Petr Ilʹich
Maḥfūẓ, Najīb | نجيب محفوظ
Liddell Hart, B. H. | Basil Liddell Hart
McDonald, Ian | Ian G. MacDonald
van Roosmalen AC | Adam-Christiaan van Roosmalen
Adorno, Th. W. | Theodor W. Adorno
費孝通 | 费孝通
Mr. Bayes | Thomas Bayes
"""
TWO_PEOPLE = """
Wei Wang | Wen Wang
Ming Wang | Meng Wang
Tang, Li | Dang, Li
Chen, Jing | Chen, Jin
Kim, Min-jun | Kim, Min-seo
Chang, Min | Zhang, Ming
Ono, Kenji | Ohno, Koji
Jakob Bernoulli | Johann Bernoulli
Ivanov, P. | Ivanova, P.
"""


def pairs_in(text):
    return [tuple(line.split(" | ")) for line in text.strip().splitlines()]


@pytest.mark.parametrize(("left", "right"), pairs_in(ONE_PERSON))
def test_one_person_is_known_by_a_name_in_another_scheme(left, right):
    assert compare_names(parse_name(left), parse_name(right)) is not NameMatch.DIFFERENT
    assert compare_names(parse_name(right), parse_name(left)) is not NameMatch.DIFFERENT


@pytest.mark.parametrize(("left", "right"), pairs_in(TWO_PEOPLE))
def test_names_that_only_look_alike_stay_apart(left, right):
    assert compare_names(parse_name(left), parse_name(right)) is NameMatch.DIFFERENT
    assert compare_names(parse_name(right), parse_name(left)) is NameMatch.DIFFERENT
