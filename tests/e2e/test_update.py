"""``enrich update`` and ``enrich fix`` on BibTeX files, as a user calls them, against services on loopback."""

from __future__ import annotations

import json
import subprocess

import pytest
from support.preprints import kept_lines, sample, wrong_entries
from support.services import Services, serve

NODE = (
    "@article{chen,\n  title   = {Neural Ordinary Differential Equations},\n  journal = {CoRR},\n"
    "  year    = {2017},\n  eprint  = {1806.07366},\n  note    = {Müller says: read it}\n}\n"
)


@pytest.fixture
def services():
    with serve(Services(sample().facts)) as running:
        yield running


@pytest.mark.slow
def test_a_file_of_a_hundred_preprints(enrich, services, tmp_path):
    expected = sample()
    path = tmp_path / "refs.bib"
    path.write_text(expected.text, "utf-8")
    checked = enrich("update", "refs.bib", "--check", "--diff")
    assert checked.returncode == 3
    assert path.read_text("utf-8") == expected.text
    assert list(tmp_path.glob("refs.bib.*")) == []
    asked = len(services.asked)
    assert asked <= 30
    done = enrich("update", "refs.bib", "--report", "report.json")
    assert (done.returncode, len(services.asked)) == (0, asked)
    after = path.read_text("utf-8")
    assert (tmp_path / "refs.bib.bak").read_text("utf-8") == expected.text
    assert list(wrong_entries(after, expected)) == []
    assert kept_lines(expected.text, after) >= 536
    assert "no field" not in done.stderr
    assert "broken2020" in done.stderr
    (row,) = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert len({one["key"] for one in row["changes"]}) == 65
    assert all(one["source"] and one["retrieved_at"] for one in row["changes"])
    assert [one["key"] for one in row["remarks"]] == ["broken2020"]
    git = ["git", "apply", "-p0", "--unsafe-paths", "-"]
    path.write_text(expected.text, "utf-8")
    diff = checked.stdout.replace("+++ refs.bib (updated)", "+++ refs.bib")
    subprocess.run(git, input=diff, text=True, cwd=tmp_path, check=True, capture_output=True)
    assert path.read_text("utf-8") == after
    repeated = enrich("update", "refs.bib", "--check")
    assert (repeated.returncode, path.read_text("utf-8")) == (0, after)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encoding_and_line_ends_stay(enrich, tmp_path, encoding):
    path = tmp_path / "a.bib"
    path.write_bytes(NODE.replace("\n", "\r\n").encode(encoding))
    path.chmod(0o640)
    done = enrich("update", "a.bib", "--offline", "--no-backup")
    assert done.returncode == 0
    text = path.read_bytes().decode(encoding)
    assert text.startswith("@inproceedings{chen,\r\n")
    assert text.count("\n") == text.count("\r\n")
    assert "  note    = {Müller says: read it}\r\n" in text
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.bib", "state"]


def test_a_backup_never_replaces_an_earlier_one(enrich, tmp_path):
    path = tmp_path / "a.bib"
    for _ in range(2):
        path.write_text(NODE, "utf-8")
        enrich("update", "a.bib", "--offline")
    assert [(tmp_path / f"a.bib.{name}").read_text("utf-8") for name in ("bak", "bak.1")] == [NODE, NODE]


def test_what_its_owner_changed_meanwhile_is_not_written_over(enrich, services, tmp_path):
    path = tmp_path / "a.bib"
    path.write_text(sample().text, "utf-8")

    def save(_asked):
        path.write_text("% saved by the editor\n" + sample().text, "utf-8")

    services.faults["arxiv"] = save
    done = enrich("update", "a.bib")
    assert (done.returncode, path.read_text("utf-8")) == (2, "% saved by the editor\n" + sample().text)
    assert done.stderr.endswith("enrich: a.bib: has changed since it was read; run the same command again\n")


def test_the_result_can_go_elsewhere(enrich, tmp_path):
    (tmp_path / "a.bib").write_text(NODE, "utf-8")
    assert enrich("update", "a.bib", "--offline", "--output", "b.bib").returncode == 0
    assert (tmp_path / "a.bib").read_text("utf-8") == NODE
    assert (tmp_path / "b.bib").read_text("utf-8").startswith("@inproceedings{chen,\n")


