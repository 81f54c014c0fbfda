"""``enrich check`` and ``enrich fix`` on lists that are no UTF-8."""

from __future__ import annotations

import pytest

TEXT = "# Líst\n\n## Papers\n\n* How to Train you Neural ODE: [ICML20](https://arxiv.org/abs/2002.02798)\n"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_list_in_another_encoding_is_checked_and_left_as_it_is(enrich, tmp_path, encoding):
    path = tmp_path / "list.md"
    path.write_bytes(TEXT.encode(encoding))
    checked = enrich("check", "list.md", "--offline")
    assert checked.stdout.startswith("list.md:5: defect title_typo_and_truncated: How to Train you Neural ODE")
    refused = enrich("fix", "list.md", "--offline")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "enrich: list.md: not UTF-8; save it as UTF-8, then mend it\n"
    assert path.read_bytes() == TEXT.encode(encoding)
