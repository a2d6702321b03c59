"""What somebody wants to see of the list of cases: filters as they stand in an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from vaern.node.cases.rules.case import State

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 100
CHOICES: dict[str, frozenset[str]] = {
    "state": frozenset(state.value for state in State),
    "whose": frozenset({"mine", "released"}),
    "hand": frozenset({"raised"}),
    "number": frozenset({"any", "shared"}),
}


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
        """Whether no state means every state: of what is looked for by its code, and of what others released."""
        return bool(self.text) or self.whose == "released"

    @property
    def query(self) -> str:
        """The filters that are set, as they stand in an address."""
        names = {"q": self.text, "state": self.state, "whose": self.whose, "hand": self.hand, "number": self.number}
        return urlencode({name: value for name, value in names.items() if value})


def read(given: Mapping[str, str]) -> Search:
    """Return what an address asks for; what is none of the choices is left out."""
    chosen = {name: value for name, among in CHOICES.items() if (value := given.get(name, "")) in among}
    text = "".join(sign for sign in given.get("q", "") if sign.isprintable()).strip()[:LONGEST]
    return Search(text=text.upper(), **chosen)
