"""Previews of a release: begun by a request, computed by it or by a job, shown until they are released or old."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.alliance.models import PublicRelease, ReleasePreview
from vaern.node.alliance.publishing import contents, expiry, sources
from vaern.node.alliance.publishing.expiry import KEPT
from vaern.node.alliance.publishing.jobs import compute_preview
from vaern.node.alliance.publishing.preview_computation import decide
from vaern.node.alliance.rules import periods
from vaern.node.alliance.rules.figures import Published, loaded
from vaern.node.alliance.rules.suppression.cells import Cell
from vaern.node.alliance.rules.suppression.protection import Why
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from vaern.node.alliance.rules.releases import Scope
    from vaern.node.organisations.viewers import Viewer

AT_ONCE = 2_000
"""Cells, with those that were told before, that are decided within the request: a second or two. More are for the job:
a new cell is held against all that was ever told."""


@dataclass(frozen=True)
class Seen:
    """What a preview shows: exactly what a release would tell, and for the secretariat alone what it leaves out."""

    content: Published
    left_out: Mapping[Cell, Why]


@transaction.atomic
def ask(viewer: Viewer, scope: Scope, corrects: PublicRelease | None = None) -> ReleasePreview:
    """Begin a preview, or return the same that is being computed; a small one is there at once, a large one is a job's.

    In one transaction: nobody waits for a preview that no job computes.

    Raises:
        Refusal: the viewer may not release, there is nothing to release, or the release was corrected already.
    """
    if not viewer.may(Permission.ALLIANCE_MANAGE) or viewer.person is None:
        raise Refusal(_("Only the secretariat releases figures."))
    refuse_corrected(corrects)
    ground = contents.gather(scope)
    expiry.expire()
    asked = {"first": scope.first, "last": scope.last, "depth": scope.depth, "corrects": corrects}
    if same := ReleasePreview.objects.filter(**asked, ready_at=None).first():
        return same  # it is computed already, for whoever asked before
    preview = ReleasePreview.objects.create(asked_by=viewer.person, **asked)
    if len(ground.tables.cells) + sources.count_told_before() > AT_ONCE:
        compute_preview.defer(preview=str(preview.pk))
    else:
        decide(preview.pk, ground)
        preview.refresh_from_db()
    return preview


def refuse_corrected(corrects: PublicRelease | None) -> None:
    """Refuse a second correction of one release: before minutes of computing, and again when it is released.

    Raises:
        Refusal: it was corrected already.
    """
    if corrects is not None and PublicRelease.objects.filter(corrects=corrects).exists():
        raise Conflict(_("This release was corrected already: correct the correction."))


def left_out_of(preview: ReleasePreview) -> dict[Cell, Why]:
    """Return the cells that a preview leaves out."""
    return {Cell(code, row, *periods.read(period)): Why(why) for code, row, period, why in preview.left_out}


def seen(preview: ReleasePreview) -> Seen:
    """Return what a preview shows, once it is ready."""
    return Seen(loaded(preview.content), left_out_of(preview))


def find(id: UUID) -> ReleasePreview | None:
    """Return a preview that is not yet too old."""
    found = ReleasePreview.objects.select_related("corrects")
    return found.filter(pk=id, asked_at__gte=timezone.now() - KEPT).first()


def waiting() -> list[ReleasePreview]:
    """Return the previews that nobody released yet, the latest first."""
    found = ReleasePreview.objects.filter(asked_at__gte=timezone.now() - KEPT).order_by("-asked_at")
    return list(found.select_related("asked_by", "corrects").defer("content", "basis", "left_out"))
