"""Pages of look-ups: an organisation's policy, and what its programs asked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.lists.lookups import actions, asking, presenters, queries
from vaern.node.lists.lookups.forms import PolicyForm
from vaern.node.lists.lookups.forms_asking import LARGEST, AskForm
from vaern.node.lists.lookups.forms_calls import FindCallForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.intake import takes_up_to
from vaern.node.web.lists import Button, list_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@requires(Permission.LOOKUP_MANAGE)
def lookups(request: HttpRequest) -> HttpResponse:
    """Show the policy of the viewer's organisation, and what its programs asked."""
    viewer = viewer_of(request)
    policy = queries.policy(viewer)
    return list_page(
        request,
        title=_("Look-ups"),
        lead=_("Programs ask by hash whether something is known, and hear what follows from a hit by your own policy."),
        buttons=[
            Button(_("Set the policy"), reverse("lists:policy"), primary=True),
            *(
                [
                    Button(_("Look up"), reverse("lists:look-up")),
                    Button(_("Check a proof"), reverse("lists:check-call")),
                ]
                if viewer.may(Permission.LOOKUP_ASK)
                else []
            ),
        ],
        table=presenters.calls_table(viewer, queries.calls(viewer, request.GET)),
        extra={
            "policy": presenters.policy_facts(policy, queries.ground(viewer, policy)),
            "find": FindCallForm() if viewer.may(Permission.LOOKUP_ASK) else None,
        },
        template="lists/lookups.html",
    )


@takes_up_to(LARGEST)
@requires(Permission.LOOKUP_ASK)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask pasted hashes, addresses, domains, keywords and wallets of the lists, and show what follows and why."""
    viewer = viewer_of(request)
    here = reverse("lists:lists")

    def do(form: Any) -> HttpResponse:
        found = asking.look_up(viewer, form.reason, form.cleaned_data["pasted"])
        context = {
            "title": _("Look up"),
            "crumbs": [(_("Hash lists"), here)],
            "table": presenters.looked_up_table(found),
            "again": reverse("lists:look-up"),
            "call": reverse("lists:call", args=[UUID(found[0].call)]) if found else "",
        }
        return render(request, "lists/looked_up.html", context)

    return decide(
        request,
        title=_("Look up"),
        subject=None,
        crumbs=[(_("Hash lists"), here)],
        back=here,
        submit=_("Look up"),
        text=_(
            "All lists that your organisation may ask are asked, and the answer is that of the look-up service, by "
            "your organisation's policy. Nothing of what you paste is kept. The ledger says that you asked, and covers "
            "which entries were hit, so that a recall reaches your organisation."
        ),
        form=AskForm,
        do=do,
        done=None,
    )


@requires(Permission.LOOKUP_MANAGE)
def policy(request: HttpRequest) -> HttpResponse:
    """Set how many votes of how many countries each act needs."""
    viewer = viewer_of(request)
    before = queries.policy(viewer)

    def do(form: Any) -> object:
        given = form.cleaned_data
        return actions.set_policy(
            viewer, form.reason, given["service"], given["country"], form.acts, coarse=given["coarse"]
        )

    here = reverse("lists:lookups")
    return decide(
        request,
        title=_("Set the policy for look-ups"),
        subject=None,
        crumbs=[(_("Look-ups"), here)],
        back=here,
        submit=_("Set the policy"),
        text=_(
            "It counts for every key of your organisation, within a second. The verdict of each answer says what "
            "it rests on. Without a legal ground in force for that service and country a hit goes to a person at most: "
            "grounds are written under Law, Look-ups."
        ),
        form=partial(PolicyForm, policy=before),
        do=do,
        done=_("The policy counts from now on, for every key of your organisation."),
    )
