"""Ten references as they are and ten as they are made up, with the works that the services know."""

from __future__ import annotations

from typing import Any

from support.services import Facts

_PLACES = {
    1: ("International Conference on Machine Learning", "conference"),
    2: ("Journal of Machine Learning Research", "journal"),
    3: ("Neural Information Processing Systems", "conference"),
    4: ("International Conference on Learning Representations", "conference"),
}
_SUBJECTS = (
    "Sparse Transport on Lattices", "Causal Planners for Drift", "Kernels without Memory", "Spectral Parsers at Scale",
    "Convex Sketches of Streams", "Lazy Automata with Noise", "Modular Flows on Graphs", "Stable Tensors in Motion",
    "Dense Codes for Silence", "Robust Maps of Rivers", "Tidal Inference for Harbours", "Frugal Samplers of Trees",
    "Patient Search in Mazes", "Curved Priors for Ice", "Brittle Networks under Wind", "Quiet Gradients at Night",
    "Folding Papers by Descent", "Whispering Ensembles of Moss",
)  # fmt: skip
_NAMES = (
    ("Ada Brown", "Jörg Müller", "Wei Zhang"), ("Lena Ortiz", "Chidi Okafor"), ("Mira van der Berg", "Tom Evans"),
    ("Ravi K. Iyer", "Sofia Rossi", "Jan Novák", "Yuki Mori"), ("Eva Lindqvist", "Omar Haddad"),
)  # fmt: skip


def works() -> list[dict[str, Any]]:
    """Eighteen works: every fourth is a preprint only, the others appeared; all are on arXiv."""
    found = []
    for number, subject in enumerate(_SUBJECTS):
        venue, kind = _PLACES.get(number % 5, (None, None))
        year = 2017 + number % 5
        found.append(
            {
                "arxiv": f"{year - 2000}{1 + number % 12:02d}.{10100 + 37 * number:05d}",
                "title": f"{subject}: A Study of {subject.split()[-1]} and {subject.split()[0]} Methods",
                "authors": list(_NAMES[number % len(_NAMES)]),
                "date": f"{year}-{1 + number % 12:02d}-14",
                "category": "cs.LG",
                "doi": f"10.5555/{7700000 + number}" if kind == "journal" or number % 2 else None,
                "venue": venue,
                "venue_type": kind,
                "year": year + (kind is not None and number % 2),
                "volume": str(18 + number) if kind == "journal" else None,
                "count": number,
                "references": [],
            }
        )
        if venue is None:
            found[-1]["doi"] = None
    return found


def facts() -> Facts:
    return Facts({one["arxiv"]: one for one in works()})


def entry(key: str, kind: str, **fields: object) -> str:
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value is not None)
    return f"@{kind}{{{key},\n{lines}}}\n"


def _names(paper: dict[str, Any]) -> str:
    return " and ".join(paper["authors"])


def _initials(paper: dict[str, Any]) -> str:
    split = (name.split() for name in paper["authors"])
    return " and ".join(f"{' '.join(words[1:])}, {words[0][0]}." for words in split)


def true_references() -> str:
    """Preprints, papers of conferences and journals, and papers cited by their preprint's number."""
    found = works()
    preprints = [one for one in found if one["venue"] is None]
    talks = [one for one in found if one["venue_type"] == "conference"]
    articles = [one for one in found if one["venue_type"] == "journal"]
    parts = [
        entry("pre1", "misc", title=preprints[0]["title"], author=_names(preprints[0]), year=preprints[0]["year"],
              eprint=preprints[0]["arxiv"], archiveprefix="arXiv"),
        entry("pre2", "article", title=preprints[1]["title"], author=_names(preprints[1]), year=preprints[1]["year"],
              journal=f"arXiv preprint arXiv:{preprints[1]['arxiv']}"),
        entry("conf1", "inproceedings", title=talks[0]["title"], author=_names(talks[0]), year=talks[0]["year"],
              booktitle=talks[0]["venue"]),
        entry("conf2", "inproceedings", title=talks[1]["title"].lower(), author=_initials(talks[1]),
              year=talks[1]["year"], booktitle="NeurIPS"),
        entry("conf3", "inproceedings", title=talks[2]["title"], year=talks[2]["year"], booktitle="ICLR",
              author=f"{talks[2]['authors'][0]} and others"),
        entry("jour1", "article", title=articles[0]["title"], author=_names(articles[0]), year=articles[0]["year"],
              journal="J. Mach. Learn. Res.", volume=articles[0]["volume"], doi=articles[0]["doi"]),
        entry("jour2", "article", title=articles[1]["title"], author=_initials(articles[1]),
              year=articles[1]["year"], journal="Journal of Machine Learning Research", doi=articles[1]["doi"]),
        entry("jour3", "article", title=articles[2]["title"], author=_names(articles[2]), year=articles[2]["year"],
              journal="JMLR", volume=articles[2]["volume"]),
        entry("both1", "inproceedings", title=talks[3]["title"], author=_names(talks[3]), year=talks[3]["year"],
              booktitle=f"Proceedings of the {talks[3]['venue']}", eprint=talks[3]["arxiv"], archiveprefix="arXiv"),
        entry("both2", "inproceedings", title=talks[4]["title"], author=_names(talks[4]), year=talks[4]["year"],
              booktitle=talks[4]["venue"], url=f"https://arxiv.org/abs/{talks[4]['arxiv']}"),
    ]  # fmt: skip
    return "\n".join(parts)


def fabricated_references() -> str:
    """One of each kind; the key names it."""
    found = works()
    talk, other, third = [one for one in found if one["venue_type"] == "conference"][5:8]
    article = next(one for one in found if one["venue_type"] == "journal")
    preprint = [one for one in found if one["venue"] is None][2]
    parts = [
        entry("invented", "inproceedings", title="Hopeful Gradients for Imaginary Rivers of Data", year=2021,
              author="Nora Feld and Paul Winter", booktitle="ICML"),
        entry("invented_doi", "article", title="Deep Foundations of Unseen Harbour Models", year=2020,
              author="Ines Roth and Karl Beck", journal="Machine Learning", doi="10.5555/9999999"),
        entry("other_arxiv", "misc", title="Attentive Ladders for Speech in Caves", year=2019,
              author="Olga Petrova and Sam Hill", eprint=preprint["arxiv"], archiveprefix="arXiv"),
        entry("other_doi", "article", title="Neural Weather above Small Islands", year=2018,
              author="Iris Blum and Max Stern", journal="JMLR", doi=article["doi"]),
        entry("swapped_authors", "inproceedings", title=talk["title"], author=_names(third), year=talk["year"],
              booktitle=talk["venue"]),
        entry("placeholder", "inproceedings", title=other["title"], author="First Author and Second Author",
              year=other["year"], booktitle=other["venue"]),
        entry("wrong_venue", "inproceedings", title=third["title"], author=_names(third), year=third["year"],
              booktitle="CVPR"),
        entry("chimeric", "inproceedings", title=f"{talk['title'].split(':')[0]}: Brittle Networks of Moss",
              author=_names(talk), year=talk["year"], booktitle=talk["venue"]),
        entry("preprint_as_published", "inproceedings", title=preprint["title"], author=_names(preprint),
              year=preprint["year"], booktitle="Advances in Neural Information Processing Systems"),
        entry("future", "inproceedings", title=talk["title"], author=_names(talk), year=2029, booktitle=talk["venue"]),
    ]  # fmt: skip
    return "\n".join(parts)