def test_several_files_are_one_run(enrich, services, tmp_path):
    expected = sample()
    half = expected.text.index("% ---- chapter 3")
    (tmp_path / "a.bib").write_text(expected.text[:half], "utf-8")
    (tmp_path / "b.bib").write_text(expected.text[half:], "utf-8")
    enrich("update", "a.bib", "b.bib")
    after = (tmp_path / "a.bib").read_text("utf-8") + (tmp_path / "b.bib").read_text("utf-8")
    assert list(wrong_entries(after, expected)) == []
    assert services.counts()["arxiv"] <= 2


def test_only_what_a_document_cites_is_updated(enrich, services, tmp_path):
    expected = sample()
    first, second, *_ = expected.published
    (tmp_path / "refs.bib").write_text(expected.text, "utf-8")
    (tmp_path / "thesis.tex").write_text("\\include{chapters/one}\n% \\cite{no}\n\\input{../outside}\n", "utf-8")
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "one.tex").write_text(f"See \\citep[p.~1]{{{second}, gone2001}}.\n", "utf-8")
    done = enrich("update", "refs.bib", "--only-cited", "thesis.tex", "--report", "r.json")
    (row,) = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert {one["key"] for one in row["changes"]} == {second}
    assert first != second
    assert "thesis.tex: cites gone2001, which no file has" in done.stderr
    (tmp_path / "thesis.aux").write_text("\\citation{*}\n", "utf-8")
    enrich("update", "refs.bib", "--only-cited", "thesis.aux")
    assert list(wrong_entries((tmp_path / "refs.bib").read_text("utf-8"), expected)) == []


def test_duplicates_are_merged_on_request(enrich, tmp_path):
    path = tmp_path / "a.bib"
    other = NODE.replace("{chen,", "{node,").replace("  note    = {Müller says: read it}\n", "")
    path.write_text(NODE + other, "utf-8")
    enrich("update", "a.bib", "--offline")
    assert path.read_text("utf-8").count("@inproceedings") == 2
    done = enrich("update", "a.bib", "--offline", "--dedupe")
    after = path.read_text("utf-8")
    assert after.count("@inproceedings") == 1
    assert "  ids     = {node}," in after
    assert "node: merged into chen, which is the same work" in done.stderr
    assert enrich("update", "a.bib", "--offline", "--dedupe", "--check").returncode == 0


def test_a_file_named_twice_or_through_a_link_counts_once(enrich, tmp_path):
    path = tmp_path / "a.bib"
    path.write_text(NODE, "utf-8")
    (tmp_path / "link.bib").symlink_to(path)
    done = enrich("update", "a.bib", "link.bib", "./a.bib", "--offline", "--output", "b.bib")
    assert (done.returncode, done.stderr.count("1 entry changed")) == (0, 1)


def test_an_alias_is_a_key_and_what_a_document_misses_is_named(enrich, tmp_path):
    path = tmp_path / "a.bib"
    path.write_text(NODE.replace("  note", "  ids     = {old1, old2},\n  note") + NODE.replace("chen", "node"), "utf-8")
    (tmp_path / "t.tex").write_text("\\cite{old2} \\input{gone} % \\input{no}\n", "utf-8")
    done = enrich("update", "a.bib", "--offline", "--only-cited", "t.tex")
    after = path.read_text("utf-8")
    assert after.startswith("@inproceedings{chen,")
    assert "@article{node," in after
    assert "t.tex: includes gone, which is not in its folder" in done.stderr
    assert "which no file has" not in done.stderr


