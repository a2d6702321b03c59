"""What the page that takes a record to a workstation says: its marking, and what a document leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.casework.workstations.documents import VERSIONS, held, marking, trial
from vaern.node.casework.workstations.labels import said
from vaern.node.web.components import Definitions, Empty
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from vaern.node.casework.models import Casework
    from vaern.node.casework.workstations.documents import Goods, Trial
    from vaern.node.organisations.viewers import Viewer


def shown(viewer: Viewer, record: Casework, goods: Goods) -> object:
    """Return what is said before a VICS document leaves."""
    facts = Definitions(
        [
            (_("Files at most"), goods.total),
            (_("Handling"), _mark(viewer, record)),
            (_("Where the handling stands"), _("In the name of the file and in the ledger: VICS has no place for it")),
        ]
    )
    return format_html("{}{}", facts, _left(trial(record, goods), goods.total))


def of_table(viewer: Viewer, record: Casework, goods: Goods) -> object:
    """Return what is said before a table leaves, which leaves nothing out."""
    return Definitions(
        [
            (_("Entries"), goods.total),
            (_("Handling"), _mark(viewer, record)),
            (_("Where the handling stands"), _("In the name of the file and in the ledger")),
        ]
    )


def _mark(viewer: Viewer, record: Casework) -> str:
    return marking(held(viewer, record), synthetic=getattr(record, "synthetic", False))


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
