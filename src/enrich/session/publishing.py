"""Writing a bibliography into its folder, with what is new since the last run there; the journal notes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from enrich.export import with_changes, with_news, write, write_quiet
from enrich.merge.digests import content_digest
from enrich.session.stages import Event, Written
from enrich.session.wiring import export_options
from enrich.text.printable import counted

if TYPE_CHECKING:
    from pathlib import Path

    from enrich.model.work import Bibliography
    from enrich.session.resources import Resources


def publish(bibliography: Bibliography, out: Path, held: Resources, *, only_news: bool) -> Written:
    """What was written: all files, or with ``only_news`` what tells of the run alone where it brought none."""
    options = export_options(held.settings)
    bibliography = replace(bibliography, finished_at=held.now())
    place = str(out.resolve())
    bibliography = with_news(bibliography, out, held.store.published(place), held.store.published())
    content = content_digest(bibliography)
    stays = only_news and not held.journal.is_news(bibliography, out, content)
    if stays and (quiet := write_quiet(bibliography, out, options=options)) is not None:
        written = Written((), quiet, (), quiet.changes_since, is_quiet=True)
    else:
        bibliography = with_changes(bibliography, out)
        held.tell(Event("export", f"{counted(len(bibliography.works), 'work')} into {out}"))
        paths = write(bibliography, out, options=options, on_step=lambda *step: held.on_progress("export", *step))
        written = Written(paths, bibliography, bibliography.changes or (), bibliography.changes_since)
    with held.store.transaction():
        ids = [one.work_id for one in bibliography.works]
        held.store.put_published(place, ids, bibliography.started_at)
    held.journal.note_lists(bibliography, out, content, n_changes=len(written.changes))
    return written