def test_works_of_others_under_the_title_and_what_accompanies_it_stay(enrich, tmp_path):
    title, people = (
        "Neural Ordinary Differential Equations",
        "Chen, Ricky T. Q. and Rubanova, Yulia and Duvenaud, David",
    )
    notes = (": Slides", ": Appendix", ": Supplement", ": Extended Abstract", " (code)")
    text = "".join(
        f"@{type_}{{k{place}, title={{{title}{note}}}, author={{{author}}}, {fields}}}\n"
        for place, (type_, note, author, fields) in enumerate(
            [
                ("phdthesis", "", "Chen, Ricky T. Q.", "school={Toronto}, year={2021}"),
                ("mastersthesis", "", "Chen, Ricky T. Q.", "school={Toronto}, year={2018}"),
                ("book", "", people, "publisher={Springer}, year=2022"),
                ("incollection", "", people, "booktitle={Handbook of Dynamics}, year={2018}"),
                ("article", "", people, "journal={Journal of Machine Learning Research}, volume=20, year={2019}"),
                ("misc", "", "Chen, Xi", "year={2018}"),
                ("misc", "", "Chen, Xi and Li, Wei", "year={2018}"),
                *(("misc", note, people, "year={2018}") for note in notes),
            ]
        )
    )
    (tmp_path / "a.bib").write_text(text, "utf-8")
    for policy in ("fill", "upgrade", "correct"):
        done = enrich("update", "a.bib", "--offline", "--policy", policy, "--dedupe")
        assert ((tmp_path / "a.bib").read_text("utf-8"), done.returncode) == (text, 0)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["a.bib", "--policy", "all"], "no policy 'all'; there are fill, upgrade, correct"),
        (["a.bib", "b.bib", "--output", "c.bib"], "--output takes one file; update the files one by one, or in place"),
        (["none.bib"], "none.bib: cannot be read: No such file or directory"),
        (["list.md"], "list.md: no BibTeX entry in it; lists are mended by 'enrich fix'"),
        (["a.bib", "--only-cited", "none.tex"], "none.tex: cannot be read: No such file or directory"),
    ],
)
def test_a_mistake_is_one_line(enrich, tmp_path, arguments, told):
    for name in ("a.bib", "b.bib"):
        (tmp_path / name).write_text(NODE, "utf-8")
    (tmp_path / "list.md").write_text("# A list\n", "utf-8")
    done = enrich("update", *arguments, "--offline")
    assert (done.returncode, done.stderr) == (2, f"enrich: {told}\n")
    assert (tmp_path / "a.bib").read_text("utf-8") == NODE


def test_a_mistyped_title_is_mended_in_its_value_wherever_it_stands(enrich, tmp_path):
    one_line = "@article{c, title={{N}eural Ordinary Diferential Equations}, year={2018}, eprint={1806.07366}}\n"
    text = NODE.replace("Differential", "Diferential").replace("{chen,", "{d,") + one_line
    (tmp_path / "a.bib").write_text(text, "utf-8")
    done = enrich("fix", "a.bib", "--offline")
    assert done.returncode == 0
    assert (tmp_path / "a.bib").read_text("utf-8") == text.replace("Diferential", "Differential")


def test_a_joined_title_is_mended_in_its_piece(enrich, tmp_path):
    written = '"{Neural} " # {Ordinary} # " Diferential Equations"'
    text = f"@misc{{c,\n  title = {written},\n  eprint = {{1806.07366}},\n  year = 2018\n}}\n"
    (tmp_path / "a.bib").write_text(text, "utf-8")
    enrich("fix", "a.bib", "--offline")
    assert (tmp_path / "a.bib").read_text("utf-8") == text.replace("Diferential", "Differential")


def test_a_missing_link_becomes_fields(enrich, tmp_path):
    (tmp_path / "a.bib").write_text("@misc{c,\n  title = {Neural Ordinary Differential Equations},\n}\n", "utf-8")
    told = enrich("check", "a.bib", "--offline").stdout
    assert "missing_link: no link" in told
    assert "→ eprint = {1806.07366}, archiveprefix = {arXiv}\n" in told
    enrich("fix", "a.bib", "--offline")
    assert (tmp_path / "a.bib").read_text("utf-8") == (
        "@misc{c,\n  title = {Neural Ordinary Differential Equations},\n  eprint = {1806.07366},\n"
        "  archiveprefix = {arXiv},\n}\n"
    )


@pytest.mark.parametrize("name", ["x.json", "x.ris"])
def test_what_nobody_writes_by_hand_is_not_edited(enrich, tmp_path, name):
    texts = {
        "x.json": '[{"title": "Neural Ordinary Diferential Equations", "url": "https://arxiv.org/abs/1806.07366"}]',
        "x.ris": "TY  - JOUR\nTI  - Neural Ordinary Diferential Equations\nDO  - 10.48550/arxiv.1806.07366\nER  - \n",
    }
    (tmp_path / name).write_text(texts[name], "utf-8")
    done = enrich("fix", name, "--offline")
    markup = name.removeprefix("x.")
    assert done.returncode == 2
    assert done.stderr.startswith(f"enrich: {name}: {markup} files are checked, not edited; mend it where it is made;")
    assert (tmp_path / name).read_text("utf-8") == texts[name]
