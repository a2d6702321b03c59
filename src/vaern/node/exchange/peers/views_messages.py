"""Pages about a message of another node: its facts, never what it says; and what is done with one set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaern.node.exchange.inbox import taking
from vaern.node.exchange.models.inbox import Kept
from vaern.node.exchange.peers import queries, tables
from vaern.node.exchange.peers.forms import ExchangeForm
from vaern.node.exchange.peers.views import ADMINISTRATION
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from vaern.node.exchange.models import Incoming


@requires(Permission.EXCHANGE_MANAGE)
@require_safe
def message(request: HttpRequest, id: int) -> HttpResponse:
    """Show the facts of a message."""
    viewer = viewer_of(request)
    row = or_404(queries.incoming(viewer, id))
    context = {
        "row": row,
        "title": tables.kind_of(row.kind),
        "facts": tables.facts_of(row, queries.consult_message(viewer, ADMINISTRATION, row)),
        "set_aside": Kept(row.state) is Kept.SET_ASIDE,
    }
    return render(request, "exchange/message.html", context)


@requires(Permission.EXCHANGE_MANAGE)
def try_again(request: HttpRequest, id: int) -> HttpResponse:
    """Have a message that was set aside tried again."""
    viewer = viewer_of(request)
    row = or_404(queries.incoming(viewer, id))
    return decide(
        request,
        **_about(row),
        title=_("Try the message again?"),
        submit=_("Try again"),
        text=_("After an upgrade or a repair: it is taken in within seconds, or set aside once more."),
        check=lambda: taking.refuse_unless_set_aside(row),
        form=ExchangeForm,
        do=lambda form: taking.try_again(viewer, form.reason, row),
        done=_("The message is tried again."),
    )


@requires(Permission.EXCHANGE_MANAGE)
def refuse(request: HttpRequest, id: int) -> HttpResponse:
    """Refuse a message that was set aside, for good."""
    viewer = viewer_of(request)
    row = or_404(queries.incoming(viewer, id))
    return decide(
        request,
        **_about(row),
        title=_("Refuse the message?"),
        submit=_("Refuse"),
        danger=True,
        text=_("It is never taken in, and the node that sent it is told so. Tell them why: they may send it anew."),
        check=lambda: taking.refuse_unless_set_aside(row),
        form=ExchangeForm,
        do=lambda form: taking.dismiss(viewer, form.reason, row),
        done=_("The message is refused, and its sender is told."),
    )


def _about(row: Incoming) -> dict[str, Any]:
    here, peer = reverse("exchange:message", args=[row.pk]), row.peer
    return {
        "subject": tables.facts_of(row, {}),
        "crumbs": [
            (_("Exchange"), reverse("exchange:peers")),
            (peer.name, reverse("exchange:peer", args=[peer.pk])),
            (tables.kind_of(row.kind), here),
        ],
        "back": here,
    }
