"""Releasing: exactly what was seen in a preview, and for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.alliance.models import PublicRelease
from vaern.node.alliance.publishing import across, acts, contents, preview_computation, previews
from vaern.node.base.refusals import Refusal, Stale
from vaern.node.base.sql import lock
from vaern.node.ledger.record import record
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from vaern.node.alliance.models import ReleasePreview
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

LONGEST_EXPLANATION = 500

LOCK = 0x54_4F_4C_44
"""The number of PostgreSQL's advisory lock under which one person at a time releases ("TOLD")."""


@transaction.atomic
def release(
    viewer: Viewer, reason: Reason, preview: ReleasePreview, explanation: str = "", explanation_da: str = ""
) -> PublicRelease:
    """Release what was seen in a preview. It cannot be taken back: those who read it know it.

    Args:
        viewer: somebody of the secretariat.
        reason: why, for the ledger.
        preview: that was seen. It is gone afterwards.
        explanation: what everybody reads; of a correction, what was wrong.
        explanation_da: the same in Danish.

    Raises:
        Refusal: why not; the numbers changed since the preview, or the release was corrected already.
    """
    if not viewer.may(Permission.ALLIANCE_MANAGE) or viewer.person is None:
        raise Refusal(_("Only the secretariat releases figures."))
    lock(LOCK)  # one release at a time, the first one too
    latest = PublicRelease.objects.order_by("-number").values_list("number", flat=True).first() or 0
    corrects, explanation, explanation_da = preview.corrects, explanation.strip(), explanation_da.strip()
    if max(len(explanation), len(explanation_da)) > LONGEST_EXPLANATION:
        raise Refusal(_("The explanation has at most %(most)s characters.") % {"most": LONGEST_EXPLANATION})
    if corrects is not None and not explanation:
        raise Refusal(_("Say what was wrong: everybody who read the release reads it too."))
    previews.refuse_corrected(corrects)
    ground = contents.gather(preview_computation.scope_of(preview))
    content = contents.content(ground, previews.left_out_of(preview))
    if preview.ready_at is None or contents.digest(ground, content) != preview.digest:
        raise Stale(_("The numbers have changed since the preview: look at a new one."))
    made = PublicRelease.objects.create(
        number=latest + 1,
        released_by=viewer.person,
        content=preview.content,
        basis=preview.basis,
        corrects=corrects,
        explanation=explanation,
        explanation_da=explanation_da,
    )
    preview.delete()
    act = acts.CORRECTED if corrects else acts.RELEASED
    record(act, made.subject, viewer.actor, reason, count=len(content.figures))
    across.tell(viewer, reason, made)
    return made
