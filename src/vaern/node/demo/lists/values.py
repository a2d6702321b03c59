"""Lists of what is no hash: domains that are given over to abuse, and payment addresses; all of nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.base.scope import viewing
from vaern.node.demo.lists.files import take
from vaern.node.demo.lists.invented import LAW, QUALITY
from vaern.node.lists.curation import actions
from vaern.node.lists.curation.actions import ListTerms
from vaern.node.lists.rules.lists import Holds, Purpose
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    import random

    from vaern.node.organisations.viewers import Viewer

DOMAINS = (
    "tidewater-gallery.example",
    "rooms.nightferry.example",
    "quiet-harbour-pictures.example",
    "lanternfish-board.example",
    "the-glasshouse-archive.example",
    "blåbærstuen.example",
    "mirror-two.lanternfish-board.example",
    "old-mill-forum.example",
    "kestrel-and-fern.example",
    "silverfen-cloud.example",
)
WALLETS = 6


def do(viewer: Viewer, draw: random.Random) -> None:
    """Keep a list of domains, which comes as a file, and one of payment addresses, written down one by one."""
    with viewing(viewer.organisation.id):
        domains = actions.make(
            viewer,
            QUALITY,
            "domains",
            Holds.DOMAINS,
            Purpose.KNOWN,
            ListTerms(
                title="Domains given over to abuse (synthetic)",
                source="Hotlines of the alliance",
                basis=LAW,
                hosted=True,
            ),
        )
        wallets = actions.make(
            viewer,
            QUALITY,
            "payment-addresses",
            Holds.WALLETS,
            Purpose.KNOWN,
            ListTerms(title="Payment addresses of sellers (synthetic)", source="Police of the alliance", basis=LAW),
        )
        for number in range(1, WALLETS + 1):
            value = f"0x{draw.randbytes(20).hex()}"
            series = f"S-{number % 3 + 1:02}"
            actions.add_entry(
                viewer,
                QUALITY,
                wallets,
                Entry(f"seller-{number}", (Signal("wallet", value.encode()),), series=series),
            )
    take(viewer, domains, "\n".join(DOMAINS).encode())
