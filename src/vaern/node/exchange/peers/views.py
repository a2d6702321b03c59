"""Pages about this node in the exchange and about other nodes, and what administrators decide about them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaern.node.exchange.outbox.actions import card_of
from vaern.node.exchange.peers import actions, cards, presenters, queries
from vaern.node.exchange.peers.forms import AgreementForm, CardForm, ConfirmForm, ExchangeForm, SaidForm
from vaern.node.exchange.peers.inspection import media_in_card
from vaern.node.exchange.rules import peers as life
from vaern.node.exchange.rules.identity import LARGEST_CARD
from vaern.node.exchange.rules.peers import Event, State
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.access import requires
from vaern.node.organisations.queries import country_names
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.intake import looks_into, takes_up_to
from vaern.node.web.items import Button
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.exchange.models import Peer

ADMINISTRATION = Reason(Why.ADMINISTRATION)
LARGEST = 4 * LARGEST_CARD
"""Bytes of a form with a card in it, which a browser writes with up to three bytes for a sign."""


@requires(Permission.EXCHANGE_MANAGE)
@require_safe
def peers(request: HttpRequest) -> HttpResponse:
    """Show this node as others see it, and the other nodes."""
    viewer = viewer_of(request)
    own = queries.own(viewer)
    context = {
        "own": own,
        "card": own.card.decode(),
        "keys": presenters.own_facts(own),
        "table": presenters.peers_table(queries.peers(viewer)),
    }
    return render(request, "exchange/peers.html", context)


@requires(Permission.EXCHANGE_MANAGE)
@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """Give this node's card as a file."""
    own = queries.own(viewer_of(request))
    name = own.name.replace(":", "-")
    return HttpResponse(
        own.card,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}.card.json"', "Cache-Control": "no-store"},
    )


@requires(Permission.EXCHANGE_MANAGE, step_up=True)
def rotate(request: HttpRequest) -> HttpResponse:
    """Give this node new keys."""
    viewer, back = viewer_of(request), reverse("exchange:peers")
    return decide(
        request,
        title=_("Give this node new keys?"),
        subject=presenters.own_facts(queries.own(viewer)),
        crumbs=[(_("Exchange"), back)],
        back=back,
        submit=_("Make new keys"),
        text=_(
            "Every node with which the exchange is open is told the new keys under the present ones, and nobody has "
            "to read digits. The present keys stay good until all know the new ones, and for 30 days at least. A node "
            "that you are about to confirm has to get your new card."
        ),
        form=ExchangeForm,
        do=lambda form: cards.rotate(viewer, form.reason),
        done=_("This node has new keys. The other nodes are being told."),
    )


@takes_up_to(LARGEST)
@looks_into(media_in_card, "card")
@requires(Permission.EXCHANGE_MANAGE)
def meet(request: HttpRequest) -> HttpResponse:
    """Take the card of another node."""
    viewer, back = viewer_of(request), reverse("exchange:peers")
    return decide(
        request,
        title=_("Add a node"),
        subject=None,
        crumbs=[(_("Exchange"), back)],
        back=back,
        submit=_("Take the card"),
        text=_(
            "Their administrator sends you their card, by mail for example: it holds no secret. Nothing passes before "
            "you have read your digits to each other."
        ),
        form=CardForm,
        do=lambda form: actions.meet(viewer, form.reason, form.document),
        then=lambda made: reverse("exchange:peer", args=[made.pk]),
        done=lambda made: Result(
            _("The card of %(node)s is taken. Now read your digits to each other.") % {"node": made.name},
            then=Button(_("Confirm by voice"), reverse("exchange:confirm", args=[made.pk])),
        ),
    )


