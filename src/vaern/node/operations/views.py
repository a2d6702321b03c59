"""HTTP: health, metrics, and the mail that could not be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods
from prometheus_client import CONTENT_TYPE_LATEST

from vaern.node.ledger.rules import Reason, Why
from vaern.node.operations import actions, metrics, queries
from vaern.node.organisations.access import public, requires
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Empty, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from django.http import HttpRequest


@public("monitors ask whether the node is well; it says yes or no of five parts, and nothing of the data")
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 if database, worker, sequencer and courier work and the disk has room, else 503 and which does not."""
    found = queries.health()
    names = ("database", "worker", "ledger", "disk", "exchange")
    parts = {name: getattr(found, name) for name in names}
    return JsonResponse({"well": found.well, **parts}, status=200 if found.well else 503)


@public(
    "Prometheus signs in with the token of the configuration, or asks on the machine itself; see operations.metrics"
)
@require_GET
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Answer with numbers about the node, to those who may read them; for others the page is not there."""
    if not metrics.may_read(request):
        raise Http404
    return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


@requires(Permission.PEOPLE_MANAGE)
@require_http_methods(["GET", "POST"])
def failed_mail(request: HttpRequest) -> HttpResponse:
    """Show the mail of the viewer's organisation that could not be sent; on POST, let it be sent again."""
    viewer = request.viewer  # type: ignore[attr-defined]
    if request.method == "POST":
        count = actions.send_failed_mail_again(viewer, Reason(Why.ADMINISTRATION))
        messages.success(
            request,
            ngettext("%(count)d mail is sent again.", "%(count)d mails are sent again.", count) % {"count": count},
        )
        return redirect("operations:failed-mail")
    found = queries.failed_mail(viewer)
    table = Table(
        caption=_("Mail that could not be sent"),
        columns=[Column(_("Mail")), Column(_("Last tried")), Column(_("Tries"), numeric=True)],
        rows=[Row([_("Mail %(number)d") % {"number": one.job}, When(one.failed_at), one.attempts]) for one in found],
        empty=Empty(_("Every mail was sent"), _("A mail that cannot be delivered for more than a day is listed here.")),
    )
    return render(request, "operations/failed_mail.html", {"table": table, "found": found})
