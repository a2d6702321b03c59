"""What pages show of feedback to sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.lists.upward import labels
from vaern.node.web.components import Code, Empty, When
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from vaern.node.lists.models import HashList, SourceFeedback
    from vaern.node.web.paging import Page


def at_telling(hash_list: HashList) -> str:
    """Return the address of the page on which a source is told."""
    return reverse("lists:tell-source", args=[hash_list.pk])


def at_told(hash_list: HashList) -> str:
    """Return the address of what a source was told."""
    return reverse("lists:source-told", args=[hash_list.pk])


def told_table(page: Page[SourceFeedback], state: str) -> Table:
    """Return what the source of a list was told, with what it answered."""
    states = [(code.value, label) for code, (label, _tone) in labels.STATES.items()]
    return Table(
        caption=_("What the source was told"),
        columns=[
            Column(_("Entry")),
            Column(_("Hash")),
            Column(_("What it says")),
            Column(_("Why")),
            Column(_("State")),
            Column(_("What the source said")),
            Column(_("Decided")),
            Column(_("By")),
        ],
        rows=[
            Row(
                [
                    Code(one.ident, 24),
                    one.kind.upper(),
                    labels.opinion(one.opinion),
                    ", ".join(one.reasons) or "–",
                    labels.state(one),
                    one.said or "–",
                    When(one.asked_at),
                    one.asked_by.name if one.asked_by else "–",
                ]
            )
            for one in page.rows
        ],
        filters=[Filter("state", _("State"), states, state)],
        page=page,
        empty=Empty(_("The source was told nothing yet"), _("What you send it of what you found stands here.")),
        id="told",
    )
