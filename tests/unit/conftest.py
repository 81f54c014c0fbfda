"""What tests of a room share."""

from __future__ import annotations

import os
import sys

import pytest


@pytest.fixture(scope="session", autouse=True)
def _nothing_remembered():
    """Functions forget what they were asked before: a mutant is tried in a fork of a process that ran all tests."""
    for name, module in list(sys.modules.items()):
        if name.startswith("enrich."):
            for value in list(vars(module).values()):
                if callable(forget := getattr(value, "cache_clear", None)):
                    forget()


@pytest.fixture
def _no_charts(monkeypatch):
    """Drawing takes long, and it never ends in a forked process: mutants would hang."""
    monkeypatch.setattr("enrich.export.report.page.find_spec", lambda _name: None)


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk():
    """What a test writes need not outlive the machine; waiting for that is a fifth of the tests of exports."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield
