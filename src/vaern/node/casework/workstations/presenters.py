"""What the pages of workstations say: marking and what a document leaves out, and what a graded one brings back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.casework.workstations.documents import VERSIONS, held, marking, trial
from vaern.node.casework.workstations.graded import counts
from vaern.node.casework.workstations.labels import said
from vaern.node.web.components import Chip, Definitions, Empty
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.casework.models import Casework
    from vaern.node.casework.workstations.documents import Goods, Trial
    from vaern.node.casework.workstations.graded import Category, Graded
    from vaern.node.organisations.viewers import Viewer


def shown(viewer: Viewer, record: Casework, goods: Goods) -> object:
    """Return what is said before anything leaves."""
    mark = marking(held(viewer, record), synthetic=getattr(record, "synthetic", False))
    facts = Definitions(
        [
            (_("Files at most"), goods.total),
            (_("Handling"), mark),
            (_("Where the handling stands"), _("In the name of the file and in the ledger: VICS has no place for it")),
        ]
    )
    return format_html("{}{}", facts, _left(trial(record, goods), goods.total))


def _left(found: Trial, total: int) -> Table:
    rows = []
    for left in (found.entries, found.fields):
        names = dict.fromkeys(name for version in VERSIONS for name in left[version])
        rows += [Row([said(name), *(left[version][name] for version in VERSIONS)]) for name in names]
    caption = _("Left out") if found.looked_at >= total else _("Left out of the first %(n)s")
    return Table(
        caption=caption % {"n": number_format(found.looked_at, force_grouping=True)},
        columns=[Column(_("What")), *(Column(f"VICS {version}", numeric=True) for version in VERSIONS)],
        rows=rows,
        show_caption=True,
        empty=Empty(_("Nothing is left out"), _("VICS has a place for all of it.")),
        id="left-out",
        fixed=True,
    )


def faults(graded: Graded) -> Table:
    """Return what is wrong with a document, and at which record."""
    return Table(
        caption=_("What is wrong with the file"),
        columns=[Column(pgettext("of a file", "Record"), numeric=True), Column(_("What"))],
        rows=[Row([one.record, one.what]) for one in graded.problems],
        show_caption=True,
        id="faults",
        fixed=True,
    )


def difference(graded: Graded, before: Mapping[Category, tuple[int, int]]) -> Table:
    """Return what a document says by category.

    Args:
        graded: the document.
        before: of each category that grades, how many have it already, and how many have another.
    """
    met = counts(graded)
    rows = []
    for place, category in enumerate(graded.categories):
        if not met[place]:
            continue
        if category.grades:
            same, other = before.get(category, (0, 0))
            rows.append(Row([str(category), met[place], met[place] - same - other, same, other]))
        else:
            said = _("From a list: nobody looked") if category.listed else _("No category")
            rows.append(Row([Chip(said, "info"), met[place], 0, "", ""]))
    return Table(
        caption=_("What it says"),
        columns=[
            Column(_("Category")),
            Column(_("Files"), numeric=True),
            Column(_("New"), numeric=True),
            Column(_("As before"), numeric=True),
            Column(_("Otherwise before"), numeric=True),
        ],
        rows=rows,
        show_caption=True,
        id="difference",
        fixed=True,
    )
