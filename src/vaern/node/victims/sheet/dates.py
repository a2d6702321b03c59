"""Dates of a series beside its milestones: when files were taken and added, clues written, series merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.victims.clues.labels import KINDS
from vaern.node.victims.clues.queries import author, clues_of
from vaern.node.victims.models import Member, Merge
from vaern.node.victims.rules.clues import ClueKind
from vaern.node.web.components import Event

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Series

MOST = 40
"""Days on which files were added that are shown, the latest."""


def dates_of(viewer: Viewer, series: Series) -> list[Event]:
    """Return what happened to a series, as far as the viewer may know; part of a page whose reading is recorded."""
    return [*_files(series), *_taken(series), *_clues(viewer, series), *_merges(viewer, series)]


def _files(series: Series) -> list[Event]:
    added = Member.of(series=series).annotate(day=TruncDate("added_at")).values_list("day")
    days = added.annotate(n=Count("pk"), at=Max("added_at")).order_by("-day")[:MOST]
    return [Event(at, ngettext("%(n)s file was added", "%(n)s files were added", n) % {"n": n}) for _day, n, at in days]


def _taken(series: Series) -> list[Event]:
    found = []
    if series.first_taken:
        found.append(Event(series.first_taken, _("The first file was taken, by its camera's clock")))
    if series.last_taken and series.last_taken != series.first_taken:
        found.append(Event(series.last_taken, _("The last file was taken, by its camera's clock")))
    return found


def _clues(viewer: Viewer, series: Series) -> list[Event]:
    own = viewer.organisation.id
    return [
        Event(
            read.clue.written_at,
            _("Clue: %(kind)s") % {"kind": KINDS[ClueKind(read.clue.kind)]},
            author(read.clue, own),
            read.words or "",
            "neutral" if read.clue.withdrawn_at else "info",
        )
        for read in clues_of(viewer, series)
    ]


def _merges(viewer: Viewer, series: Series) -> list[Event]:
    if series.organisation_id != viewer.organisation.id:
        return []
    merges = Merge.objects.filter(kept=series).select_related("absorbed", "merged_by")
    return [
        Event(
            one.merged_at,
            _("It took over the files of %(code)s") % {"code": one.absorbed.code},
            one.merged_by.name if one.merged_by else _("the node"),
            _("undone since") if one.undone_at else "",
        )
        for one in merges
    ]
