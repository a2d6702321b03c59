"""Views, rounds and grounds: where an assessment leads, and which provision is in force when. Pure; no Django.

A round consists of a first view, an independent second one if policy or the person requires it, and a third if the two
differ. Reopening a report begins a new round.
"""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from vaern.node.base.days import within
from vaern.node.reports.rules.states import Event, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID


class Place(enum.StrEnum):
    """The place of a view in a round."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"


class SecondView(enum.StrEnum):
    """When a desk asks for a second view (`Desk.second_view`). A person may always ask."""

    NEVER = "never"
    DOUBTFUL = "doubtful"
    SAMPLED = "sampled"
    ALWAYS = "always"


class Basis(enum.StrEnum):
    """The basis of a conclusion: the person looked, a licensed viewing station did, or what they followed instead."""

    LOOKED = "looked"
    STATION = "station"
    LIST = "list"
    EARLIER = "earlier"
    TEXT = "text"


@dataclass(frozen=True)
class Answers:
    """The answers of one form that can contradict one another.

    Attributes:
        baseline: yes, no, or None: cannot be told, or was not asked.
        offence: whether the chosen class is an offence by the scheme's law: True, False, or None if it says neither or
            no class was chosen.
        actionable: the legal conclusion.
        basis: the basis of the conclusion.
        severity: how heavy it was, 1 to 3 (`rules.exposure.Severity`); None if not stated.
        files: number of files viewed; None if not stated.
    """

    baseline: bool | None
    offence: bool | None
    actionable: bool
    basis: Basis
    severity: int | None = None
    files: int | None = None


class Contradiction(enum.StrEnum):
    """Two answers of which at least one is wrong."""

    BASELINE_NOTHING = "baseline_nothing"
    BASELINE_LAWFUL = "baseline_lawful"
    BASELINE_UNSEEN = "baseline_unseen"
    LAWFUL_OFFENCE = "lawful_offence"
    UNSEEN_HEAVY = "unseen_heavy"
    UNSEEN_FILES = "unseen_files"


CONTRADICTIONS: dict[Contradiction, tuple[tuple[str, str], Callable[[Answers], bool]]] = {
    Contradiction.BASELINE_NOTHING: (("baseline", "actionable"), lambda a: a.baseline is True and not a.actionable),
    Contradiction.BASELINE_LAWFUL: (("baseline", "value"), lambda a: a.baseline is True and a.offence is False),
    Contradiction.BASELINE_UNSEEN: (("baseline", "extent"), lambda a: a.baseline is True and a.basis is Basis.TEXT),
    Contradiction.LAWFUL_OFFENCE: (("value", "actionable"), lambda a: a.offence is False and a.actionable),
    Contradiction.UNSEEN_HEAVY: (
        ("extent", "severity"),
        lambda a: a.basis is not Basis.LOOKED and (a.severity or 1) > 1,
    ),
    Contradiction.UNSEEN_FILES: (("extent", "looked"), lambda a: a.basis is not Basis.LOOKED and bool(a.files)),
}
"""The fields of the form that contradict each other, and when. A class that is an offence with nothing to be done is
none: a scheme speaks of material in general, and the law of one report may know an exception.
"""


def contradictions(given: Answers) -> list[tuple[Contradiction, tuple[str, str]]]:
    """Return the contradictions, each with the two fields at which it is reported."""
    return [(what, fields) for what, (fields, holds) in CONTRADICTIONS.items() if holds(given)]


PLACES = {State.ARRIVED: Place.FIRST, State.SECOND_VIEW: Place.SECOND, State.DISPUTED: Place.THIRD}
"""In which state which view is taken; in every other state there is none to take."""


@dataclass(frozen=True)
class View:
    """One person's conclusion about one item, or about the whole report.

    Attributes:
        item: number of the item in the report; None for all of them.
        baseline: None where it cannot be told, or nothing was looked at.
        value: class of the national scheme, with its scheme and version; "" where none was given.
    """

    baseline: bool | None
    actionable: bool
    value: str = ""
    item: int | None = None


@dataclass(frozen=True)
class Said:
    """What a list or an earlier conclusion says of one item: a conclusion without viewing may repeat only that.

    Attributes:
        baseline: yes, no, or None where it says neither.
        actionable: an offence here or nothing to be done; None where it says neither, as a list without a class.
        value: class of the desk's own scheme; "" where it gives none.
    """

    baseline: bool | None = None
    actionable: bool | None = None
    value: str = ""


class Beyond(enum.StrEnum):
    """An answer given without viewing that goes beyond its basis."""

    BASELINE = "baseline"
    CLASS = "class"
    OFFENCE = "offence"


BEYOND: dict[Beyond, tuple[str, Callable[[View, Said], bool]]] = {
    Beyond.BASELINE: ("baseline", lambda a, said: a.baseline is not None and a.baseline is not said.baseline),
    Beyond.CLASS: ("value", lambda a, said: bool(a.value) and a.value != said.value),
    Beyond.OFFENCE: ("actionable", lambda a, said: a.actionable and said.actionable is False),
}
"""The field of the form that says more than the basis does, and when. That nothing is to be done can be said of
anything: the law of one report may know an exception.
"""


def beyond(given: View, said: Said) -> list[tuple[Beyond, tuple[str, str]]]:
    """Return where an answer goes beyond its basis, each with the two fields at which it is reported."""
    return [(what, (field, "extent")) for what, (field, holds) in BEYOND.items() if holds(given, said)]


LISTED_BASELINE = {
    **dict.fromkeys(("interpol baseline", "interpol-baseline yes", "xarf csam baseline"), True),
    **{f"icse baseline {word}": True for word in ("1", "true", "yes", "baseline")},
    **{f"icse baseline {word}": False for word in ("0", "false", "no")},
    "interpol-baseline no": False,
}
"""Whether a class that a list gives, scheme and value in lower case, says that it is of the baseline. Of every other it
says neither: no class is ever converted.
"""


def sampled(report: UUID, share: int) -> bool:
    """Whether a report is in the sample of a given percentage: deterministic, and nobody can influence it."""
    first = hashlib.sha256(b"second view" + report.bytes).digest()[:4]
    return int.from_bytes(first) % 100 < share


def asks_second(policy: SecondView, share: int, report: UUID, *, doubtful: bool, asked: bool) -> bool:
    """Whether a first view requires a second before any action.

    Args:
        policy: of the desk.
        share: per cent that are sampled.
        report: its id.
        doubtful: the person expressed doubt.
        asked: the person asks for one, whatever the policy.
    """
    if asked or policy is SecondView.ALWAYS:
        return True
    if policy is SecondView.NEVER:
        return False
    return doubtful or (policy is SecondView.SAMPLED and sampled(report, share))


def of_items(views: Iterable[View], items: Sequence[int]) -> dict[int, View]:
    """Return the latest view of each item that has one; key 0 stands for a report without items."""
    found: dict[int, View] = {}
    for view in views:
        covered = (items or [0]) if view.item is None else [view.item]
        for number in covered:
            found[number] = View(view.baseline, view.actionable, view.value)
    return found


def complete(views: Iterable[View], items: Sequence[int]) -> bool:
    """Whether every item has a view."""
    return set(items or [0]) <= set(of_items(views, items))


def differ(first: Iterable[View], second: Iterable[View], items: Sequence[int]) -> bool:
    """Whether two complete views disagree on any item: on the baseline, the class or the legal conclusion.

    Facts are not compared: two people may read a fact differently and still conclude the same.
    """
    return of_items(first, items) != of_items(second, items)


def actionable(views: Iterable[View], items: Sequence[int]) -> bool:
    """Whether action is required: any item is an offence here."""
    return any(view.actionable for view in of_items(views, items).values())


def follows(place: Place, *, second: bool, differs: bool, acts: bool) -> Event:
    """Return the event of the report when a person has concluded.

    Args:
        place: of the completed view.
        second: a second view is required (after a first).
        differs: it disagrees with the first (after a second).
        acts: action is required.
    """
    if place is Place.FIRST and second:
        return Event.ASK_SECOND
    if place is Place.SECOND and differs:
        return Event.DIFFER
    return Event.CONCLUDE_ACTIONABLE if acts else Event.CONCLUDE_NOTHING


class Dated(Protocol):
    """A provision: `models.LegalGround` is one."""

    code: str
    action: str
    country: str
    valid_from: date
    valid_to: date | None

    @property
    def kinds(self) -> Sequence[str]:
        """The kinds of organisations to which it applies."""


def holds(ground: Dated, on: date) -> bool:
    """Whether a ground is in force on a day; first and last day included."""
    return within(ground.valid_from, ground.valid_to, on)


def of_country(grounds: Iterable[Dated], action: str, country: str) -> list[Dated]:
    """Return the grounds that apply to an action in a country, by first day.

    If a country has provisions of its own on an action, only those apply: provisions for everywhere do not fill a gap
    that its parliament left.
    """
    found = [ground for ground in grounds if ground.action == action and ground.country in {country, ""}]
    own = [ground for ground in found if ground.country == country]
    return sorted(own or found, key=lambda ground: (ground.valid_from, ground.code))


def of_kind(grounds: Iterable[Dated], kind: str) -> list[Dated]:
    """Return the grounds that apply to a kind of organisation, by name or to all kinds."""
    return [ground for ground in grounds if not ground.kinds or kind in ground.kinds]


def in_force(grounds: Iterable[Dated], action: str, country: str, kind: str, on: date) -> Dated | None:
    """Return the newest ground in force for an action on a day; None without one."""
    found = [ground for ground in of_kind(of_country(grounds, action, country), kind) if holds(ground, on)]
    return found[-1] if found else None


def label(of: Mapping[str, str], language: str) -> str:
    """Return a label in a language (`da`, `en-gb`), falling back to English."""
    return of.get(language[:2], "") or of["en"]
