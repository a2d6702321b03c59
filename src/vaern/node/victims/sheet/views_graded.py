"""The page on which the grades of a workstation come back to a series."""

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
from vaern.node.victims.base.pages import about
from vaern.node.victims.models import Series
from vaern.node.victims.sheet import actions, graded
from vaern.node.web.intake import takes_up_to

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.casework.workstations.graded import Graded


@takes_up_to(LARGEST)
@requires(Permission.SERIES_WORK)
def graded_file(request: HttpRequest, id: UUID) -> HttpResponse:
    """Read a graded document against a series, show what it says by category, and take it."""
    viewer, series = viewer_of(request), own_or_404(Series, id)

    def take(form: Any, document: Graded) -> int:
        grades = {grade: graded.numbers(keys) for grade, keys in document.by_grade.items()}
        return actions.grade(viewer, form.reason, series, grades, document.words)

    return bring_back(
        request,
        about(series),
        text=_(
            "Media meet the files by their digests. A category stays one of its own scheme, what comes from a list "
            "grades nothing, and nothing is concluded by it: which files belong to the series, and what is to be done, "
            "stays yours to say."
        ),
        resolve=lambda media: graded.members_of(series, media),
        difference=lambda document: difference(document, graded.before(series, document)),
        form=TakeGradesForm,
        take=take,
        done=_done,
    )


def _done(changed: int) -> str:
    if not changed:
        return _("All of these grades stood already: nothing is changed.")
    return ngettext("%(n)s file is graded.", "%(n)s files are graded.", changed) % {"n": changed}
