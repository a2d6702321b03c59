"""Pages of comparisons: how two releases of a list differ, and the same as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.reasons import reason_for
from vaern.node.casework.sheets import own_or_404
from vaern.node.lists.base.pages import about_list, crumbs
from vaern.node.lists.comparing import presenters, queries
from vaern.node.lists.comparing.queries import Asked
from vaern.node.lists.models import HashList
from vaern.node.lists.rules.releases import Difference
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, Words, list_page, one_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


LONGEST = 20
"""Characters of a day or of a release's number."""


def _asked(request: HttpRequest) -> Asked:
    old, new = (Words(longest=LONGEST).to_python(request.GET.get(name)) for name in ("from", "to"))
    return Asked(old, new, one_of(request.GET, "difference", Difference))


@requires(Permission.HASHLIST_WORK)
def compare(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show how two releases of a list differ."""
    viewer, found = viewer_of(request), own_or_404(HashList, id)
    comparison = queries.compare(viewer, found, reason_for(request, found), _asked(request), request.GET)
    file = presenters.address(found.pk, comparison.asked, "lists:compare-file")
    offered = viewer.may(Permission.HASHLIST_RELEASE) and comparison.page.rows
    return list_page(
        request,
        title=_("Compare two releases"),
        crumbs=crumbs(found),
        lead=presenters.said(comparison),
        note=_("An entry that differs in two ways counts in both. Votes are no difference; an entry's page has them."),
        buttons=[Button(_("Download as CSV"), file)] if offered else [],
        table=presenters.table(comparison),
        extra={"chart": presenters.chart(comparison)},
        template="lists/compare.html",
    )


@requires(Permission.HASHLIST_RELEASE)
def compare_file(request: HttpRequest, id: UUID) -> HttpResponse:
    """Send the entries in which two releases of a list differ, as CSV."""
    viewer, found, asked = viewer_of(request), own_or_404(HashList, id), _asked(request)

    def do(form: Any) -> StreamingHttpResponse:
        sent = presenters.as_csv(queries.take_out(viewer, found, form.reason, asked))
        response = StreamingHttpResponse(sent, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="vaern-{found.name}-compared.csv"'
        response["Cache-Control"] = "no-store"
        return response

    return decide(
        request,
        **{**about_list(found), "back": presenters.address(found.pk, asked)},
        title=_("Download how two releases differ"),
        submit=_("Download"),
        text=_(
            "The file names every entry that differs, by its id. Outside the node nobody records who reads it: delete "
            "it when you are done."
        ),
        form=PlainReasonForm,
        do=do,
        done=None,
    )
