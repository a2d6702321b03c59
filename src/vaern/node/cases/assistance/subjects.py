"""What pages that ask for a decision say of the request or the held data that they are about, and the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.cases.assistance import labels
from vaern.node.cases.assistance.data import current
from vaern.node.cases.assistance.incoming import labels as incoming_labels
from vaern.node.cases.assistance.presenters import needed_for_url
from vaern.node.web.components import Definitions, Link

if TYPE_CHECKING:
    from vaern.node.cases.models import AssistanceRequest, HeldData, IncomingRequest


def at(request: AssistanceRequest) -> str:
    """Return the address of a request's page."""
    return reverse("cases:request", args=[request.pk])


def incoming_at(request: IncomingRequest) -> str:
    """Return the address of the page of a request of another country."""
    return reverse("cases:incoming-request", args=[request.pk])


def about_request(request: AssistanceRequest) -> dict[str, Any]:
    """Return the arguments of `decide` that say which request it is about."""
    here = at(request)
    facts = [
        (_("Request"), Link(request.code, here)),
        (_("Asked of"), labels.country(request.holder, current())),
        (_("State"), labels.state(request.state)),
    ]
    crumbs = [(_("Legal assistance"), reverse("cases:assistance")), (request.code, here)]
    return {"subject": Definitions(facts), "crumbs": crumbs, "back": here}


def about_incoming(request: IncomingRequest) -> dict[str, Any]:
    """Return the arguments of `decide` that say which request of another country it is about."""
    here = incoming_at(request)
    facts = [
        (_("Request"), Link(request.code, here)),
        (_("Asks"), labels.country(request.requesting, current())),
        (_("State"), incoming_labels.state(request.state)),
    ]
    crumbs = [(_("Requests of other countries"), reverse("cases:incoming")), (request.code, here)]
    return {"subject": Definitions(facts), "crumbs": crumbs, "back": here}


def about_held(held: HeldData) -> dict[str, Any]:
    """Return what `decide` says of held data: their label, and the case or the request for which they are kept."""
    needed, here = held.needed_for, needed_for_url(held)
    above = (_("Cases"), reverse("cases:cases")) if held.case_id else _incoming()
    facts = [(_("Held data"), held.label), (_("Needed for"), Link(str(needed), here))]
    return {"subject": Definitions(facts), "crumbs": [above, (str(needed), here)], "back": here}


def _incoming() -> tuple[str, str]:
    return _("Requests of other countries"), reverse("cases:incoming")
