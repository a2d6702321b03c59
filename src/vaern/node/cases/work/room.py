"""What this room brings: navigation, items of the front page, its part of a report's page, what is erased."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, items of the front page, parts of sheets, nightly tasks, states and kinds of record."""
    from vaern.node.base.jobs import each_night
    from vaern.node.base.refusals import say
    from vaern.node.cases.base import labels
    from vaern.node.cases.base.provenance import handed_with, linked_with
    from vaern.node.cases.models import Case
    from vaern.node.cases.work import across
    from vaern.node.cases.work.acts import COPY_KEPT
    from vaern.node.cases.work.external_numbers import KIND
    from vaern.node.cases.work.items import waiting_items
    from vaern.node.cases.work.offers import offers
    from vaern.node.cases.work.queries import codes_of
    from vaern.node.cases.work.report_part import sheet_part
    from vaern.node.cases.work.retention import RETENTION, erase_people
    from vaern.node.casework import kinds as records
    from vaern.node.casework.releases.terms import came_by
    from vaern.node.casework.retention import actions as retention
    from vaern.node.casework.sheets import register_offers, register_part
    from vaern.node.exchange.base import kinds as messages
    from vaern.node.exchange.releases import travel
    from vaern.node.external import kinds
    from vaern.node.external import presenters as external
    from vaern.node.ledger.rules import Why
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.models import Report
    from vaern.node.web import items, navigation, refusals

    say(labels.REFERENCE_PROBLEMS)
    say(labels.HANDOVER_PROBLEMS)
    messages.register(across.OFFERED, across.ANSWERED)
    travel.register(Case.KIND, across.OFFERED.name, across.recalled)
    came_by(Case.KIND, handed_with)
    came_by(Case.KIND, linked_with, in_part=True)
    kinds.register(KIND)
    register_offers(Case.KIND, 10, offers)
    register_part(Case.KIND, 45, external.sheet_part, "external")
    items.register("cases", _("Cases"), waiting_items, why=Why.INVESTIGATION)
    navigation.register(
        navigation.NavItem(_("Cases"), "cases:cases", Permission.CASE_VIEW, 10, navigation.CASES),
        navigation.NavItem(_("Outcomes that wait"), "cases:outcomes", Permission.CASE_VIEW, 20, navigation.CASES),
        navigation.NavItem(_("Check a bag"), "cases:verify-bag", Permission.CASE_VIEW, 30, navigation.CASES),
    )
    register_part(Report.KIND, 65, sheet_part)
    records.register(
        Case.KIND,
        _("Case"),
        "cases:case",
        Permission.CASE_VIEW,
        codes_of,
        acknowledged_by=Permission.CASE_VIEW,
        copies=records.Copies(Case, "came_by__release", Permission.CASE_WORK, COPY_KEPT),
    )
    each_night("persons", erase_people)
    retention.register(RETENTION)
    refusals.name(_("The case"), labels.STATES)
