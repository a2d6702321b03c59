"""Legal assistance in the demonstration: who is bound among invented countries, clocks, requests in every state.

All by the real actions, so the dates are those of the day on which the demonstration was begun.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.scope import viewing
from vaern.node.cases.assistance import actions, held_data
from vaern.node.cases.assistance.data import TABLES
from vaern.node.cases.assistance.incoming import actions as incoming
from vaern.node.cases.assistance.incoming import intake
from vaern.node.cases.assistance.incoming.delivery import Delivery
from vaern.node.cases.assistance.register import REGISTER
from vaern.node.cases.models import IncomingRequest
from vaern.node.cases.rules.assistance import Event, Translation
from vaern.node.cases.rules.incoming import Event as Asked
from vaern.node.cases.rules.instruments import DataKind, Party
from vaern.node.cases.work.actions import open_case
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.law import actions as law
from vaern.node.law.data import newest
from vaern.node.law.records import Basis
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from vaern.node.cases.models import AssistanceRequest, Case, HeldData
    from vaern.node.demo.seed import Alliance
    from vaern.node.organisations.viewers import Viewer

DAY = timedelta(days=1)
WHY = Reason(Why.LEGAL_ASSISTANCE, "an invented case")
GAZETTE = "Fictional Treaty Series of the Alliance, no. %d, read on a day that does not matter"

BOUND = (
    ("XA", "budapest", 2006),
    ("XV", "budapest", 2010),
    ("XT", "budapest", 2013),
    ("XA", "coe-1959", 1975),
    ("XT", "coe-1959", 1998),
    ("XV", "us-code", 1996),
)
"""Country, treaty and year. Vestrovia has the preservation law of the USA, so that the tour can show it."""

OUT = {"en": "Stays out by a vote of its parliament (invented)", "da": "Står udenfor efter en afstemning (opdigtet)"}


def do(alliance: Alliance) -> None:
    """Let a desk and its central authority work."""
    desk = alliance.someone("police.nordhavia", Role.INVESTIGATOR)
    legal = alliance.someone("authority.nordhavia", Role.LEGAL)
    with viewing(desk.organisation.id):
        case = open_case(desk, WHY, reference="NH-0455")
    near = hold(desk, case, "Log-in records of a chat account", "XV", DataKind.TRAFFIC, kept=9)
    far = hold(desk, case, "Subscriber of a mailbox", "XT", DataKind.SUBSCRIBER, kept=75)
    reported = hold(desk, case, "What a platform reported", "XV", DataKind.CONTENT, reported=20)
    hold(desk, case, "Address records of an old account", "XQ", DataKind.TRAFFIC, kept=-2)
    draft(desk, case, reported, "budapest-31", fill=False)
    hand(desk, legal, draft(desk, case, far, "budapest-29"))
    preserved = _send(desk, legal, draft(desk, case, near, "budapest-29"))
    _happen(legal, preserved, (Event.ACKNOWLEDGE, "By mail, the same day."), (Event.EXECUTE, "Preserved from today."))
    asked = _send(desk, legal, draft(desk, case, near, "budapest-31"))
    _happen(legal, asked, (Event.ACKNOWLEDGE, ""), (Event.ASK, "Which hours of the day are meant?"))
    answered = _send(desk, legal, draft(desk, case, far, "coe-1959-mla"))
    _happen(
        legal,
        answered,
        (Event.EXECUTE, ""),
        (Event.RECEIVE, "A sealed envelope, and its hash by telephone."),
        (Event.NOTE_LIMITS, "For this case alone; ask before it goes to anybody else."),
    )
    refused = _send(desk, legal, draft(desk, case, reported, "letter-rogatory"))
    _happen(legal, refused, (Event.REFUSE, "Use the convention, to which both are bound."))

    _asked(alliance, legal)
    _handed(alliance, desk, legal, draft(desk, case, near, "budapest-31"))


def _asked(alliance: Alliance, legal: Viewer) -> None:
    """Let the authority take in what two countries ask: one for its police to execute, one that is new and urgent."""
    now = timezone.now()
    head = intake.Head(
        "coe-1959-mla",
        "XT",
        DataKind.SUBSCRIBER,
        "Public Prosecutor of a town in Thalvia (invented)",
        now - 12 * DAY,
        "TH/118 (invented)",
        language="English",
        deadline=timezone.localdate() + 25 * DAY,
    )
    urgent = intake.Head(
        "budapest-29",
        "XV",
        DataKind.TRAFFIC,
        "24/7 contact point of Vestrovia (invented)",
        now,
        "V-7 (invented)",
        urgent=True,
        confidential=True,
        language="English",
    )
    police = alliance.someone("police.nordhavia", Role.INVESTIGATOR)
    with viewing(legal.organisation.id):
        made = intake.receive(legal, WHY, head)
        intake.write(legal, WHY, made, {one["code"]: text_of(one["code"]) for one in made.pinned["form"]["fields"]})
        intake.attach(legal, WHY, made, "text/plain", b"A letter, invented for the demonstration.\n")
        for event in (Asked.ACKNOWLEDGE, Asked.RECOGNISE):
            incoming.happen(legal, WHY, made, event)
        terms = Terms(Handling.AMBER_STRICT, now + 180 * DAY)
        words = "Ask the provider, please; before the day they named."
        incoming.pass_on(legal, WHY, made, police.organisation.id, terms, words)
        intake.receive(legal, WHY, urgent)


def _handed(alliance: Alliance, desk: Viewer, legal: Viewer, request: AssistanceRequest) -> None:
    """Hand a request to the authority of the other country, which uses the same node and lets its police execute it."""
    theirs = alliance.someone("authority.vestrovia", Role.LEGAL)
    police = alliance.someone("police.vestrovia", Role.INVESTIGATOR)
    sent = _send(desk, legal, request, Delivery(theirs.organisation.id))
    with viewing(theirs.organisation.id):
        made = IncomingRequest.objects.get(outgoing=sent)
        for event in (Asked.ACKNOWLEDGE, Asked.RECOGNISE):
            incoming.happen(theirs, WHY, made, event, "By mail, the same day.")
        terms = Terms(Handling.AMBER_STRICT, timezone.now() + 180 * DAY)
        incoming.pass_on(theirs, WHY, made, police.organisation.id, terms)
    with viewing(police.organisation.id):
        incoming.happen(police, WHY, made, Asked.EXECUTE, "Two pages from the provider (invented).")


def table(alliance: Alliance) -> None:
    """Let one person say who is bound among the invented countries, and another verify some of it."""
    keeper = alliance.someone("secretariat", Role.SECRETARIAT)
    legal = alliance.someone("authority.nordhavia", Role.LEGAL)
    for country, treaty, year in BOUND:
        row = Party(
            country=country,
            treaty=treaty,
            since=date(year, 1, 1),
            basis=Basis.READ,
            source=GAZETTE % year,
            day=timezone.localdate(),
        )
        law.add(keeper, WHY, "party", row)
    law.add(
        keeper,
        WHY,
        "party",
        Party(
            country="XQ",
            treaty="budapest",
            since=date(2006, 1, 1),
            bound=False,
            reservation=OUT,
            basis=Basis.READ,
            source=GAZETTE % 2006,
            day=timezone.localdate(),
        ),
    )
    invented = {"XA", "XV", "XT"}
    bound = [one.pk for one in newest(TABLES) if one.country in invented and one.about == "budapest"]
    law.verify_list(legal, WHY, REGISTER, bound, GAZETTE % 2010)


def hold(
    desk: Viewer, case: Case, label: str, holder: str, data: DataKind, *, kept: int | None = None, reported: int = 0
) -> HeldData:
    """Note data of a case that somebody abroad holds, so many days more or reported so many days ago."""
    now = timezone.now()
    with viewing(desk.organisation.id):
        return held_data.add(
            desk,
            WHY,
            case,
            label=label,
            holder=holder,
            data=data,
            details={"provider": "An invented provider", "identifier": "account-7 (invented)"},
            kept_until=now + kept * DAY if kept is not None else None,
            reported_at=now - reported * DAY if reported else None,
        )


def draft(desk: Viewer, case: Case, held: HeldData, instrument: str, *, fill: bool = True) -> AssistanceRequest:
    """Begin a request; fill in everything, or the first field alone."""
    with viewing(desk.organisation.id):
        made = actions.draft(
            desk, WHY, case, instrument, holder=held.holder, data=DataKind(held.data), held=held, language="English"
        )
        fields = [one["code"] for one in made.pinned["form"]["fields"]]
        values = {code: text_of(code) for code in (fields if fill else fields[:1])}
        return actions.write(desk, WHY, made, values, "English", Translation.DONE if fill else Translation.NEEDED)


def text_of(code: str) -> str:
    """Return what the demonstration fills into a field of a request."""
    return {
        "authority": "National Police of Nordhavia, Child Protection Desk, at any hour (invented)",
        "offence": "Spreading of child sexual abuse material; Nordhavia, Penal Code § 235 (invented), up to six years.",
        "data": "Log-in times with addresses and ports of account-7, from 1 to 30 of last month (invented).",
        "custodian": "An invented provider, seat in the requested country.",
        "necessity": "The provider keeps its logs for a few days only; without them nobody knows who used the account.",
        "intention": "A request for mutual assistance follows within two weeks.",
        "deadline": "Before the preservation ends.",
        "translation": "Into English, enclosed.",
    }.get(code, "As in every request of this demonstration: invented.")


def hand(desk: Viewer, legal: Viewer, request: AssistanceRequest) -> AssistanceRequest:
    """Give a request to the central authority at home."""
    with viewing(desk.organisation.id):
        return actions.hand_over(
            desk, WHY, request, legal.organisation.id, Terms(Handling.AMBER_STRICT, timezone.now() + 360 * DAY)
        )


def _send(desk: Viewer, legal: Viewer, request: AssistanceRequest, to: Delivery | None = None) -> AssistanceRequest:
    hand(desk, legal, request)
    with viewing(legal.organisation.id):
        return actions.send(legal, WHY, request, to)


def _happen(legal: Viewer, request: AssistanceRequest, *events: tuple[Event, str]) -> None:
    with viewing(legal.organisation.id):
        for event, words in events:
            actions.happen(legal, WHY, request, event, words)
