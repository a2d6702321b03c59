"""The page that downloads a list: which rows, why, and then the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.organisations import downloads, listings
from vaern.node.organisations.access import Declaration, requires
from vaern.node.organisations.middleware import forbidden
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.components import Definitions
from vaern.node.web.decisions import decide
from vaern.node.web.reasons import ReasonForm

if TYPE_CHECKING:
    from django.http import HttpRequest


@requires(Permission.LIST_EXPORT)
def download(request: HttpRequest, name: str) -> HttpResponse:
    """Send the rows of a list, as it was filtered and sorted, as CSV."""
    viewer, listing = viewer_of(request), listings.find(name)
    if listing is None:
        raise Http404
    if not viewer.may(listing.permission):
        return forbidden(request, Declaration(listing.permission))
    given = downloads.asked(request.GET)

    def do(form: Any) -> StreamingHttpResponse:
        sent = downloads.begin(viewer, listing, form.reason, given)
        response = StreamingHttpResponse(sent, content_type="text/csv; charset=utf-8")
        day = timezone.localdate().isoformat()
        response["Content-Disposition"] = f'attachment; filename="vaern-{name}-{day}.csv"'
        response["Cache-Control"] = "no-store"
        return response

    return decide(
        request,
        title=_("Download as CSV"),
        subject=Definitions(
            [
                (_("List"), listing.title),
                (_("Rows"), _("Those that were chosen, as they are sorted") if given else _("All")),
            ]
        ),
        back=f"{listing.address}?{urlencode(given)}" if given else listing.address,
        crumbs=[(listing.title, listing.address)],
        submit=_("Download"),
        text=_(
            "The file holds what the list shows, all its pages. Outside the node nobody records who reads it: keep it "
            "as you would keep the list itself, and delete it when you are done."
        ),
        form=ReasonForm,
        do=do,
        done=None,
    )
