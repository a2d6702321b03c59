"""The hotline of Nordhavia is a trusted flagger: the award before its first notice, its reports at the end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.scope import viewing
from vaern.node.demo.alliance import RUNS_NODE
from vaern.node.law import actions as law
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role
from vaern.node.reports.base.flagger_status import TABLE
from vaern.node.reports.flagging import actions
from vaern.node.reports.rules.flaggers import Decision, Step

if TYPE_CHECKING:
    from vaern.node.demo.seed import Alliance

HOTLINE, AUTHORITY = "hotline.nordhavia", "authority.nordhavia"
COORDINATOR = "Digital Services Authority of Nordhavia (synthetic)"
READ = "Decision 7 of the coordinator (synthetic), read today"
INDEPENDENT = (
    "The hotline is paid by the state of Nordhavia alone (synthetic). It takes no money from providers, and nobody on "
    "its board works for one.\n\nEach notice rests on the assessment of a trained analyst, doubtful ones on two."
)
INDEPENDENT_DA = (
    "Hotlinen betales alene af staten Nordhavien (syntetisk). Den tager ikke imod penge fra udbydere, og ingen i dens "
    "bestyrelse arbejder for en.\n\nHver anmeldelse hviler på en uddannet analytikers vurdering, tvivlsomme på to."
)


def award(alliance: Alliance) -> None:
    """The central authority records the award, and the secretariat verifies it."""
    hotline = alliance.organisations[HOTLINE]
    step = Step(
        str(hotline.pk),
        min(date(alliance.today.year - 1, 4, 1), timezone.localdate() - timedelta(days=60)),
        Decision.AWARDED,
        COORDINATOR,
        "XA",
        timezone.localdate(),
        "sexual abuse of children (synthetic)",
        "Decision 7 (synthetic)",
        source=READ,
    )
    why = Reason(Why.ADMINISTRATION, "the coordinator's decision came")
    row = law.add(alliance.someone(AUTHORITY, Role.LEGAL), why, TABLE, step)
    law.verify(alliance.someone(RUNS_NODE, Role.ADMINISTRATOR), why, row, READ)


def report(alliance: Alliance) -> None:
    """The administrator explains how the hotline stays independent, closes both years, and sends last year's report."""
    viewer, today = alliance.someone(HOTLINE, Role.ADMINISTRATOR), timezone.localdate()
    why = Reason(Why.ADMINISTRATION, "the report of the year is due")
    with viewing(viewer.organisation.id):
        actions.explain(viewer, why, INDEPENDENT, INDEPENDENT_DA)
        last = actions.close(viewer, why, today.year - 1)
        actions.deliver(viewer, why, last, "sent", today, "reports@dsa.nordhavia.example")
        actions.deliver(viewer, why, last, "published", today, "https://hotline.nordhavia.example/reports/")
        actions.close(viewer, why, today.year)
