"""The page on which the grades of a workstation come back to a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.casework.sheets import own_or_404
from vaern.node.casework.workstations.forms import TakeGradesForm
from vaern.node.casework.workstations.graded import LARGEST
from vaern.node.casework.workstations.presenters import difference
from vaern.node.casework.workstations.views_graded import bring_back
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.scans import actions, presenters, queries
from vaern.node.scans.models import Scan
from vaern.node.web.intake import takes_up_to

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.casework.workstations.graded import Graded


@takes_up_to(LARGEST)
@requires(Permission.SCAN_ADD)
def graded_file(request: HttpRequest, id: UUID) -> HttpResponse:
    """Read a graded document against a scan, show what it says by category, and take it."""
    viewer, scan = viewer_of(request), own_or_404(Scan, id)

    def take(form: Any, document: Graded) -> int:
        return actions.grade(viewer, form.reason, scan, document.by_grade, document.words)

    return bring_back(
        request,
        presenters.about(scan),
        text=_(
            "Media meet the findings by their MD5. A category stays one of its own scheme, what comes from a list "
            "grades nothing, and nothing is concluded by it: the decision on the scan stays yours."
        ),
        resolve=lambda media: queries.of_media(scan, media),
        difference=lambda document: difference(document, queries.graded_before(scan, document)),
        form=TakeGradesForm,
        take=take,
        done=_done,
    )


def _done(changed: int) -> str:
    if not changed:
        return _("All of these grades stood already: nothing is changed.")
    text = ngettext("%(n)s finding is graded.", "%(n)s findings are graded.", changed)
    return text % {"n": changed}
