"""The evidence of one case of the demonstration: what lies where, who had it, a bag for a court. By the real actions.

Everything is invented: digests are of nothing, laws and stores do not exist.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.scope import viewing
from vaern.node.cases.evidence import actions, bags
from vaern.node.cases.evidence.actions import Said
from vaern.node.cases.evidence.facts import Facts
from vaern.node.cases.models import Case
from vaern.node.cases.rules.evidence import Event, Kind
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from vaern.node.demo.seed import Alliance

WORK = Reason(Why.INVESTIGATION)
LAW = "Procedure Act of Nordhavia, section 802 (invented)"
IMAGE = sha256(b"an image of nothing").hexdigest()


def _at(days: int, hour: int, minute: int) -> str:
    """Return a moment some days ago, as a label says it."""
    day = timezone.localtime() - timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0).isoformat()


def do(alliance: Alliance) -> None:
    """Let the investigator register, hand over, have examined, check and export."""
    mikkel = alliance.someone("police.nordhavia", Role.INVESTIGATOR)
    with viewing(mikkel.organisation.id):
        case = Case.objects.filter(organisation=mikkel.organisation, reference="NH-0412").first()
        if case is None:
            return
        register = partial(actions.register, mikkel, WORK, case)
        drive = register(
            Kind.DEVICE,
            Facts(
                "External drive, black, 2 TB, label torn off",
                seized_at=_at(3, 7, 40),
                source="Search of a flat, room 2",
                legal_basis=LAW,
                place="Evidence store of Nordhavia, shelf 14",
            ),
        )
        image = register(
            Kind.IMAGE,
            Facts(
                "Image of E1",
                {"sha256": IMAGE},
                _at(2, 9, 15),
                "E1",
                LAW,
                "Example imager 4.2, write blocker 17",
                place="Server of the laboratory, vault 3",
            ),
        )
        answer = register(
            Kind.ANSWER,
            Facts(
                "Subscriber data of one account, as a signed document",
                {"sha256": sha256(b"an answer").hexdigest()},
                _at(1, 12, 0),
                "Provider in Vestrovia",
                "Request for legal assistance",
                "Answer to the request",
                "This case only, unless Vestrovia agrees",
                "Server of the desk, register 7",
            ),
        )
        actions.happen(
            mikkel,
            WORK,
            drive,
            Event.HANDED_OVER,
            Said("Search team", "Evidence store", "Shelf 14", "sealed, dry", "NH-77120"),
        )
        actions.happen(mikkel, WORK, drive, Event.EXAMINED, Said(taker="Forensic laboratory", seal="NH-77120"))
        actions.happen(mikkel, WORK, drive, Event.RESEALED, Said(condition="imaged", seal="NH-77348"))
        actions.check(mikkel, WORK, image, IMAGE)
        actions.happen(mikkel, WORK, answer, Event.MOVED, Said(place="Server of the desk, register 9"))
        bags.make(
            mikkel, WORK, case, to_whom="District court of Nordhavia", terms=Terms(Handling.AMBER, timezone.now())
        )
