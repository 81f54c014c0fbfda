"""What an update does to one entry: from what it says and what is known of its work to changes of fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from enrich.check.differing_titles import TitleDifference, compare_title
from enrich.export.formats.bibtex import escape_text, protect_title
from enrich.merge.claimed_values import is_published
from enrich.merge.precedence import LIST
from enrich.model.identifiers import Scheme
from enrich.model.record import WorkType
from enrich.text.bibfields import CONTAINERS, WORK_TYPES
from enrich.text.names import to_family_first
from enrich.text.written_dates import MONTHS
from enrich.updating.changes import FieldChange, Policy, Proposal, Remark, Said
from enrich.updating.mistyped_titles import can_set_title, mended_title
from enrich.updating.own_values import OwnEntry, arxiv_id_in, names_preprint, names_preprint_doi, same_place, says_same
from enrich.updating.published import TYPES, facts_of, preprint_facts, version_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from enrich.model.work import Version, Work

_FIELDS_OF = {
    "inproceedings": ("year", "volume", "pages", "publisher", "doi"),
    "article": ("year", "volume", "number", "pages", "doi"),
    "incollection": ("year", "volume", "pages", "publisher", "doi"),
    "book": ("year", "publisher", "doi"),
}
"""What each type of entry says of its place besides the container (btxdoc; DOI in every style that knows it)."""
_COMPARED = ("year", "volume", "number", "pages", "doi")
_OF_PREPRINTS = ("volume", "number", "issue", "pages", "eid", "publisher", "institution", "organization")
"""Where people write the server or the number of a preprint."""
_SYNONYMS = {"year": ("date",), "pages": ("eid", "articleno"), "number": ("issue",), "publisher": ("organization",)}
"""Fields that say the same to some program."""
_IDENTITY = ("doi", "url", "eprint")
_RAW = re.compile(r"[{}\\\s]")


def propose(own: OwnEntry, work: Work, policy: Policy) -> Proposal:
    """The changes of an entry whose work is sure; what differs and may not be changed is a conflict."""
    proposer = _Proposer(own, work, policy)
    proposer.run()
    return proposer.proposal


class _Proposer:
    def __init__(self, own: OwnEntry, work: Work, policy: Policy) -> None:
        self.own, self.work, self.policy = own, work, policy
        self.proposal = Proposal()

    def run(self) -> None:
        for remark in ("retracted", "withdrawn", "expression of concern"):
            if remark in self.work.remarks:
                self._remark(remark, f"“{self.work.title}” is marked: {remark}")
        if self.policy is Policy.CORRECT:
            self._correct_title()
        self._fill_description()
        type_ = None if self.own.is_preprint else WORK_TYPES.get(self.own.block.type)
        version = version_of(self.work, self.own.container, self.own.doi, type_)
        if self.own.is_preprint:
            self._preprint(version)
        elif version is not None and self._means(version) and "venue" in facts_of(self.work, version):
            self._published(version)
        if not any(name in self._taken for name in _IDENTITY):
            self._fill_identity()

    def _preprint(self, version: Version | None) -> None:
        """A preprint becomes its published version where it has one; its own identifier stays in ``eprint``."""
        facts = facts_of(self.work, version) if version else {}
        is_other = self.own.doi is not None and not self._is_ours("doi", facts)
        if is_other and "doi" in facts:
            self._conflict("doi", self.own.written("doi"), facts["doi"].value, facts["doi"])
        is_paper = version is not None and version.type is not WorkType.BOOK and "venue" in facts
        if version is None or not is_paper or self.policy is Policy.FILL or is_other:
            self._year_of_preprint(preprint_facts(self.work).get("year"))
            return
        type_ = TYPES[version.type]
        if self.own.block.type != type_:
            self.proposal.type = type_
            self._note_change("type", self.own.block.type, type_, facts["venue"])
        self._keep_eprint()
        self._set_container("journal" if type_ == "article" else "booktitle", facts["venue"])
        for name in _OF_PREPRINTS:
            if name not in _FIELDS_OF[type_]:
                self._set_of_preprint(name, None)
        for name in _FIELDS_OF[type_]:
            self._set_of_preprint(name, facts.get(name))
        self._date_of_preprint(facts)
        if "doi" not in facts and "url" in facts and "url" not in self._taken:
            self._change("url", facts["url"])

    def _published(self, version: Version) -> None:
        """What is missing is filled from the version that the entry means; what differs is a conflict."""
        facts = facts_of(self.work, version)
        container = "journal" if version.type is WorkType.JOURNAL else "booktitle"
        field, named = self.own.container_field, self.own.container
        if field and named and same_place(named, version.venue or "") is False:
            self._conflict(field, self.own.written(field) or named, facts["venue"].value, facts["venue"])
            return
        if self.own.container_field is None and version.type is not WorkType.BOOK:
            self._set_container(container, facts["venue"])
        for name in _FIELDS_OF[TYPES[version.type]]:
            said = facts.get(name)
            if said is None:
                continue
            if not self._has(name):
                self._change(name, said)
            elif name in _COMPARED and not self._agrees(name, said) and not self._is_stated(name):
                self._differ(name, said, version)

    def _is_stated(self, name: str) -> bool:
        """Whether some source states the entry's year: that of the issue, or of first publication on line."""
        years = {record.year for record in self.work.records if record.source != LIST and is_published(record)}
        return name == "year" and self.own.year in years

    def _means(self, version: Version) -> bool:
        """Whether the entry cites that version: of its type, in its year or the next to it, at its place if it says."""
        if TYPES[version.type] != TYPES.get(WORK_TYPES.get(self.own.block.type, WorkType.UNKNOWN)):
            return False
        named = self.own.doi is not None and any(one.value == self.own.doi for one in version.identifiers)
        is_near = not self.own.year or not version.year or abs(self.own.year - version.year) <= 1
        container = self.own.container
        return named or (is_near and (container is None or bool(same_place(container, version.venue or ""))))

    def _differ(self, name: str, said: Said, version: Version) -> None:
        """A difference: a conflict, unless it is a defect that is sure and may be corrected."""
        if self.policy is Policy.CORRECT and self._is_sure_defect(name, said, version):
            self._change(name, said)
        else:
            self._conflict(name, self.own.written(name) or self.own.values.get(name), said.value, said)

    def _is_sure_defect(self, name: str, said: Said, version: Version) -> bool:
        """Another work's DOI; a conference's year, or one further from a journal's than first publication on line."""
        if name in self.own.inherited or name not in self.own.names:
            return False
        if name == "doi":
            return any(one.identifier.value == self.own.doi for one in self.work.refusals)
        if name != "year" or self.own.year is None:
            return False
        latitude = 1 if version.type is WorkType.JOURNAL else 0
        return abs(self.own.year - int(said.value)) > latitude

    def _correct_title(self) -> None:
        versions, records = self.work.versions, self.work.records
        known = [self.work.title, *(one.title or "" for one in versions), *(one.title or "" for one in records)]
        title = self.own.values.get("title")
        if not title or "title" not in self.own.names or compare_title(title, known) is not TitleDifference.TYPO:
            return
        written = self.own.written("title") or ""
        said = self._claimed("title")
        mended, field = mended_title(written, self.work.title), self.own.block.field("title")
        can_set = mended is not None and field is not None and can_set_title(self.own.book, field, mended)
        if said and can_set and mended != written:
            self._change("title", said, mended)
        elif said:
            self._conflict("title", written, self.work.title, said)

    def _fill_description(self) -> None:
        """Title and authors of an entry that has none."""
        said = self._claimed("title")
        if said and "title" not in self._taken:
            self._change("title", said, protect_title(self.work.title))
        authors = self._claimed("authors")
        if authors and not {"author", "editor"} & self._taken and self.work.authors:
            names = [
                f"{{{escape_text(one.name)}}}"
                if one.is_organization or not one.family
                else escape_text(to_family_first(one))
                for one in self.work.authors
            ]
            more = ["others"] if self.work.authors_truncated else []
            self._change("author", authors, " and ".join([*names, *more]))

    def _fill_identity(self) -> None:
        """An entry that nothing identifies gets the identifier of its preprint, by which it can be found again."""
        known = {one.value for one in self.own.entry.identifiers}
        facts = preprint_facts(self.work)
        if facts and facts["eprint"].value not in known:
            self._change("eprint", facts["eprint"])
            self._change("archiveprefix", facts["archiveprefix"])

    def _keep_eprint(self) -> None:
        """The number of the preprint stays where its container, its volume or its DOI held it."""
        if "eprint" in self._taken:
            return
        held = (self.own.container_field, *_OF_PREPRINTS, "doi")
        found = (arxiv_id_in(self.own.values[name]) for name in held if name and name in self.own.values)
        value = next(filter(None, found), None)
        facts = preprint_facts(self.work)
        if value and facts:
            said = facts["eprint"]
            self._change("eprint", Said(value, said.source, said.retrieved_at, said.source_url))
            if not {"archiveprefix", "eprinttype"} & self._taken:
                self._change("archiveprefix", facts["archiveprefix"])

    def _set_container(self, name: str, said: Said) -> None:
        """The container gets its name, in the place of the preprint server's if that stood in a field."""
        field = next((one for one in CONTAINERS if one in self.own.names), None)
        if name == "journal" and field == "journaltitle":
            name = "journaltitle"
        macro = self.own.macros.find(said.value)
        value = macro or escape_text(said.value)
        if field is None:
            self._note_change(name, None, value, said, is_macro=macro is not None)
        else:
            new_name = name if name != field else None
            self._note_change(field, self.own.written(field), value, said, new_name, is_macro=macro is not None)

    def _set_of_preprint(self, name: str, said: Said | None) -> None:
        """A field of the publication in the place of the preprint's; a number of the preprint goes to ``eprint``."""
        if name == "year":
            return
        mine = self.own.values.get(name)
        is_preprints = mine is not None and name in self.own.names and self._is_preprints(name, mine)
        if said is not None and (is_preprints or not self._has(name)):
            if mine is None or not says_same(name, mine, said.value):
                self._change(name, said)
        elif said is not None and name in _COMPARED and not self._agrees(name, said):
            self._conflict(name, mine, said.value, said)
        elif said is None and is_preprints and name != "doi":
            self._note_change(name, self.own.written(name), None, self._claimed("arxiv_id"))

    def _is_preprints(self, name: str, value: str) -> bool:
        if name == "doi":
            return names_preprint_doi(value)
        return names_preprint(value) or arxiv_id_in(value) is not None

    def _date_of_preprint(self, facts: Mapping[str, Said]) -> None:
        """Year and month of the publication; a month of the preprint that nobody replaces is told of."""
        said = facts.get("year")
        if said is None or (self.own.year and str(self.own.year) == said.value):
            return
        field = "date" if "year" not in self.own.names and "date" in self.own.names else "year"
        self._change(field, said)
        if "month" in self.own.names and field == "year":
            if "month" in facts:
                self._change("month", facts["month"], self._month(int(facts["month"].value)))
            else:
                self._conflict("month", self.own.written("month"), None, said)

    def _year_of_preprint(self, said: Said | None) -> None:
        """The year of a preprint that stays one: later versions have later years, but none is older than the first."""
        if said is None:
            return
        if not self._has("year"):
            self._change("year", said)
        elif self.own.year and self.own.year < int(said.value) and "year" in self.own.names:
            if self.policy is Policy.CORRECT:
                self._change("year", said)
            else:
                self._conflict("year", self.own.written("year"), said.value, said)

    def _month(self, number: int) -> str:
        return str(number) if (self.own.written("month") or "").strip().isdigit() else MONTHS[number - 1]

    @property
    def _taken(self) -> set[str]:
        """Fields that the entry has, or gets."""
        return {*self.own.values, *(new or change.field for change, new, _ in self.proposal.changes)}

    def _has(self, name: str) -> bool:
        gone = {change.field for change, _, _ in self.proposal.changes if change.new is None}
        return not {name, *_SYNONYMS.get(name, ())}.isdisjoint(self.own.values.keys() - gone)

    def _agrees(self, name: str, said: Said) -> bool:
        mine = next((self.own.values[one] for one in (name, *_SYNONYMS.get(name, ())) if one in self.own.values), "")
        return says_same(name, mine, said.value) or (name == "doi" and self._is_alias(mine))

    def _is_alias(self, doi: str) -> bool:
        """Whether a DOI is another one of the same work."""
        records = (record for record in self.work.records if record.source != LIST)
        dois = {one.value for record in records for one in record.identifiers if one.scheme is Scheme.DOI}
        return self.own.doi in dois or names_preprint_doi(doi)

    def _is_ours(self, name: str, facts: Mapping[str, Said]) -> bool:
        return name in facts and self._agrees(name, facts[name])

    def _claimed(self, name: str) -> Said | None:
        """Who says the value that was selected for a field of the work, unless it is the list itself."""
        claims = (one for one in self.work.claims if one.field == name and one.source != LIST)
        found = next(iter(sorted(claims, key=lambda one: not one.is_selected)), None)
        return Said(found.value, found.source, found.retrieved_at, found.source_url) if found else None

    def _change(self, name: str, said: Said, tex: str | None = None) -> None:
        """The field gets a value, unless a parent has it, where it is out of reach."""
        if name in self.own.inherited:
            return
        if tex is None:
            is_raw = name in ("doi", "url", "eprint")
            tex = _RAW.sub(lambda one: f"%{ord(one[0]):02X}", said.value) if is_raw else escape_text(said.value)
        is_macro = name == "month" and tex in MONTHS
        old = self.own.written(name)
        if tex != old:
            self._note_change(name, old, tex, said, is_macro=is_macro)

    def _note_change(
        self,
        name: str,
        old: str | None,
        new: str | None,
        said: Said | None,
        new_name: str | None = None,
        *,
        is_macro: bool = False,
    ) -> None:
        if said is not None:
            self.proposal.changes.append((self._as_change(name, old, new, said), new_name, is_macro))

    def _conflict(self, name: str, old: str | None, new: str | None, said: Said) -> None:
        self.proposal.conflicts.append(self._as_change(name, old, new, said))

    def _as_change(self, name: str, old: str | None, new: str | None, said: Said) -> FieldChange:
        block = self.own.block
        return FieldChange(key=block.key, line=block.line, field=name, old=old, new=new, said=said)

    def _remark(self, kind: str, text: str) -> None:
        self.proposal.remarks.append(Remark(kind=kind, key=self.own.block.key, line=self.own.block.line, text=text))
