"""Corrections by hand: what a curator knows better than every source, from one TOML file that is checked when read."""

from __future__ import annotations

from enrich.corrections.corrections import (
    Correction,
    Corrections,
    Ignored,
    Override,
    Pin,
    Rejection,
    Target,
)
from enrich.corrections.corrections_file import load_corrections

__all__ = ["Correction", "Corrections", "Ignored", "Override", "Pin", "Rejection", "Target", "load_corrections"]
