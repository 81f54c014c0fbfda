"""Lists of authors as written, and what services put into names."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.model.entry import StatedField
from enrich.model.persons import Author
from enrich.readers.families.bibliography import read, to_record
from enrich.text.author_lists import clean_authors, parse_authors, split_authors

WRITTEN = [
    ("Tegmark M., Hamilton A.J.S., Strauss M.S.", ["Tegmark, M.", "Hamilton, A.J.S.", "Strauss, M.S."]),
    ("Sommer, P., Kumar, G., Patel, J. J.", ["Sommer, P.", "Kumar, G.", "Patel, J. J."]),
    ("Sommer, P., Kumar, G., & Patel, J. J.", ["Sommer, P.", "Kumar, G.", "Patel, J. J."]),
    ("Smith J, Doe JA, Roe R", ["Smith, J", "Doe, JA", "Roe, R"]),
    ("Vigil, Gene and Xu, Zhenghe and Israelachvili,\n Jacob", ["Vigil, Gene", "Xu, Zhenghe", "Israelachvili, Jacob"]),
    ("Shi, % some comments here\nFazhan and Rong, Xing", ["Shi, Fazhan", "Rong, Xing"]),
    ("Smith, John AND Doe, Jane", ["Smith, John", "Doe, Jane"]),
    ("Smith, John; Doe, Jane; and Roe, Richard", ["Smith, John", "Doe, Jane", "Roe, Richard"]),
    ("John Smith, Jane Doe & Richard Roe", ["Smith, John", "Doe, Jane", "Roe, Richard"]),
    ("John Smith, Jane Doe, and Richard Roe", ["Smith, John", "Doe, Jane", "Roe, Richard"]),
    ("Rosenbaum, Paul R., and Donald B. Rubin", ["Rosenbaum, Paul R.", "Rubin, Donald B."]),
    ("Garcia Marquez, Gabriel Jose and Smith, John", ["Garcia Marquez, Gabriel Jose", "Smith, John"]),
    ("Lu, Ma and Kim", ["Lu", "Ma", "Kim"]),
    ("张三，李四；王五", ["张, 三", "李, 四", "王, 五"]),
    (r"Radim {\v R}eh{\r u}{\v r}ek and Petr Sojka", ["Řehůřek, Radim", "Sojka, Petr"]),
    ("family=Gogh, given=Vincent, prefix=van and given=Jean, family=Smith", ["van Gogh, Vincent", "Smith, Jean"]),
    ("King, Jr., Martin Luther and Bos, Klaus von", ["King, Jr., Martin Luther", "von Bos, Klaus"]),
    ("C. Balazs (MSU), E. L. Berger, Jr. and P. M. Nadolsky", ["Balazs, C.", "Berger, Jr., E. L.", "Nadolsky, P. M."]),
    ("{Desiati}, P. and {AMANDA Collaboration}", ["Desiati, P.", "AMANDA Collaboration*"]),
    ("Doe, J. and {Bill and Melinda Gates Foundation}", ["Doe, J.", "Bill and Melinda Gates Foundation*"]),
    ("{Barnes and Noble}", ["Barnes and Noble*"]),
    ("Jane Doe, PhD, John Smith, M.D.", ["Doe, Jane", "Smith, John"]),
    ("By Jane Doe", ["Doe, Jane"]),
    ("Anonymous", []),
    ("unknown", []),
    ("N/A", []),
    ("Anonymous Author(s)", []),
    ("佚名", []),
    ("", []),
    ("Ahn, Kim et al.", ["Ahn", "Kim", "…"]),
    ("Nielsen, Jaini et al.", ["Nielsen", "Jaini", "…"]),
    ("Gou, Jianping et al.", ["Gou, Jianping", "…"]),
    ("Arkhangelsky, Dmitry, et al.", ["Arkhangelsky, Dmitry", "…"]),
    ("Akshay Balsubramani, Weihua Hu et al.", ["Balsubramani, Akshay", "Hu, Weihua", "…"]),
    ("Vaswani, Ashish and Shazeer, Noam and others", ["Vaswani, Ashish", "Shazeer, Noam", "…"]),
    ("Test, Some and others, ", ["Test, Some", "…"]),
    ("Müller, H. u.a.", ["Müller, H.", "…"]),
    ("A. Vaswani, N. Shazeer and 6 others", ["Vaswani, A.", "Shazeer, N.", "…"]),
    ("Yann LeCun, ...", ["LeCun, Yann", "…"]),
    ("张三、李四等", ["张, 三", "李, 四", "…"]),
    ("Иванов И. И. и др.", ["Иванов, И. И.", "…"]),
    ("Chenlin Meng and Khan, Md and Jane Fellow", ["Meng, Chenlin", "Khan, Md", "Fellow, Jane"]),
    ("John Smith, Jane Doe + 7", ["Smith, John", "Doe, Jane", "…"]),
    ("John Smith, …, Richard Roe", ["Smith, John", "Roe, Richard", "…"]),
    ("李明, 王小明, 张三", ["李, 明", "王, 小明", "张, 三"]),
    ("Smith, J. et al. (2020)", ["Smith, J.", "…"]),
    ("Lei Ba, J. and others", ["Lei Ba, J.", "…"]),
    ("Smith and Doe", ["Smith", "Doe"]),
    ("Alothers, B. and Etale, C.", ["Alothers, B.", "Etale, C."]),
]

FIELDS = [
    ("Doe, Mary Ann", ["Doe, Mary Ann"]),
    ("Van Loan, Charles F.", ["Van Loan, Charles F."]),
    ("García Márquez, Gabriel", ["García Márquez, Gabriel"]),
    ("Garcia Marquez, Gabriel Jose", ["Garcia Marquez, Gabriel Jose"]),
    ("King, Jr., Martin Luther", ["King, Jr., Martin Luther"]),
    ("{King}, {III}, {Martin Luther}", ["King, III, Martin Luther"]),
    ("{Van Loan}, {Charles F.}", ["Van Loan, Charles F."]),
    ("E, Weinan", ["E, Weinan"]),
    ("Chen, Tian Qi and others", ["Chen, Tian Qi", "…"]),
    ("Ahn, Kim et al.", ["Ahn, Kim", "…"]),
    ("Sommer, P., Kumar, G., Lipchik, R.", ["Sommer, P.", "Kumar, G.", "Lipchik, R."]),
    ("Tegmark M., Hamilton A.J.S.", ["Tegmark, M.", "Hamilton, A.J.S."]),
    ("Tegmark M., Hamilton A.J.S., Strauss M.S.", ["Tegmark, M.", "Hamilton, A.J.S.", "Strauss, M.S."]),
    ("John Smith, Jane Doe & Richard Roe", ["Smith, John", "Doe, Jane", "Roe, Richard"]),
    ("John Smith, Jane Doe, Richard Roe", ["Smith, John", "Doe, Jane", "Roe, Richard"]),
    ("Smith, John; Doe, Jane", ["Smith, John", "Doe, Jane"]),
    (r"C{\^o}t{\'e}, J. and Beno{\^\i}t Lema{\^\i}tre", ["Côté, J.", "Lemaître, Benoît"]),
    (r"Nguy{\~{\^e}}n, Thi and Mu{\~n}oz, Ana and Pe\~na, Ana", ["Nguyễn, Thi", "Muñoz, Ana", "Peña, Ana"]),
    ("D.~E.~Knuth", ["Knuth, D. E."]),
    ("{Abbott}, B.~P. and {de~la~Cruz}, M.", ["Abbott, B. P.", "de la Cruz, M."]),
    ("Smith, John and et~al.", ["Smith, John", "…"]),
    (r"Smith, John and \emph{et al.}", ["Smith, John", "…"]),
    (r"Smith, John \emph{et~al.}", ["Smith, John", "…"]),
    (r"Smith, John and {\em et al.}", ["Smith, John", "…"]),
    ("Smith, John and {et al.}", ["Smith, John", "…"]),
    (r"Smith, John and {\etal}", ["Smith, John", "…"]),
    (r"Smith, John and \etal{}", ["Smith, John", "…"]),
    ("Smith, John and {others}", ["Smith, John", "…"]),
    ("Smith, John and et al.", ["Smith, John", "…"]),
    ("O&apos;Brien, Conan", ["O'Brien, Conan"]),
    ("M&uuml;ller, J.", ["Müller, J."]),
    ("M&amp;uuml;ller, J. and Doe, Jane", ["Müller, J.", "Doe, Jane"]),
    ("Smith &amp; Doe", ["Smith", "Doe"]),
    (r"{\relax Yu}. Manin", ["Manin, Yu."]),
    (r"{\bf Smith}, John and Doe, Jane", ["Smith, John", "Doe, Jane"]),
    ("and Smith, John and Doe, Jane and", ["Smith, John", "Doe, Jane"]),
    ("Smith, John and and Doe, Jane", ["Smith, John", "Doe, Jane"]),
    ("Garcia Marquez, G., Van Loan, C.", ["Garcia Marquez, G.", "Van Loan, C."]),
    (r"John Smith \and Jane Doe", ["Smith, John", "Doe, Jane"]),
    ("Smith, J. et al. (12 more)", ["Smith, J.", "…"]),
    ("J. Smith, K. Doe", ["Smith, J.", "Doe, K."]),
    ("John Smith j@x.edu and Jane Doe", ["Smith, John", "Doe, Jane"]),
    ("John Smith <j@x.edu> and Jane Doe <doe@x.edu>", ["Smith, John", "Doe, Jane"]),
    ("Smith, John, editor", ["Smith, John"]),
    ("Smith, John and Doe, Jane (eds.)", ["Smith, John", "Doe, Jane"]),
    ("Smith, John [0000-0001-5000-0007] and Doe, Jane", ["Smith, John", "Doe, Jane"]),
    ("Smith, John and Doe, Jane and 12 more authors", ["Smith, John", "Doe, Jane", "…"]),
    ("Smith, John and ... and Roe, Richard", ["Smith, John", "Roe, Richard", "…"]),
    ("Smith, J., Doe, A., ... Roe, R.", ["Smith, J.", "Doe, A.", "Roe, R.", "…"]),
    ("Иванов И. И. и Петров П. П.", ["Иванов, И. И.", "Петров, П. П."]),
    ("李明, 王小明, 张三", ["李, 明", "王, 小明", "张, 三"]),
    ("李, 小明", ["李, 小明"]),
    ("Rosenbaum, Paul R. and Donald B. Rubin", ["Rosenbaum, Paul R.", "Rubin, Donald B."]),
]


def shown(authors):
    """Family, suffix, given of each; an organization with an asterisk."""
    return [
        f"{one.name}*" if one.is_organization else ", ".join(filter(None, (one.family, one.suffix, one.given)))
        for one in authors
    ]


@pytest.mark.parametrize(("text", "expected"), WRITTEN)
def test_list_is_read(text, expected):
    found = parse_authors(text)
    assert [*shown(found.authors), *(["…"] if found.is_truncated else [])] == expected


@pytest.mark.parametrize(("text", "expected"), FIELDS)
def test_field_of_bibtex_is_read(text, expected):
    found = parse_authors(text, is_bibtex=True)
    assert [*shown(found.authors), *(["…"] if found.is_truncated else [])] == expected


def test_column_of_a_table_is_no_field_of_bibtex():
    fields = [StatedField("title", "A title of a work"), StatedField("author", "Ada Lovelace, Charles Babbage")]
    assert shown(to_record("", fields).authors) == ["Lovelace, Ada", "Babbage, Charles"]
    fields[1] = StatedField("author", "Van Loan, Charles F.")
    assert read("article", "a", fields, 1).authors == ("Van Loan, Charles F.",)


def person(given, family, name=None, **more):
    """An author as a source names one."""
    return Author(name or " ".join(filter(None, (given, family))), family, given, **more)


SAID = [
    (person("Flann", "O&apos;Brien"), ["O'Brien, Flann"]),
    (person("JOHN", "SMITH"), ["Smith, John"]),
    (person("Jean", "DUPONT"), ["Dupont, Jean"]),
    (person("J. K.", "ROWLING"), ["Rowling, J. K."]),
    (person("JEAN-PAUL", "VAN DER BERG"), ["van der Berg, Jean-Paul"]),
    (person("Jane Doe", "PhD"), ["Doe, Jane"]),
    (person("Jane", "Doe*"), ["Doe, Jane"]),
    (person("Xin", "Li1,2"), ["Li, Xin"]),
    (person("Ana <sup>1</sup>", "Paz"), ["Paz, Ana"]),
    (person("Xin Li (Member,", "IEEE)"), ["Li, Xin"]),
    (person(None, None, "Xin Li, Senior Member, IEEE"), ["Li, Xin"]),
    (person("Yu Wang", "0005"), ["Wang, Yu"]),
    (person(None, "ATLAS Collaboration"), ["ATLAS Collaboration*"]),
    (person("The ENIGMA", "Consortium"), ["The ENIGMA Consortium*"]),
    (person("Plato", None), ["Plato"]),
    (person(None, "Ahn"), ["Ahn"]),
    (person("John Smith and Jane", "Doe"), ["Smith, John", "Doe, Jane"]),
    (person("Smith J; Doe", "A"), ["Smith, J", "Doe, A"]),
    (person("By John", "Smith"), ["Smith, John"]),
    (person(None, "N/A"), []),
    (person(None, None, "Anonymous"), []),
    (person(None, "van der Schaar"), ["van der Schaar"]),
    (person("Jennifer 8.", "Lee"), ["Lee, Jennifer 8."]),
    (person("Andy", "Marylander"), ["Marylander, Andy"]),
    (person("Chenlin", "Meng"), ["Meng, Chenlin"]),
    (person("Paul Biya", "Mba"), ["Mba, Paul Biya"]),
    (person("Jane", "Fellow"), ["Fellow, Jane"]),
    (person("JOSEPH", "MBA"), ["Mba, Joseph"]),
    (person("Md", "Rahman"), ["Rahman, Md"]),
    (person("Martin", "King", "Martin King, Jr.", suffix="Jr."), ["King, Jr., Martin"]),
    (person("Ricky T. Q.", "Chen"), ["Chen, Ricky T. Q."]),
]


@pytest.mark.parametrize(("author", "expected"), SAID)
def test_name_of_a_service_is_cleaned(author, expected):
    authors, is_truncated = clean_authors([author])
    assert shown(authors) == expected
    assert not is_truncated
    assert clean_authors(authors)[0] == authors


def test_what_a_source_knows_of_a_person_stays():
    (found,), _ = clean_authors([person("Jane", "Doe, PhD", orcid="0000-0002-1825-0097", affiliations=("Hof",))])
    assert (found.name, found.orcid, found.affiliations) == ("Jane Doe", "0000-0002-1825-0097", ("Hof",))


def test_mark_among_the_rows_of_a_source_cuts_its_list():
    authors, is_truncated = clean_authors([person("Jane", "Doe"), Author("et al.")])
    assert (shown(authors), is_truncated) == (["Doe, Jane"], True)


@given(st.text(st.sampled_from("AbcdéØ.,;&{}\\%\n '-and et al others…等，"), max_size=80))
def test_no_text_raises_and_no_mark_is_a_name(text):
    found = parse_authors(text)
    assert all(one.name.strip() for one in found.authors)
    assert split_authors(text).is_truncated is found.is_truncated


def test_deep_braces_do_not_raise():
    assert len(parse_authors("{" * 400 + "Smith" + "}" * 400 + ", John and Doe, Jane", is_bibtex=True).authors) == 2


@pytest.mark.parametrize(
    "part", ["~", " ", "{", "a@", ", ...", "and ", "+ 1 ", "(editor", "Ab ", "A.", "[0", "\\emph{"]
)
def test_hostile_repetition_takes_linear_time(part):
    start = time.process_time()
    parse_authors(part * (20_000 // len(part)) + "!", is_bibtex=True)
    assert time.process_time() - start < 2


@given(st.lists(st.sampled_from(["Doe, Jane", "van der Schaar, Mihaela", "Li, Wei", "{Society of Hof}"]), min_size=1))
def test_bibtex_names_are_as_many_as_written(names):
    found = parse_authors(" and ".join(names), is_bibtex=True)
    assert len(found.authors) == len(names)
    assert parse_authors(" and ".join([*names, "others"]), is_bibtex=True).authors == found.authors


@pytest.mark.parametrize("word", ["y", "e", "und", "et", "и", "and", "&"])
@pytest.mark.parametrize("comma", [", ", " "])
def test_the_last_name_stands_behind_and_in_the_language_of_the_list(word, comma):
    assert split_authors(f"Ortega, M.{comma}{word} Manrique, R.").names == ("Ortega, M.", "Manrique, R.")
