"""The filters of the list of cases, as they stand in an address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from vaern.node.cases.rules.case import State
from vaern.node.web.lists import Choice, Filters, Words


@dataclass(frozen=True)
class Search:
    """Which cases are wanted; empty for all on which there is something to do.

    Attributes:
        text: the beginning of a code or of a journal number; or an external identifier, whole.
        state: one of `rules.State`.
        whose: `mine`, or `released` for those that others released.
        hand: `raised` for those that need attention.
        number: `any` with an external identifier, `shared` with one that is on another record too; own cases alone.
    """

    text: str = ""
    state: str = ""
    whose: str = ""
    hand: str = ""
    number: str = ""

    @property
    def is_of_all(self) -> bool:
        """Whether no state means every state: when searching by code, and among what others released."""
        return bool(self.text) or self.whose == "released"

    @property
    def query(self) -> str:
        """The filters that are set, as they stand in an address."""
        names = {"q": self.text, "state": self.state, "whose": self.whose, "hand": self.hand, "number": self.number}
        return urlencode({name: value for name, value in names.items() if value})


class CaseFilters(Filters):
    """What an address asks of the list of cases."""

    q = Words(upper=True)
    state = Choice(State)
    whose = Choice(("mine", "released"))
    hand = Choice(["raised"])
    number = Choice(("any", "shared"))