@requires(Permission.EXCHANGE_MANAGE)
@require_safe
def peer(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a node: how we stand to it, what passes, what waits and why."""
    viewer = viewer_of(request)
    found = or_404(queries.peer(viewer, id))
    passed = queries.consult(viewer, ADMINISTRATION, found)
    return render(request, "exchange/peer.html", presenters.peer_context(found, passed, queries.own(viewer)))


@requires(Permission.EXCHANGE_MANAGE, step_up=True)
def confirm(request: HttpRequest, id: UUID) -> HttpResponse:
    """Open the exchange with a node whose digits somebody heard, and say what passes."""
    viewer = viewer_of(request)
    found = or_404(queries.peer(viewer, id))
    return decide(
        request,
        **presenters.about(found),
        title=_("Confirm by voice"),
        submit=_("Open the exchange"),
        text=_("Read your digits aloud to somebody of their side whom you know, and type those that they read to you."),
        check=partial(life.after, State(found.state), Event.CONFIRM),
        form=_agreement(ConfirmForm, found),
        do=lambda form: actions.confirm(viewer, form.reason, found, form.cleaned_data["heard"], **_agreed(form)),
        done=_("The exchange with %(node)s is open. It goes both ways once they have confirmed your digits too.")
        % {"node": found.name},
        template="exchange/confirm.html",
        more={"own": queries.own(viewer)},
    )


@requires(Permission.EXCHANGE_MANAGE, step_up=True)
def agree(request: HttpRequest, id: UUID) -> HttpResponse:
    """Change what passes between this node and another."""
    viewer = viewer_of(request)
    found = or_404(queries.peer(viewer, id))
    return decide(
        request,
        **presenters.about(found),
        title=_("Change the agreement"),
        submit=_("Save"),
        text=_(
            "It holds for what is sent, and for what is taken in, from now on. The other side decides for itself what "
            "it takes and sends: agree with them first. Recalls pass in any case."
        ),
        form=_agreement(AgreementForm, found),
        do=lambda form: actions.agree(viewer, form.reason, found, **_agreed(form)),
        done=_("The agreement with %(node)s is changed.") % {"node": found.name},
    )


def _agreement(form: type[AgreementForm], peer: Peer) -> partial[AgreementForm]:
    """Return a form of what passes between this node and a peer, filled with what passes now."""
    return partial(
        form,
        passing=presenters.passing(card_of(peer)),
        countries=presenters.country_choices(country_names()),
        initial={"accepts": peer.accepts, "sends": peer.sends, "countries": peer.countries},
    )


def _agreed(form: AgreementForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("accepts", "sends", "countries")}


@requires(Permission.EXCHANGE_MANAGE)
def suspend(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let nothing pass with a node for now."""
    viewer = viewer_of(request)
    found = or_404(queries.peer(viewer, id))
    return decide(
        request,
        **presenters.about(found),
        title=_("Suspend the exchange?"),
        submit=_("Suspend"),
        text=_(
            "Nothing passes either way from this moment. What your people send there is refused, but for recalls, "
            "which wait; what waits already goes out in its order when the exchange goes on."
        ),
        check=partial(life.after, State(found.state), Event.SUSPEND),
        form=SaidForm,
        do=lambda form: actions.suspend(viewer, form.reason, found),
        done=Result(
            _("The exchange with %(node)s is suspended.") % {"node": found.name},
            then=Button(_("Go on"), reverse("exchange:resume", args=[found.pk])),
        ),
    )


@requires(Permission.EXCHANGE_MANAGE)
def resume(request: HttpRequest, id: UUID) -> HttpResponse:
    """Go on with a node that was suspended."""
    viewer = viewer_of(request)
    found = or_404(queries.peer(viewer, id))
    return decide(
        request,
        **presenters.about(found),
        title=_("Go on with the exchange?"),
        submit=_("Go on"),
        text=_("What waited goes out in its order, and what they sent is taken in."),
        check=partial(life.after, State(found.state), Event.RESUME),
        form=ExchangeForm,
        do=lambda form: actions.resume(viewer, form.reason, found),
        done=_("The exchange with %(node)s goes on.") % {"node": found.name},
    )


@requires(Permission.EXCHANGE_MANAGE, step_up=True)
def end(request: HttpRequest, id: UUID) -> HttpResponse:
    """End the exchange with a node."""
    viewer = viewer_of(request)
    found = or_404(queries.peer(viewer, id))
    load = queries.loads_of([found])[found.pk]
    return decide(
        request,
        **presenters.about(found),
        title=_("End the exchange?"),
        submit=_("End it"),
        danger=True,
        text=_(
            "Their keys are worth nothing from this moment, and their organisations are closed here. What waits for "
            "them waits for ever: a recall that they never acknowledged stays overdue. Only a new card and new digits "
            "begin it anew."
        ),
        shown=presenters.left_behind(load),
        check=partial(life.after, State(found.state), Event.END),
        form=SaidForm,
        do=lambda form: actions.end(viewer, form.reason, found),
        done=_("The exchange with %(node)s has ended.") % {"node": found.name},
    )
