"""Registration of this room: navigation, items of the front page, parts of the report's page, its kind of record."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, items of the front page, parts of sheets, names of states and kinds of record."""
    from vaern.node.casework import kinds as records
    from vaern.node.casework.kinds import Copies
    from vaern.node.casework.sheets import register_offers, register_part
    from vaern.node.crosscheck.registry import presenters as crosscheck
    from vaern.node.external import kinds
    from vaern.node.external import presenters as external
    from vaern.node.ledger.rules import Why
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.base.registration import codes
    from vaern.node.reports.desk import labels
    from vaern.node.reports.desk.items import waiting_items
    from vaern.node.reports.desk.presenters import offers
    from vaern.node.reports.desk.same import same_part
    from vaern.node.reports.forwarding.acts import COPY_KEPT
    from vaern.node.reports.intake.external_numbers import KIND
    from vaern.node.reports.models import Report
    from vaern.node.web import items, navigation, refusals
    from vaern.node.web.records import Tab

    records.register(
        Report.KIND,
        _("Report"),
        "reports:report",
        Permission.REPORT_VIEW,
        codes,
        acknowledged_by=Permission.REPORT_ASSESS,
        copies=Copies(Report, "forwarded_by__release", Permission.REPORT_ASSESS, COPY_KEPT),
    )
    register_offers(Report.KIND, 10, offers)
    register_part(Report.KIND, 18, external.sheet_part, "external", tab=Tab.CONTENT)
    register_part(Report.KIND, 20, same_part, tab=Tab.OVERVIEW)
    register_part(Report.KIND, 60, crosscheck.sheet_part)
    kinds.register(KIND)
    items.register("reports", _("Reports"), waiting_items, why=Why.ASSESSMENT)
    navigation.register(
        navigation.NavItem(_("Work list"), "reports:worklist", Permission.REPORT_VIEW, 1, navigation.REPORTS),
        navigation.NavItem(_("Desk"), "reports:desk", Permission.DESK_MANAGE, 40, navigation.DESK),
    )
    refusals.name(_("The report"), labels.STATES)
