"""The sessions in docs/identity.md print what is shown."""

from __future__ import annotations

import re

import pytest
from support.command import run_enrich
from support.shared import ROOT

pytestmark = pytest.mark.docs

TEXT = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")


def session(command: str) -> str:
    """What stands below a command."""
    return re.search(rf"^\$ {re.escape(command)}\n(.*?)(?=^\$ |^```)", TEXT, re.MULTILINE | re.DOTALL)[1]


@pytest.mark.parametrize("command", ["enrich verify pairs.jsonl", "enrich resolve titles.txt"])
def test_a_session_prints_what_is_shown(command, tmp_path):
    (tmp_path / "pairs.jsonl").write_text(re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)[1], encoding="utf-8")
    (tmp_path / "titles.txt").write_text(session("cat titles.txt"), encoding="utf-8")
    done = run_enrich(command.split()[1:], folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, session(command))
