"""The page of administrators about hubs, and the new key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaern.node.crosscheck.elsewhere import secrets
from vaern.node.crosscheck.hubs import presenters, queries
from vaern.node.exchange.peers.forms import ExchangeForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@requires(Permission.EXCHANGE_MANAGE)
@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """Show which hubs know what of this node, and what it holds as a hub."""
    found = queries.overview(viewer_of(request))
    context = {
        "told": presenters.told_table(found.told),
        "held": presenters.held_table(found.held) if found.held else None,
        "key": presenters.key_facts(found),
    }
    return render(request, "crosscheck/hubs/hub.html", context)


@requires(Permission.EXCHANGE_MANAGE, step_up=True)
def key(request: HttpRequest) -> HttpResponse:
    """Make a new key of the members."""
    viewer, back = viewer_of(request), reverse("crosscheck:hub")
    return decide(
        request,
        title=_("Make a new key of the members?"),
        subject=presenters.key_facts(queries.overview(viewer)),
        crumbs=[(_("Hub"), back)],
        back=back,
        submit=_("Make a new key"),
        text=_(
            "With it the members key the values that they send to the hub, which never gets it. It is passed to every "
            "node with which this one shares it, and from there on. What is keyed with the present one counts for 14 "
            "more days."
        ),
        form=ExchangeForm,
        do=lambda form: secrets.make(viewer, form.reason),
        done=_("There is a new key. The other members are being told, and all records are keyed anew."),
    )
