"""Who else works on this: three desks whose reports meet, a reveal that both agree to, one that is refused, the desk.

Done by the people of the alliance through the real actions. Everything is invented.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from vaern.arrivals import Account, Arrival, File, Location
from vaern.node.base.scope import viewing
from vaern.node.crosscheck.desk import actions as desk
from vaern.node.crosscheck.disclosures import actions as disclosures
from vaern.node.crosscheck.models import Enrolment, Meeting
from vaern.node.crosscheck.registry.queries import look_up
from vaern.node.crosscheck.rules.desk import Because
from vaern.node.crosscheck.rules.disclosures import Level, RefusalGround
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.models import Report
from vaern.node.reports.rules.exposure import Extent
from vaern.records import Signal

if TYPE_CHECKING:
    from vaern.node.demo.seed import Alliance
    from vaern.node.organisations.viewers import Viewer

LOOK, WORK = Reason(Why.ASSESSMENT), Reason(Why.INVESTIGATION)
HOTLINE, VESTROVIA, ILVANIA, HUB = "hotline.nordhavia", "safeline.vestrovia", "helpline.ilvania", "hub"
FILE = sha256(b"a file that nobody has (synthetic)").digest()
SURE = Judgement(actionable=True, baseline=True, extent=Extent.PART, files=1)


def do(alliance: Alliance) -> None:
    """Let the three desks act on the same, and the cross-check desk relate them."""
    nordhavia, vestrovia, ilvania = (alliance.someone(host, Role.ANALYST) for host in (HOTLINE, VESTROVIA, ILVANIA))
    reports = [_acted_on(viewer, name) for viewer, name in ((nordhavia, "a"), (vestrovia, "b"), (ilvania, "c"))]
    _agreed(nordhavia, vestrovia, _between(reports[0], reports[1]))
    _refused(ilvania, nordhavia, _between(reports[0], reports[2]))
    checker = alliance.someone(HUB, Role.CROSS_CHECKER)
    desk.nudge(checker, WORK, _between(reports[1], reports[2]).pk, Because.SPECIFIC_KEY)
    for host in (VESTROVIA, ILVANIA):
        administrator = alliance.someone(host, Role.ADMINISTRATOR)
        desk.name_country(administrator, Reason(Why.ADMINISTRATION, "decided by our board (synthetic)"), allowed=True)
    with viewing(nordhavia.organisation.id):
        look_up(nordhavia, WORK, reports[0])
        answered = desk.ask_country(nordhavia, WORK, _enrolment(reports[0]), host="XQ")
    desk.answer_country(checker, WORK, answered.pk)
    with viewing(vestrovia.organisation.id):
        desk.ask_country(vestrovia, WORK, _enrolment(reports[1]), host="XQ", address="XL")


def _acted_on(viewer: Viewer, name: str) -> Report:
    """Bring in a report of the same file and the same account at another address, and conclude that it is acted on."""
    file = File((Signal("sha256", FILE),), location=Location(url=f"https://quillhost.example/{name}/synthetic"))
    account = Account("suspect", service="Morrowpost", identifier="lantern.grove.synthetic")
    arrival = Arrival("api", offence="material", files=(file,), accounts=(account,))
    with viewing(viewer.organisation.id):
        report: Report = intake.receive(viewer, LOOK, viewer.organisation, arrival, synthetic=True)[0]
        assess(viewer, LOOK, report, SURE)
    return report


def _agreed(asks: Viewer, answers: Viewer, meeting: Meeting) -> None:
    reveal = disclosures.ask(asks, WORK, meeting, Level.CONTACT, "desk@hotline.nordhavia.example")
    disclosures.agree(answers, WORK, reveal, "desk@safeline.vestrovia.example")


def _refused(asks: Viewer, answers: Viewer, meeting: Meeting) -> None:
    reveal = disclosures.ask(asks, WORK, meeting, Level.ORGANISATION)
    disclosures.refuse(answers, WORK, reveal, RefusalGround.NOT_NOW)


def _between(one: Report, other: Report) -> Meeting:
    sides = [one.pk, other.pk]
    found: Meeting = Meeting.everywhere.select_related("one", "other").get(
        one__record__in=sides, other__record__in=sides
    )
    return found


def _enrolment(report: Report) -> Enrolment:
    found: Enrolment = Enrolment.everywhere.get(kind=Report.KIND, record=report.pk)
    return found
