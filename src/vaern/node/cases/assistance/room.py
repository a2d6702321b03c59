"""What this room brings: items of the front page, navigation, its part of a case, jobs, its register of law."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from vaern.node.cases.models import Case

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from vaern.node.cases.models import AssistanceRequest
    from vaern.node.casework.models import Release


def _of_its_case(came: Callable[[Case], QuerySet[Release]], request: AssistanceRequest) -> QuerySet[Release]:
    return came(request.case)


def register() -> None:
    """Register acts, navigation, items of the front page, parts of sheets, nightly tasks and names of states."""
    from vaern.node.base.refusals import say
    from vaern.node.cases.assistance import labels, queries
    from vaern.node.cases.assistance.expiry import RETENTION
    from vaern.node.cases.assistance.incoming import labels as incoming
    from vaern.node.cases.assistance.incoming import queries as incoming_queries
    from vaern.node.cases.assistance.incoming.acts import ACTS as INCOMING
    from vaern.node.cases.assistance.incoming.items import waiting_items as incoming_items
    from vaern.node.cases.assistance.incoming.retention import RETENTION as INCOMING_RETENTION
    from vaern.node.cases.assistance.items import waiting_items
    from vaern.node.cases.assistance.presenters import sheet_part
    from vaern.node.cases.assistance.providers.register import REGISTER as PROVIDERS
    from vaern.node.cases.assistance.register import REGISTER
    from vaern.node.cases.base.provenance import handed_with, linked_with
    from vaern.node.cases.models import AssistanceRequest, IncomingRequest
    from vaern.node.casework import kinds
    from vaern.node.casework.releases.terms import came_by
    from vaern.node.casework.retention import actions as retention
    from vaern.node.casework.sheets import register_part
    from vaern.node.law import registers
    from vaern.node.ledger import rules as ledger
    from vaern.node.ledger.rules import Why
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import items, navigation, refusals

    kinds.register(
        AssistanceRequest.KIND,
        _("Request for assistance"),
        "cases:request",
        Permission.ASSISTANCE_VIEW,
        queries.codes_of,
        acknowledged_by=Permission.ASSISTANCE_WORK,
    )
    kinds.register(
        IncomingRequest.KIND,
        _("Request of another country"),
        "cases:incoming-request",
        Permission.ASSISTANCE_VIEW,
        incoming_queries.codes_of,
        acknowledged_by=Permission.ASSISTANCE_WORK,
    )
    for came in (handed_with, linked_with):
        came_by(AssistanceRequest.KIND, partial(_of_its_case, came), in_part=True)
    ledger.register(INCOMING)
    items.register("assistance", _("Legal assistance"), incoming_items, why=Why.LEGAL_ASSISTANCE)
    items.register("assistance", _("Legal assistance"), waiting_items, why=Why.LEGAL_ASSISTANCE)
    seen_by, into = Permission.ASSISTANCE_VIEW, navigation.ASSISTANCE
    navigation.register(
        navigation.NavItem(_("Legal assistance"), "cases:assistance", seen_by, 10, into),
        navigation.NavItem(_("Requests of other countries"), "cases:incoming", seen_by, 20, into),
    )
    register_part(Case.KIND, 60, sheet_part)
    retention.register(RETENTION)
    retention.register(INCOMING_RETENTION)
    say(labels.UNCOUNTED)
    registers.register(REGISTER)
    registers.register(PROVIDERS)
    refusals.name(_("The request"), labels.STATES)
    refusals.name(_("The request of another country"), incoming.STATES)
