"""Whether a match stands: what it was made with is on its list, and nobody says that it does not belong there.

A match that fell stays where it is, as what was said then, and makes nothing known: what rested on it alone is looked
at as anything new. What people decided meanwhile stays decided.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from django.utils.translation import gettext_lazy as _

from vaern.node.web.components import Chip, Component

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from vaern.records import Match


class Fallen(enum.StrEnum):
    """Why a match does not stand."""

    DISPUTED = "disputed"
    QUARANTINED = "quarantined"
    RECALLED = "recalled"


FALLEN = {
    Fallen.DISPUTED: _("Disputed entry"),
    Fallen.QUARANTINED: _("Entry in quarantine"),
    Fallen.RECALLED: _("Recalled entry"),
}
"""What people read beside the match."""


def fallen_of(match: Match) -> str:
    """Return why a match does not stand as it is made, as a code for a column; "" where it does."""
    return Fallen.DISPUTED.value if match.disputed else ""


Met = tuple[str, str, str]
"""What a match that fell was made with, and why it fell: a list's short name, the id of an entry, a code."""

Teller = Callable[["Collection[Met]"], "Mapping[Met, str]"]
"""From matches that fell to what people are told of why, where there is more to say than the code."""

_TELLERS: list[Teller] = []


def register(teller: Teller) -> None:
    """Make known who can say why matches fell, in an app's `ready()`: what is below the app of lists knows no list."""
    if teller not in _TELLERS:
        _TELLERS.append(teller)


class Fallible(Protocol):
    """What has a match that may have fallen: the match itself, or the file of which it is the nearest."""

    why_fallen: str

    @property
    def fallen_with(self) -> Met | None:
        """With what the match was made, and why it fell; None while it stands."""


def told(rows: Iterable[Fallible]) -> None:
    """Ask once, for all that a page shows, why what fell of it did; it is put at each as `why_fallen`."""
    by_met: dict[Met, list[Fallible]] = defaultdict(list)
    for row in rows:
        if (met := row.fallen_with) is not None:
            by_met[met].append(row)
    for teller in _TELLERS if by_met else ():
        for met, why in teller(by_met).items():
            for row in by_met[met]:
                row.why_fallen = why


@dataclass(frozen=True)
class Fell(Component):
    """What is said beside a match that does not stand: what became of its entry, since when, and why.

    Attributes:
        code: of `Fallen`.
        at: since when; None where nobody noted it.
        why: in words; "" where there are none.
    """

    code: str
    at: datetime | None = None
    why: str = ""
    template: ClassVar[str] = "casework/fell.html"

    @property
    def chip(self) -> Chip:
        """What became of the entry."""
        return Chip(FALLEN[Fallen(self.code)], "warning")


def fell(code: str, at: datetime | None, why: str = "") -> Fell | str:
    """Return what is said beside a match; "" of one that stands."""
    return Fell(code, at, why) if code else ""
