"""Pages of recalls of entries: for whoever keeps the list, and for whoever is concerned."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.casework.reasons import reason_for
from vaern.node.lists.recalls import actions, presenters, queries
from vaern.node.lists.recalls.forms import AccountsForm, AcknowledgeEffectForm
from vaern.node.lists.recalls.reaching import reached
from vaern.node.lists.rules.effects import ANSWERS_FOR_ACCOUNTS, EffectKind
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lists import list_page
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.lists.models import RecallEffect
    from vaern.node.organisations.viewers import Viewer


@requires(Permission.HASHLIST_WORK)
def recalls(request: HttpRequest) -> HttpResponse:
    """Show the recalls of entries of the viewer's own lists."""
    return list_page(
        request,
        title=_("Recalls"),
        crumbs=[(_("Hash lists"), reverse("lists:lists"))],
        lead=_("What rested on a recalled entry is followed until everybody concerned has acknowledged."),
        table=presenters.recalls_table(queries.recalls(viewer_of(request), request.GET)),
    )


@requires(Permission.HASHLIST_WORK)
def recall(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a recall with all that rested on the entry."""
    found, viewer = or_404(queries.find(id)), viewer_of(request)
    page = queries.opened(viewer, found, reason_for(request, found.list))
    return render(request, "lists/recall.html", presenters.recall_context(viewer, page))


@requires(Permission.HASHLIST_VIEW)
def concerning(request: HttpRequest) -> HttpResponse:
    """Show the recalls that concern the viewer's organisation."""
    viewer = viewer_of(request)
    page = queries.concerning(viewer, request.GET)
    actions.told(page.rows)
    return list_page(
        request,
        title=_("Recalls that concern you"),
        crumbs=[(_("Hash lists"), reverse("lists:lists"))],
        lead=_(
            "An entry was recalled on which something of yours rested. Look at it, put right what has to be, and "
            "say so."
        ),
        buttons=presenters.at_once(queries.many_received()),
        table=presenters.concerning_table(viewer, page, reached(page.rows)),
    )


@requires(Permission.HASHLIST_VIEW)
def acknowledge_received(request: HttpRequest, id: UUID) -> HttpResponse:
    """Acknowledge at once what concerns the organisation only because it receives a list."""
    viewer, found = viewer_of(request), or_404(queries.received_of(id))
    return decide(
        request,
        **presenters.about_received(found),
        title=_("Acknowledge the recalls on a list that you receive"),
        submit=_("Acknowledge all"),
        text=_(
            "You say that your programs know of them. What rested on a match is not among them, and is acknowledged "
            "one by one; so is a recall because of which accounts were suspended, closed or limited."
        ),
        form=AcknowledgeEffectForm,
        version=found.last,
        do=lambda form, last: actions.acknowledge_received(viewer, form.reason, found.hash_list, int(last)),
        done=lambda count: (
            ngettext("%(n)s recall is acknowledged.", "%(n)s recalls are acknowledged.", count) % {"n": count}
        ),
    )


@requires(Permission.HASHLIST_VIEW)
def acknowledge(request: HttpRequest, number: int) -> HttpResponse:
    """Acknowledge that a recall concerns the organisation, and say what was done."""
    viewer, effect = viewer_of(request), or_404(queries.own_effect(number))
    if effect.kind == EffectKind.ACCOUNT.value:
        return _settle(request, viewer, effect)
    asks = EffectKind(effect.kind) in ANSWERS_FOR_ACCOUNTS and not queries.accounts_said(effect)

    def do(form: Any) -> object:
        return actions.acknowledge(viewer, form.reason, effect, form.accounts if asks else actions.NO_ACCOUNTS)

    return decide(
        request,
        **presenters.about(viewer, effect, reached([effect])),
        title=_("Acknowledge this recall"),
        submit=_("Acknowledge"),
        text=_(
            "Say in words what you did: a report corrected, an account opened again, somebody told. Whoever keeps the "
            "list reads it."
        ),
        form=AccountsForm if asks else AcknowledgeEffectForm,
        do=do,
        done=_("It is acknowledged. Whoever keeps the list reads it, with your words."),
    )


def _settle(request: HttpRequest, viewer: Viewer, effect: RecallEffect) -> HttpResponse:
    """Say how far the measures against accounts are."""
    return decide(
        request,
        **presenters.about(viewer, effect, reached([effect])),
        title=_("Measures against accounts"),
        submit=_("Save"),
        text=_(
            "They rested on an entry that was wrong or may not be used. Say how many are lifted by now, and how many "
            "stand on another ground. It is acknowledged when none is left; whoever keeps the list reads the numbers."
        ),
        form=partial(AccountsForm, stands=effect.accounts),
        do=lambda form: actions.settle(viewer, form.reason, effect, form.accounts),
        done=_settled,
    )


def _settled(effect: RecallEffect) -> str:
    left = effect.accounts.open
    if not left:
        return _("It is acknowledged: no measure stands on this entry alone.")
    text = ngettext("%(n)s measure still stands on it alone.", "%(n)s measures still stand on it alone.", left)
    return text % {"n": left}
