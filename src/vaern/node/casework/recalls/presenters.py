"""From recalls to the tables of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.casework import kinds
from vaern.node.casework.recalls import queries
from vaern.node.casework.releases.presenters import ground_words
from vaern.node.casework.releases.queries import subject_of
from vaern.node.web.components import Chip, Empty, Handling, Link, When
from vaern.node.web.reasons import why_label
from vaern.node.web.records import RowActs
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.casework.models import Casework, Release
    from vaern.node.organisations.viewers import Viewer


def recalls_table(viewer: Viewer, found: Sequence[tuple[Release, Casework | None]]) -> Table:
    """Return the recalls that wait for the viewer's organisation, with what is to be done of each."""
    called = kinds.called(copy.subject for _release, copy in found if copy is not None)
    return Table(
        caption=_("Recalls to acknowledge"),
        columns=[
            Column(_("Recalled by")),
            Column(_("Record")),
            Column(_("Your copy")),
            Column(_("Recalled")),
            Column(_("State")),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[
            Row(
                [
                    release.owner.name,
                    kinds.kinds()[release.kind].label,
                    _copy(viewer, copy, called.get(copy.pk, "") if copy else ""),
                    When(release.recalled_at),
                    _late(release),
                    Link(_("Acknowledge"), acknowledge_url(release)) if _may(viewer, release) else "",
                ]
            )
            for release, copy in found
        ],
        empty=Empty(_("No recall waits"), _("When an organisation recalls what it gave you, you acknowledge it here.")),
        id="recalls",
    )


def _copy(viewer: Viewer, copy: Casework | None, called: str) -> object:
    if copy is None:
        return "–"
    url = kinds.url_for(viewer, copy.subject)
    return Link(called, url) if url else called


def _late(release: Release) -> Chip:
    if release.recalled_at and release.recalled_at < timezone.now() - queries.ACKNOWLEDGED_WITHIN:
        return Chip(_("Overdue"), "bad")
    return Chip(_("Waits for you"), "warning")


def _may(viewer: Viewer, release: Release) -> bool:
    return viewer.may(kinds.kinds()[release.kind].acknowledged_by)


def acknowledge_url(release: Release) -> str:
    """Return the address at which the recall of a release is acknowledged."""
    return reverse(f"casework:acknowledge-{release.kind}", args=[release.pk])


def overdue_table(viewer: Viewer, found: Sequence[Release]) -> Table:
    """Return the recalls by the viewer's organisation that recipients should have acknowledged by now."""
    called = kinds.called(subject_of(one) for one in found)

    def record(one: Release) -> object:
        subject = subject_of(one)
        if one.record not in called:
            return kinds.gone(subject)
        url = kinds.url_for(viewer, subject)
        return Link(called[one.record], url) if url else called[one.record]

    return Table(
        caption=_("Recalls not acknowledged in time"),
        columns=[Column(_("Recipient")), Column(_("Record")), Column(_("Handling")), Column(_("Recalled"))],
        rows=[
            Row([one.recipient.name, record(one), Handling(one.handling, one.europol), When(one.recalled_at)])
            for one in found
        ],
        empty=Empty(_("Nothing is overdue"), _("Every recipient has acknowledged in time.")),
        id="overdue",
    )


def release_state(release: Release) -> Chip:
    """Return the chip that says how it is with a release."""
    now = timezone.now()
    if release.acknowledged_at:
        return Chip(_("Recalled, acknowledged"), "neutral")
    if release.recalled_at:
        late = release.recalled_at + queries.ACKNOWLEDGED_WITHIN < now
        return Chip(_("Recalled, not acknowledged"), "bad" if late else "warning")
    if release.expires_at <= now:
        return Chip(_("Expired"), "neutral")
    return Chip(_("Released"), "info")


def releases_table(record: Casework, releases: Sequence[Release], recall: str) -> Table:
    """Return to whom a record was released, for its owner's page.

    Args:
        record: that was released.
        releases: of the record.
        recall: the route by which one is recalled, of the record and the recipient; "" where the viewer may not.
    """

    def acts(release: Release) -> object:
        if not recall or release.recalled_at:
            return ""
        url = reverse(recall, args=[record.pk, release.recipient_id])
        return RowActs(release.recipient.name, [(_("Recall"), url)])

    return Table(
        caption=_("Released to"),
        columns=[
            Column(_("Organisation")),
            Column(_("State")),
            Column(_("Handling")),
            Column(_("Until")),
            Column(_("Why")),
            Column(_("Legal ground")),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[
            Row(
                [
                    release.recipient.name,
                    release_state(release),
                    Handling(release.handling, release.europol),
                    When(release.expires_at),
                    why_label(release.why),
                    ground_words(release),
                    acts(release),
                ]
            )
            for release in releases
        ],
        empty=Empty(_("Released to nobody"), _("Only your own organisation sees it.")),
        id="releases",
    )
