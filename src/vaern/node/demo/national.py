"""What the law of an invented country asks of a provider: recorded, verified by somebody else, and then cited there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.demo.alliance import RUNS_NODE
from vaern.node.law import actions as law
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role
from vaern.node.reports.rules.national_texts import NationalText
from vaern.node.reports.takedown.national.register import TABLE

if TYPE_CHECKING:
    from vaern.node.demo.seed import Alliance

AUTHORITY = "authority.nordhavia"
GAZETTE = "Gazette of Quendara, number 4 of 2024 (synthetic), read today"


def record(alliance: Alliance) -> None:
    """The central authority writes down two provisions of Quendara; the secretariat has compared one of them."""
    keeper = alliance.someone(AUTHORITY, Role.LEGAL)
    why = Reason(Why.ADMINISTRATION, "notices to Quendara named no law")
    hosts = NationalText(
        code="hosting-act-4",
        country="XQ",
        kinds=("host",),
        since=date(2024, 5, 1),
        read=timezone.localdate(),
        heading={
            "en": "Notice under section 4 of the Hosting Act of Quendara (synthetic)",
            "da": "Anmeldelse efter § 4 i Quendaras hostinglov (syntetisk)",
        },
        duty={
            "en": "Section 4 obliges a hosting provider to remove what it is notified of within two days.",
            "da": "§ 4 pålægger en hostingudbyder at fjerne det anmeldte inden to dage.",
        },
        danger={
            "en": "Section 9 obliges it to call the police where a life is in danger.",
            "da": "§ 9 pålægger den at ringe til politiet, hvor et liv er i fare.",
        },
        source=GAZETTE,
        synthetic=True,
    )
    registrars = NationalText(
        code="names-act-2",
        country="XQ",
        kinds=("registrar",),
        since=date(2025, 1, 1),
        read=timezone.localdate(),
        heading={"en": "Notice under section 2 of the Names Act of Quendara (synthetic)"},
        duty={"en": "Section 2 obliges a registrar to suspend a name that serves nothing else."},
        source=GAZETTE,
        synthetic=True,
    )
    compared = law.add(keeper, why, TABLE, hosts)
    law.add(keeper, why, TABLE, registrars)
    law.verify(alliance.someone(RUNS_NODE, Role.ADMINISTRATOR), why, compared, GAZETTE)
