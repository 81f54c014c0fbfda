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
        *("unresolved", "title_differs", "title_of_another_work", "doi_not_found", "arxiv_not_found"),
        *("authors_differ", "year_differs", "future_year", "venue_differs", "venue_unknown", "pages_or_volume_differ"),
        *("published_version_exists", "claimed_as_published", "superseded_version"),
        *("retracted", "withdrawn", "expression_of_concern", "corrected"),
        *("uncited_entry", "undefined_citation"),
        *("broken_entry", "bibtex_syntax", "duplicate_key", "malformed_identifier"),
        "absent_work",
    }
)
"""Names of the kinds; ``docs/checks.md`` describes each."""
