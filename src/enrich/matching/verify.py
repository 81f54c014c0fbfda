"""The verdict on two descriptions: one table of rules, read top to bottom; the first that speaks decides.

How often each status and reason is given to the labelled pairs of ``tests/labelled/pairs.jsonl``::

    176 exact     title_and_authors
     10 exact     identifier
    128 strong    place
     90 strong    title_variant
     83 strong    preprint
     21 strong    title_and_authors
     16 strong    title_and_year
      4 strong    doi_version
      4 strong    identifier
      3 strong    renamed
      2 strong    title_reworded
     17 weak      title_alone
      1 weak      identifier_of_another
     39 ambiguous generic_title
     19 ambiguous year
     14 ambiguous edition
     13 ambiguous short_title
      8 ambiguous venue
      7 ambiguous title_uncertain
      2 ambiguous few_authors
      1 ambiguous kind
      1 ambiguous no_title
    207 different numbers
    133 different title
    113 different kind
     64 different authors
     49 different opposite
     43 different edition
     29 different pages
     23 different volume
     10 different generic_title
     10 different identifier_conflict
     10 different year
      5 different component
      5 different language
      2 different identifier_of_another
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from enrich.matching import agreement_rules, conflict_rules, identity_rules
from enrich.matching.editions import without_equal_editions
from enrich.matching.pair import Pair
from enrich.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from enrich.matching.description import Description
    from enrich.matching.reasons import Answer

POLICY: tuple[Callable[[Pair], Answer], ...] = (
    identity_rules.judge_no_title,
    identity_rules.judge_identifier,
    conflict_rules.judge_heading,
    conflict_rules.judge_title,
    conflict_rules.judge_title_parts,
    identity_rules.judge_component,
    conflict_rules.judge_kind,
    conflict_rules.judge_language,
    conflict_rules.judge_authors,
    identity_rules.judge_identifier_conflict,
    conflict_rules.judge_place,
    conflict_rules.judge_place_conflict,
    conflict_rules.judge_generic,
    conflict_rules.judge_few_authors,
    conflict_rules.judge_edition,
    conflict_rules.judge_year,
    conflict_rules.judge_doubtful_kind,
    conflict_rules.judge_venue,
    conflict_rules.judge_publisher,
    agreement_rules.judge_short_title,
    agreement_rules.judge_collected,
    agreement_rules.judge_agreement,
)
"""The rules in order; the last one always speaks."""


def verify(left: Description, right: Description) -> Verdict:
    """Return whether two descriptions name the same work, and why.

    >>> from enrich.matching.description import describe_fields
    >>> left = describe_fields({"title": "Topology, Part I", "authors": ["A. Hatcher"], "year": 1999})
    >>> right = describe_fields({"title": "Topology, Part II", "authors": ["Allen Hatcher"], "year": 1999})
    >>> str(verify(left, right).status), str(verify(left, right).reason)
    ('different', 'numbers')
    """
    pair = Pair(*without_equal_editions(left, right))
    for rule in POLICY:
        answer = rule(pair)
        if answer:
            return Verdict(answer[0], answer[1], pair.detail())
    raise AssertionError("the last rule always speaks")
