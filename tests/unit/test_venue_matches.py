"""Whether two names of venues mean one."""

from __future__ import annotations

import pytest

from enrich.text.venue_matches import compare_venues

ONE = """
Acta Cryst. A | Acta Crystallographica Section A Foundations of Crystallography
N Engl J Med | The New England Journal of Medicine
PNAS | Proceedings of the National Academy of Sciences of the United States of America
Proc. Natl. Acad. Sci. USA | Proceedings of the National Academy of Sciences
Comput. Methods Appl. Mech. Engrg. | Computer Methods in Applied Mechanics and Engineering
CACM | Communications of the ACM
Transactions of the AMS | Transactions of the American Mathematical Society
Science | Science (New York, N.Y.)
Phil. Trans. R. Soc. A | Philosophical Transactions of the Royal Society of London. Series A
Dokl. Akad. Nauk SSSR | Доклады Академии наук СССР
KDD '16 | Proceedings of the 22nd ACM SIGKDD International Conference on Knowledge Discovery and Data Mining
"""
TWO = """
Phys. Rev. A | Physical Review B
Nature | Science
Nature | Nature Communications
Economic Journal | Economical Review
Annals of Physics | Annalen der Physik
"""


@pytest.mark.parametrize("line", ONE.strip().splitlines())
def test_a_venue_is_known_by_its_abbreviation(line):
    left, right = line.split(" | ")
    assert compare_venues(left, right) is compare_venues(right, left) is True


@pytest.mark.parametrize("line", TWO.strip().splitlines())
def test_two_venues_stay_two(line):
    left, right = line.split(" | ")
    assert compare_venues(left, right) is compare_venues(right, left) is False
