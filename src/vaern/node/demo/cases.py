"""Cases of the demonstration: from a report to a charge, one that is silent, one that went abroad, by the real actions.

Everything is invented: references are of no register, addresses under `.example` or of documentation. Nothing is
written round the actions, so what the ledger says of it is true.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.scope import viewing
from vaern.node.cases.evidence import actions as evidence
from vaern.node.cases.evidence.facts import Facts
from vaern.node.cases.models import Case, Evidence
from vaern.node.cases.outcomes import actions as outcomes
from vaern.node.cases.rules.case import Event
from vaern.node.cases.rules.evidence import Event as Custody
from vaern.node.cases.rules.evidence import Kind as Thing
from vaern.node.cases.rules.gradings import Confidence, Credibility, Nature, Source
from vaern.node.cases.rules.handovers import DropReason
from vaern.node.cases.rules.people import Category
from vaern.node.cases.work import actions, handovers, identifiers, links, merges, statements
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.crosscheck.rules.identifiers import Kind, normalised
from vaern.node.demo.reports import AT_POLICE
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role
from vaern.node.reports.rules.outcomes import Outcome

if TYPE_CHECKING:
    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report

WORK = Reason(Why.INVESTIGATION, "who is behind the account?")
GROUND = "Accord of the synthetic alliance, art. 4"
SHARED = "moth.lantern@mailbox.example"
"""An address of nobody, in two cases of two countries."""


def do(alliance: Alliance) -> Story:
    """Let the investigators work; the same at each first start."""
    mikkel = alliance.someone("police.nordhavia", Role.INVESTIGATOR)
    anselm = alliance.someone("police.vestrovia", Role.INVESTIGATOR)
    karoline = alliance.someone("authority.nordhavia", Role.LEGAL)
    yield from _charged(mikkel, karoline, alliance.marked[AT_POLICE])
    yield timedelta(hours=9)
    _joined(mikkel)
    yield timedelta(hours=5)
    _silent(mikkel)
    yield timedelta(hours=16)
    yield from _abroad(mikkel, anselm)
    yield timedelta(hours=3)
    _elsewhere(anselm)


def _charged(mikkel: Viewer, karoline: Viewer, report: Report) -> Story:
    """From the urgent report to a charge: the child is safe first; the central authority reads the case."""
    with viewing(mikkel.organisation.id):
        case = actions.open_case(mikkel, WORK, reference="NH-0412", urgent=True, reports=[report])
        suspect = statements.add_party(mikkel, WORK, case, Category.SUSPECT, "K-0042")
        statements.add_party(mikkel, WORK, case, Category.VICTIM, "V-0007")
        statements.add_party(mikkel, WORK, case, Category.WITNESS, "W-0011")
        fact = statements.state(
            mikkel,
            WORK,
            case,
            Nature.FACT,
            "The account was made from the address in the report.",
            source=Source.ALWAYS,
            credibility=Credibility.CERTAIN,
            party=suspect,
            happened_at=timezone.now() - timedelta(days=37),
        )
        statements.state(
            mikkel,
            WORK,
            case,
            Nature.FACT,
            "The account was made a day before the first upload.",
            source=Source.MOSTLY,
            credibility=Credibility.CORROBORATED,
            party=suspect,
            corrects=fact,
            happened_at=timezone.now() - timedelta(days=38),
        )
        statements.state(
            mikkel,
            WORK,
            case,
            Nature.ASSESSMENT,
            "P1 uses both accounts.",
            confidence=Confidence.MODERATE,
            party=suspect,
        )
        identifiers.add(mikkel, WORK, case, normalised(Kind.EMAIL, SHARED), suspect)
        identifiers.add(mikkel, WORK, case, normalised(Kind.ADDRESS, "198.51.100.23"), suspect)
        assert mikkel.person is not None
        today = timezone.localdate()
        asked = statements.add_task(mikkel, WORK, case, "Ask the provider who had the address", mikkel.person, today)
        statements.finish_task(mikkel, WORK, case, asked)
        statements.add_task(mikkel, WORK, case, "Tell the child's lawyer of the charge", mikkel.person, today)
        actions.move(mikkel, WORK, case, Event.START, version=_version(case))
    for code in (Outcome.VICTIM_SAFEGUARDED, Outcome.SUSPECT_IDENTIFIED, Outcome.CHARGED):
        yield timedelta(hours=11)
        with viewing(mikkel.organisation.id):
            outcomes.say(mikkel, WORK, case, code)
    with viewing(mikkel.organisation.id):
        actions.move(mikkel, WORK, case, Event.TO_PROSECUTOR, version=_version(case))
        until = timezone.now() + timedelta(days=60)
        releases.release(mikkel, case, [karoline.organisation.id], WORK, Terms(Handling.AMBER, until, GROUND))


def _joined(mikkel: Viewer) -> None:
    """Two cases turn out to be one, and another belongs beside it."""
    with viewing(mikkel.organisation.id):
        first = actions.open_case(mikkel, WORK, reference="NH-0420")
        second = actions.open_case(mikkel, WORK, reference="NH-0427")
        beside = actions.open_case(mikkel, WORK, reference="NH-0431")
        for case in (first, second):
            identifiers.add(
                mikkel, WORK, case, normalised(Kind.ACCOUNT, "@grey.heron", service="https://brindlecast.example")
            )
        merges.merge(mikkel, WORK, second, first, version=_version(second))
        links.link_case(mikkel, WORK, first, beside)
        actions.move(mikkel, WORK, first, Event.ASK_ABROAD, version=_version(first))
        outcomes.say(mikkel, WORK, beside, Outcome.NO_PERSON_FOUND)
        actions.move(mikkel, WORK, beside, Event.CLOSE, version=_version(beside))


def _silent(mikkel: Viewer) -> None:
    """One of which nobody may know yet."""
    with viewing(mikkel.organisation.id):
        until = timezone.localdate() + timedelta(days=45)
        case = actions.open_case(mikkel, WORK, reference="NH-0440", silent_until=until)
        outcomes.say(mikkel, WORK, case, Outcome.SUSPECT_IDENTIFIED)


def _abroad(mikkel: Viewer, anselm: Viewer) -> Story:
    """Three go to Vestrovia: one is accepted and comes to a conviction, one is dropped, one waits for its answer."""
    until = timezone.now() + timedelta(days=300)
    handed = []
    with viewing(mikkel.organisation.id):
        for number in ("NH-0450", "NH-0451", "NH-0452"):
            case = actions.open_case(mikkel, WORK, reference=number)
            statements.state(
                mikkel,
                WORK,
                case,
                Nature.FACT,
                "The address leads to Vestrovia.",
                source=Source.ALWAYS,
                credibility=Credibility.KNOWN_TO_SOURCE,
            )
            evidence.register(
                mikkel,
                WORK,
                case,
                Thing.REPORT,
                Facts(
                    "Trace of the address, four pages",
                    source="Desk of Nordhavia",
                    place="Server of the desk, register 9",
                    use_limits="Not before a court without the consent of Nordhavia",
                ),
            )
            handed.append(
                handovers.hand_over(
                    mikkel,
                    WORK,
                    case,
                    anselm.organisation.id,
                    Terms(Handling.AMBER_STRICT, until, GROUND),
                    version=_version(case),
                )
            )
    taken, dropped, _waiting = (one.arrived for one in handed)
    assert taken is not None
    assert dropped is not None
    yield timedelta(hours=20)
    with viewing(anselm.organisation.id):
        handovers.accept(anselm, WORK, taken)
        evidence.happen(
            anselm,
            WORK,
            Evidence.objects.get(case=taken),
            Custody.RECEIVED,
            evidence.Said(
                "Desk of Nordhavia",
                "Desk of Vestrovia",
                "Server of Vestrovia, vault 1",
            ),
        )
    for code in (Outcome.OPENED, Outcome.CHARGED, Outcome.VICTIM_SAFEGUARDED, Outcome.CONVICTED):
        yield timedelta(hours=14)
        with viewing(anselm.organisation.id):
            outcomes.say(anselm, WORK, taken, code)
    with viewing(anselm.organisation.id):
        handovers.drop(anselm, WORK, dropped, DropReason.NOT_ENOUGH)


def _elsewhere(anselm: Viewer) -> None:
    """In Vestrovia somebody works on the same address, and each is told that there is somebody."""
    with viewing(anselm.organisation.id):
        case = actions.open_case(anselm, WORK, reference="V/77/1201")
        identifiers.add(anselm, WORK, case, normalised(Kind.EMAIL, SHARED))


def _version(case: Case) -> int:
    version: int = Case.everywhere.get(pk=case.pk).version
    return version
