"""Titles that only their siblings tell, and titles that hold what ends others."""

from __future__ import annotations

from enrich.readers import read_path

LIST = """# Papers

* Neural Ordinary Differential Equations: [NeurIPS18](https://arxiv.org/abs/1806.07366)
* Stable Neural Flows: [arXiv20](https://arxiv.org/abs/2003.08063)
* Learning from a lesson that nobody linked
* Deep Equilibrium Models: [NeurIPS19](https://arxiv.org/abs/1909.01377)
* Dissecting Neural ODEs: [NeurIPS20](https://arxiv.org/abs/2002.08071)
* "Why Should I Trust You?": Explaining the Predictions of Any Classifier: [KDD16](https://arxiv.org/abs/1602.04938)
* [“Why Should I Trust You?”: Explaining the Predictions of Any Classifier](https://arxiv.org/abs/1602.04938)
* "Attention Is All You Need", Vaswani et al.: [NeurIPS17](https://arxiv.org/abs/1706.03762)
"""


def titles(tmp_path, text):
    path = tmp_path / "list.md"
    path.write_text(text, "utf-8")
    return [one.title for one in read_path(path).entries]


def test_an_item_without_a_link_is_read_as_its_siblings_are(tmp_path):
    assert "Learning from a lesson that nobody linked" in titles(tmp_path, LIST)


def test_a_title_may_begin_with_a_quotation(tmp_path):
    assert titles(tmp_path, LIST)[5:] == [
        '"Why Should I Trust You?": Explaining the Predictions of Any Classifier',
        "“Why Should I Trust You?”: Explaining the Predictions of Any Classifier",
        "Attention Is All You Need",
    ]


def test_a_paragraph_with_nothing_but_links_below_it_is_a_title(tmp_path):
    text = "# A\n\n[Pyramid Scene Parsing Network]\n- [[Paper]](https://arxiv.org/abs/1612.01105)[[Code]](https://github.com/hszhao/PSPNet)\n"
    assert titles(tmp_path, text) == ["Pyramid Scene Parsing Network"]
