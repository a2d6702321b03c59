"""Pages about meetings: the list, and the question whether someone else works on a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework import kinds
from vaern.node.casework.forms import WorkForm
from vaern.node.crosscheck.base.disclosures import reveals_of
from vaern.node.crosscheck.registry import presenters, queries
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lists import list_page, one_of
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.crosscheck.models import Enrolment


def enrolment_or_404(request: HttpRequest, kind: str, id: UUID) -> Enrolment:
    """Return the enrolment of a record of the viewer's own organisation.

    Raises:
        Http404: it is another's, or there is none.
    """
    return or_404(queries.own_enrolment(viewer_of(request), kind, id))


@requires(Permission.CROSSCHECK_VIEW)
def meetings(request: HttpRequest) -> HttpResponse:
    """Show the meetings of the viewer's organisation."""
    viewer, which = viewer_of(request), one_of(request.GET, "which", ("new", "told", "asked"))
    found, page = queries.listed(viewer, which, request.GET)
    reveals = reveals_of(viewer, [one.id for one in found])
    table = presenters.meetings_table(viewer, found, page, which, reveals)
    return list_page(
        request,
        title=_("Matches"),
        lead=_(
            "Records of yours that hold the same value as a record of somebody else. Neither side sees who the other "
            "is until both agree."
        ),
        table=table,
    )


@requires(Permission.CROSSCHECK_VIEW)
def look_up(request: HttpRequest, kind: str, id: UUID) -> HttpResponse:
    """Ask whether someone else works on what a record is about, and answer."""
    viewer, enrolment = viewer_of(request), enrolment_or_404(request, kind, id)
    back = kinds.url_for(viewer, enrolment.subject) or reverse("crosscheck:meetings")
    about = presenters.of_record(enrolment, back)

    def do(form: Any) -> HttpResponse:
        facts = presenters.answer_facts(queries.look_up(viewer, form.reason, enrolment))
        return render(request, "crosscheck/registry/look_up.html", {"facts": facts, "back": back, "about": about})

    return decide(
        request,
        title=_("Does someone else work on this?"),
        subject=about,
        crumbs=[(_("Matches"), reverse("crosscheck:meetings"))],
        back=back,
        submit=_("Ask"),
        text=_(
            "The record's keyed values are compared with those of every organisation. You learn whether there is "
            "somebody, not who; the question is recorded."
        ),
        form=WorkForm,
        do=do,
        done=None,
    )
