"""What the front page says of graded VICS: documents that were read, and wait for a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from vaern.node.casework.kinds import called
from vaern.node.casework.workstations import queries_graded
from vaern.node.casework.workstations.kinds import kind_of
from vaern.node.web.items import Button, Item

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from vaern.node.casework.workstations.models import GradedDocument
    from vaern.node.organisations.viewers import Viewer


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return the documents that wait for somebody like the viewer; the oldest, where they are many."""
    found = queries_graded.waiting(viewer).first
    names = called([one.subject for one in found])
    return [_item(one, names) for one in found]


def _item(document: GradedDocument, names: Mapping[UUID, str]) -> Item:
    said = _("It was read: %(n)s media are graded. Nothing counts before you decide.")
    graded = sum(one.media for one in document.graded.values())
    url = reverse(kind_of(document.kind).page, kwargs={"id": document.record, "document": document.pk})
    return Item(
        _("Graded VICS for %(record)s") % {"record": names.get(document.record, _("a record"))},
        said % {"n": number_format(graded, force_grouping=True)},
        Button(_("Decide"), url),
        f"{document.kind}/{document.record}",
        "info",
        since=document.started_at,
    )
