"""What a link text says about where the link leads: a role, a venue, a date, or nothing because it is a title."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from enrich.model.entry import LinkRole
from enrich.text.hosts import url_role
from enrich.text.venues import find_label
from enrich.text.written_dates import find_date

if TYPE_CHECKING:
    from enrich.text.venues import VenueLabel

_WORDS: dict[LinkRole, str] = {
    LinkRole.PAPER: (
        "paper papers arxiv preprint abs abstract doi article publication published journal conference"
        " proceedings biorxiv"
        " medrxiv chemrxiv openreview ieee acm springer elsevier sciencedirect acl anthology pmlr nips"
        " neurips jmlr cvf ecva"
        " manuscript fulltext text full ar5iv ssrn hal pubmed pmc wiley nature science mdpi thesis book chapter report"
        " dblp sciencedirect semanticscholar ijcai aaai usenix survey version extended preprints eprint cite pub"
    ),
    LinkRole.PDF: "pdf pdfs ps",
    LinkRole.CODE: (
        "code codes github git gitlab bitbucket gitee implementation implementations source pytorch"
        " tensorflow keras caffe"
        " caffe2 jax flax python torch mxnet matlab julia cpp c++ r java scala chainer theano paddle"
        " paddlepaddle mindspore"
        " lua notebook colab official unofficial reimplementation tf tf2 torch7 lasagne numpy cuda rust go javascript"
        " third-party author authors re-implementation toolbox toolkit package library pypi reproduction"
    ),
    LinkRole.REPO: "repo repository repos repositories",
    LinkRole.PROJECT: (
        "project projects page website homepage webpage site home web demo demos space spaces app live"
        " online leaderboard"
        " challenge competition platform pages proj"
    ),
    LinkRole.DATA: (
        "dataset datasets data benchmark corpus corpora database zenodo figshare kaggle model models weights checkpoint"
    ),
    LinkRole.VIDEO: "video videos youtube talk talks presentation recording bilibili vimeo movie lecture",
    LinkRole.SLIDES: "slides slide poster ppt pptx keynote posters slideshare",
    LinkRole.DOCS: "docs doc documentation manual wiki readthedocs tutorial",
    LinkRole.REVIEW: "review reviews rebuttal",
    LinkRole.LINK: (
        "link links url html htm here blog blogs post blogpost news article-link bibtex bib bibtex cite"
        " citation supp suppl supplementary"
        " supplement supplemental material materials mat appendix tweet twitter x note notes reading zhihu"
        " weixin medium reddit thread"
        " more info details website-link summary press media explanation comments discussion linkedin csdn"
        " wechat hf huggingface"
        " hugging face chinese english cn en zh image images figure badge star stars license download"
        " access open scroll read paperswithcode pwc"
    ),
}
_ROLE_OF: dict[str, LinkRole] = {word: role for role, words in _WORDS.items() for word in words.split()}
_FILLERS = frozenset(
    "the a an of in on for by with and or to from official unofficial my our author authors author's main"
    " latest new old long short"
    " version v1 v2 v3 link links page paper's based only available coming soon under construction conf"
    " ext extended original free"
    " reference full preprint via published openaccess access journal's 1 2 3 4 5 i ii iii".split()
)
_STRONG = (
    LinkRole.CODE,
    LinkRole.PDF,
    LinkRole.SLIDES,
    LinkRole.VIDEO,
    LinkRole.DATA,
    LinkRole.DOCS,
    LinkRole.REPO,
    LinkRole.PROJECT,
)
_TOKEN = re.compile(r"[A-Za-z0-9+#'’-]+")
_EDGES = " \t\n[](){}*_`|:;,.~!<>/\\&·•–—-➡→🔗📄📑📜💻🌐🎥🏠⭐🔥‍️"
_NUMBERED = re.compile(r"(?<=[a-z])[-_ ]?\d{1,2}$")
_ARXIV = re.compile(
    r"(?:ar[xk]iv[\s:./_-]*)?(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\s*\[[\w.-]+\])?", re.IGNORECASE
)
_DOI = re.compile(r"(?:doi[:\s]*)?(?:https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}/\S+", re.IGNORECASE)
_HOST = re.compile(
    r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:org|com|net|io|ai|edu|gov|cn|de|uk|pub|press|dev|cc|co|fr|ch|eu|jp)(?:/\S*)?",
    re.IGNORECASE,
)
_NUMBERED_IDENTIFIER = re.compile(
    r"(?:PMID|PMCID|PMC|ISBN|ISSN|DBLP|HAL|ADS|MR|Zbl|JSTOR|ERIC)[\s:]*[\d.X-]{4,}", re.IGNORECASE
)
_NAMES_AND_YEAR = re.compile(r"[^\W\d_][^()\d]{0,80}[(,\s]\s*(?:c\.\s*)?(?:19|20)\d{2}[a-z]?\s*\)?")
_MOST_GENERIC_WORDS = 7
_MOST_LABEL_WORDS = 4


def bare_label(text: str) -> str:
    r"""Return a link text without the brackets, marks and emoji around it.

    >>> bare_label("[`[Code]`]"), bare_label(r"\[paper\]")
    ('Code', 'paper')
    """
    return " ".join(text.split()).strip(_EDGES)


@lru_cache(maxsize=16384)
def label_role(text: str) -> LinkRole | None:
    """Return the role that a link text names, or None when it names none.

    >>> label_role("[Official Code]"), label_role("Paper"), label_role("Attention Is All You Need")
    (<LinkRole.CODE: 'code'>, <LinkRole.PAPER: 'paper'>, None)
    """
    bare = bare_label(text).lower()
    if bare in _ROLE_OF:
        return _ROLE_OF[bare]
    words = _TOKEN.findall(_without_number(bare))
    if not words or len(words) > _MOST_GENERIC_WORDS or (not bare.isascii() and any(map(_is_foreign, bare))):
        return None
    roles = []
    for word in words:
        role = _ROLE_OF.get(word) or _ROLE_OF.get(_without_number(word))
        if role is None and word not in _FILLERS:
            return None
        if role is not None:
            roles.append(role)
    if not roles:
        return None
    return next((role for role in roles if role in _STRONG), roles[0])


def _without_number(text: str) -> str:
    return _NUMBERED.sub("", text) if text[-1:].isdigit() else text


def _is_foreign(letter: str) -> bool:
    return letter >= "\u0370" and letter.isalpha()


@lru_cache(maxsize=16384)
def is_generic(text: str) -> bool:
    """Whether a link text cannot be a title: a role, a venue, a date, an identifier, a host, a number.

    >>> is_generic("ICML2023"), is_generic("2301.00001"), is_generic("Gaussianization Flows")
    (True, True, False)
    """
    bare = bare_label(text)
    if len(bare) < 2 or label_role(bare) is not None:  # noqa: PLR2004
        return True
    label = find_label(bare)
    if label is not None and (label.year is not None or bare.isupper() or " " not in bare):
        return True
    if find_date(bare) is not None or not any(character.isalpha() for character in bare):
        return True
    return any(form.fullmatch(bare) for form in (_ARXIV, _DOI, _HOST, _NUMBERED_IDENTIFIER))


def find_label_at_end(text: str) -> VenueLabel | None:
    """Return the venue label at the end of a short link text, the words before it being an institute or a group.

    >>> find_label_at_end("GoogleBrain ICLR 2017").venue, find_label_at_end("A Study of Vision")
    ('ICLR', None)
    """
    bare = bare_label(text)
    whole = find_label(bare)
    words = bare.split()
    if whole is not None or not 1 < len(words) <= _MOST_LABEL_WORDS:
        return whole
    for n_last in (1, 2):
        label = find_label(" ".join(words[-n_last:]))
        if label is not None and label.year is not None and len(words) > n_last:
            return label
    return None


@lru_cache(maxsize=4096)
def is_names_and_year(text: str) -> bool:
    """Whether a link text is an author-year citation such as ``Cardelli, Wegner (1985)``.

    >>> is_names_and_year("Flanagan et al (1993)"), is_names_and_year("A Survey of Transfer Learning (2010)")
    (True, False)
    """
    from enrich.readers.fields.written_names import is_names  # noqa: PLC0415 (the two modules are one concept in two files)

    bare = bare_label(text)
    if not _NAMES_AND_YEAR.fullmatch(bare + (")" if "(" in bare else "")) and not _NAMES_AND_YEAR.fullmatch(bare):
        return False
    names = re.split(r"[(\d]", bare, maxsplit=1)[0].strip(" ,")
    has_marks = "(" in bare or "," in bare or " and " in bare or "&" in bare or "et al" in bare
    return has_marks and is_names(names, allow_surnames=True)


def role_of(label: str, url: str) -> LinkRole:
    """Return the role of a link from its text, else from its address.

    >>> role_of("NeurIPS19", "https://arxiv.org/abs/1909.01377").value, role_of("code", "https://example.org").value
    ('paper', 'code')
    """
    named = label_role(label) if label else None
    if named is None and label and find_label(bare_label(label)) is not None:
        named = LinkRole.PAPER
    shown = url_role(url)
    if named is LinkRole.PAPER and shown in {LinkRole.CODE, LinkRole.VIDEO} and not url.lower().endswith(".pdf"):
        return shown or LinkRole.PAPER
    if named is LinkRole.LINK and shown is not None:
        return shown
    return named or shown or LinkRole.LINK
