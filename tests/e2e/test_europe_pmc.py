"""A list of the life sciences, whose links are those of PubMed: they lead to works, and another paper is refused."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
from support.services import Answer
from support.shared import ROOT

RECORDED = (ROOT / "tests" / "recorded" / "europe_pmc" / "list.json").read_bytes()
TITLE = "Recurrent Neural Networks for Multivariate Time Series with Missing Values"
COLITIS = "Ileal-lymphoid-nodular hyperplasia, non-specific colitis, and pervasive developmental disorder in children"
LIST = f"""# Series in hospitals

- [{TITLE}](https://pubmed.ncbi.nlm.nih.gov/29666385/)
- [{COLITIS}](https://www.ncbi.nlm.nih.gov/pubmed/9500320)
- [Wells of the Old Town and Their Clerks](https://pmc.ncbi.nlm.nih.gov/articles/PMC5904216/)
"""


def test_pubmed_and_pmc_links_lead_to_works(enrich, services, tmp_path):
    services.faults["europe_pmc"] = lambda _: Answer(body=RECORDED)
    (tmp_path / "list.md").write_text(LIST, "utf-8")
    result = enrich("run", "list.md", "--out", "out")
    assert result.returncode == 0, result.stderr
    assert services.counts()["europe_pmc"] == 1
    works = {one["title"]: one for one in pq.read_table(tmp_path / "out" / "works.parquet").to_pylist()}
    series, colitis = works[TITLE], works[COLITIS]
    assert (series["doi"], series["language"], series["pages"], series["year"]) == (
        *("10.1038/s41598-018-24271-9", "en", "6085", 2018),
    )
    assert [one["name"] for one in series["authors"]][:2] == ["Zhengping Che", "Sanjay Purushotham"]
    assert colitis["retraction_status"] == "retracted"
    assert works["Wells of the Old Town and Their Clerks"]["doi"] is None
    assert "pmcid:PMC5904216 is “Recurrent Neural Networks" in result.stderr
    identifiers = pq.read_table(tmp_path / "out" / "identifiers.parquet").to_pylist()
    of_series = {one["scheme"]: one["value"] for one in identifiers if one["work_id"] == series["work_id"]}
    assert of_series["pmid"] == "29666385"
    run = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert "europe_pmc" in run["sources_used"]
    again = enrich("run", "list.md", "--out", "out")
    assert again.returncode == 0
    assert services.counts()["europe_pmc"] == 1
