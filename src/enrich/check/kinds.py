"""All kinds of findings: what corrections, options and docs may name."""

from __future__ import annotations

KINDS = frozenset(
    {
        *("duplicate_entry", "link_is_another_work", "identifiers_disagree", "missing_link", "dead_link"),
        *("title_typo", "title_typo_and_truncated", "title_abridged", "title_superseded", "title_subtitle_dropped"),
        *("label_year_wrong", "label_year_ambiguous", "label_venue_and_year_wrong", "preprint_label_though_published"),
        *("legacy_link", "stale_repository_address", "stale_name", "repository_archived"),
        *("markup_unbalanced_quote", "markup_unbalanced_bracket", "markdown_missing_colon"),
        *("toc_anchor_missing", "toc_missing_entry"),
        *("broken_entry", "bibtex_syntax", "duplicate_key", "malformed_identifier"),
        "absent_work",
    }
)
"""Names of the kinds; ``docs/checks.md`` describes each."""
