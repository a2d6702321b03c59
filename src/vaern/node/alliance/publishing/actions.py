"""Releasing: a preview that changes nothing, and the release of exactly what was seen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.alliance.frame import rules as frame
from vaern.node.alliance.indicators import definitions, periods
from vaern.node.alliance.models import PublicRelease
from vaern.node.alliance.publishing import acts, assembling, commitments, gathering
from vaern.node.alliance.publishing.published import Published, Row, stored
from vaern.node.alliance.publishing.suppression.cells import Tables
from vaern.node.alliance.publishing.suppression.protecting import protect
from vaern.node.ledger.record import record
from vaern.node.organisations.rules import Permission, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.alliance.publishing.rules import Scope
    from vaern.node.alliance.publishing.suppression.cells import Basis, Cell
    from vaern.node.alliance.publishing.suppression.protecting import Why
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

LONGEST_EXPLANATION = 500


@dataclass(frozen=True)
class Preview:
    """What a release would tell.

    Attributes:
        content: exactly that.
        left_out: the cells that it leaves out, each with why; for the secretariat alone.
        basis: the numbers under it.
    """

    content: Published
    left_out: Mapping[Cell, Why]
    basis: Basis

    @property
    def digest(self) -> str:
        """A short name of the content: what is released has the digest of what was seen."""
        return hashlib.sha256(msgspec.json.encode(self.content)).hexdigest()[:32]


def preview(viewer: Viewer, scope: Scope) -> Preview:
    """Return what a release would tell now; nothing is kept.

    Raises:
        Refused: the viewer may not release, or there is nothing to release.
    """
    if not viewer.may(Permission.ALLIANCE_MANAGE):
        raise Refused(_("Only the secretariat releases figures."))
    today, synthetic = timezone.localdate(), settings.CONFIGURATION.synthetic
    listed, basis = gathering.members(), gathering.basis()
    codes = tuple(member.code for member in listed)
    # What lies before the first number was not counted: it is no zero.
    known = scope.cells(codes, today, running=synthetic)
    cells = frozenset(cell for cell in known if periods.after(cell.period, cell.start) > basis.first)
    if not basis.numbers or not cells:
        raise Refused(_("There is nothing to release: no period of these years is over, or nothing was counted."))
    if min(basis.numbers.values()) < 0:
        raise Refused(_("The values do not agree with each other: wait until they have been computed anew."))
    tables = Tables(basis, codes, cells)
    left_out = protect(gathering.told_before(), tables)
    joined = {member.code: member.joined_date for member in listed}
    figures = assembling.figures(tables, left_out, gathering.medians(), joined)
    content = Published(
        definitions=definitions.current().version, frame=frame.declaration().version, first=scope.first,
        last=scope.last, depth=scope.depth, entries=gathering.entries(), synthetic=synthetic,
        members=tuple(Row(member.code, member.name, member.name_da) for member in listed),
        figures=figures, declared=commitments.declared(codes, figures), promises=commitments.promises(figures, today),
    )  # fmt: skip
    return Preview(content, left_out, basis)


@transaction.atomic
def release(  # noqa: PLR0913 - all that a release has
    viewer: Viewer,
    reason: Reason,
    scope: Scope,
    digest: str,
    explanation: str = "",
    corrects: PublicRelease | None = None,
) -> PublicRelease:
    """Release what was seen in the preview. It can not be taken back: whoever read it knows it.

    Args:
        viewer: somebody of the secretariat.
        reason: why, for the ledger.
        scope: as of the preview.
        digest: of the preview.
        explanation: what everybody reads; of a correction, what was wrong.
        corrects: the release whose place it takes.

    Raises:
        Refused: why not; the numbers changed since the preview, or the release was corrected already.
    """
    latest = PublicRelease.objects.select_for_update().order_by("-number").first()  # one release at a time
    explanation = explanation.strip()
    if len(explanation) > LONGEST_EXPLANATION:
        raise Refused(_("The explanation has at most %(most)s characters.") % {"most": LONGEST_EXPLANATION})
    if corrects is not None and not explanation:
        raise Refused(_("Say what was wrong: everybody who read the release reads it too."))
    if corrects is not None and PublicRelease.objects.filter(corrects=corrects).exists():
        raise Refused(_("This release was corrected already: correct the correction."))
    seen = preview(viewer, scope)
    if seen.digest != digest:
        raise Refused(_("The numbers have changed since the preview: look at it again."))
    assert viewer.person is not None  # a key has no such permission
    made = PublicRelease.objects.create(
        number=(latest.number if latest else 0) + 1, released_by=viewer.person, content=stored(seen.content),
        basis=gathering.written(seen.basis), corrects=corrects, explanation=explanation,
    )  # fmt: skip
    act = acts.CORRECTED if corrects else acts.RELEASED
    record(act, made.subject, viewer.actor, reason, count=len(seen.content.figures))
    return made
