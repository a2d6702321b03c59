"""Filters of the work list as they stand in a URL; parsed as untrusted input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlencode
from uuid import UUID

from django import forms

from vaern.arrivals import Document, Offence
from vaern.node.reports.rules.states import State
from vaern.node.web.lists import Choice, Filters, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """A search of the work list; empty for all open reports.

    Attributes:
        text: the beginning of a code, or the whole of it; a CyberTip number, the sender's own reference, or an external
            identifier, whole.
        whose: `nobody` leaves out of what is `unclaimed` what was passed on and came home with an answer.
        same: those that name the same account, address or device as an earlier one.
        number: `any` with an external identifier, `shared` with one that another record has too.
        state: one of `rules.states.State`; empty for all open ones.
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
        """The filters that are set, as query parameters."""
        names = {"q": self.text, **{name: getattr(self, name) for name in (*CHOICES, "sender")}}
        return {name: value for name, value in names.items() if value}

    @property
    def query(self) -> str:
        """The filters as a query string."""
        return urlencode(self.parameters)


class SenderField(forms.CharField):
    """The id of an organisation or `public`; "" for anything else."""

    def to_python(self, value: object) -> str:
        """Return the id as text, or `public`."""
        given = str(value or "")
        try:
            return given if given == PUBLIC else str(UUID(given))
        except ValueError:
            return ""


class ReportFilters(Filters):
    """The filters that a URL may set."""

    q = Words(upper=True)
    sender = SenderField(required=False)

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(given)
        self.fields.update({name: Choice(values) for name, values in CHOICES.items()})


def read(given: Mapping[str, str]) -> Search:
    """Parse query parameters; invalid choices are ignored."""
    return Search(**ReportFilters(given).values)
