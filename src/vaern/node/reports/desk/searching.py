"""What somebody wants to see of the work list: filters as they stand in an address, read as a stranger wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlencode
from uuid import UUID

from vaern.arrivals import Document, Offence
from vaern.node.reports.rules import State

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 100
CHOICES: dict[str, frozenset[str]] = {
    "state": frozenset(state.value for state in State),
    "urgent": frozenset({"yes"}),
    "offence": frozenset(get_args(Offence)),
    "document": frozenset(get_args(Document)),
    "whose": frozenset({"mine", "unclaimed", "nobody"}),
    "hand": frozenset({"raised"}),
    "same": frozenset({"yes"}),
    "number": frozenset({"any", "shared"}),
    "due": frozenset({"overdue", "today"}),
}
"""What each filter can be, beside the sender and the text."""

PUBLIC = "public"


@dataclass(frozen=True)
class Search:
    """Which reports are wanted; empty for all of them.

    Attributes:
        text: the beginning of a code, or the whole of it; a CyberTip number, the sender's own reference, or an external
            identifier, whole.
        whose: `nobody` leaves out of what is `unclaimed` what was passed on and came home with an answer.
        same: those that name the same account, address or device as an earlier one.
        number: `any` with an external identifier, `shared` with one that stands on another record too.
        state: one of `rules.State`; empty for all that are open.
        sender: id of an organisation, or `public`.
    """

    text: str = ""
    state: str = ""
    urgent: str = ""
    offence: str = ""
    document: str = ""
    whose: str = ""
    hand: str = ""
    same: str = ""
    number: str = ""
    due: str = ""
    sender: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """The filters that are set, as they stand in an address."""
        names = {"q": self.text, **{name: getattr(self, name) for name in (*CHOICES, "sender")}}
        return {name: value for name, value in names.items() if value}

    @property
    def query(self) -> str:
        """The same as text."""
        return urlencode(self.parameters)


def read(given: Mapping[str, str]) -> Search:
    """Return what an address asks for; what is none of the choices is left out."""
    chosen = {name: value for name, among in CHOICES.items() if (value := given.get(name, "")) in among}
    text = "".join(sign for sign in given.get("q", "") if sign.isprintable()).strip()[:LONGEST]
    return Search(text=text.upper(), sender=_sender(given.get("sender", "")), **chosen)


def _sender(given: str) -> str:
    if given == PUBLIC:
        return given
    try:
        return str(UUID(given))
    except ValueError:
        return ""
