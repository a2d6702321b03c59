"""Rescue priority and completeness: two scores of a report, from 0 to 100, as lines that add up. Pure; no Django.

Priority says how soon a report should be seen for a child's sake; completeness how much of what a desk needs is in it.
They are apart, because a poor report may be about a child in danger now. Urgent is a rule of its own and not a
threshold: no weight can hide a child in danger. Scores sort; they never leave a report out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from vaern.arrivals import uploaders
from vaern.node.reports.rules.weights import Weights, weights_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from vaern.arrivals import About, Arrival, File

CONTACT = frozenset({"enticement", "sexual_extortion", "trafficking"})
"""Offences of which contact with a child is a part."""

HAPPENING = frozenset({"live_abuse", "hands_on"})
"""Offences in which a child is abused while it is reported, or was lately."""

REACHED = frozenset({"sexual_extortion", "enticement"})
"""Offences in which somebody has a hold on a child: extorted children harm themselves within hours or days."""

URGENT_IF_WITHIN = timedelta(days=7)
"""So recent, or undated, what a child suffers now is urgent even if nobody says that it is in danger or goes on."""

COERCED = frozenset({"sexual_extortion", "sadistic_exploitation"})
"""Annotations of a report by which a child is made to do something, now and again."""

GRAVE = frozenset({"infant", "physical_harm", "violence", "with_animal", "live_streamed"})
"""Annotations of a file by which the child in it is the youngest, is hurt, or is abused for somebody who watches."""

REACHABLE = {"self": 1.0, "known": 0.75}
"""The share by who the child is to the sender: one who writes, or whom the sender knows, can be helped today."""

PASSED_ROUND = frozenset({"widely_shared", "shared_as_joke"})
"""Annotations of a file that many have: if it is on no list at hand, it is no sign of a new series."""

SERIES_FROM = 5
"""So many unknown files in one report are treated as a possible new series."""


class Line(NamedTuple):
    """One line of a score.

    Attributes:
        code: which.
        points, of: the points given, and the maximum.
    """

    code: str
    points: int
    of: int


class Scored(NamedTuple):
    """A score and its lines, whose points add up to it."""

    points: int
    lines: tuple[Line, ...]
    weights: str


@dataclass(frozen=True)
class Facts:
    """The input of the scores.

    Attributes:
        today: the moment of scoring.
        danger_now, ongoing, offence, incident_at, preserved_until: as in `arrivals.Arrival`.
        annotations: the sender's marks of the incident, as in `arrivals.Arrival`.
        grave: the sender marks a file with one of `GRAVE`.
        passed_round: the sender marks every file with one of `PASSED_ROUND`.
        files: number of files.
        unknown_files: number of files on no loaded list and in no earlier report.
        wished_files: number of files that a survivor asks to have removed, by a confirmed or unconfirmed hash.
        files_hashed, files_viewed_said: number of files with a digest, and with the sender's statement on viewing.
        located: it can be found: by a URL, or a service with a user name.
        addressed: it names a network address.
        address_usable: that address has time and port, so that a subscriber can be found.
        identified: it names an account's identifier, a mail address or a telephone number.
        words: the sender says something in their own words.
        about: as in `arrivals.Arrival`; who the child is to the sender.
        same: an earlier report of the same organisation names the same account, address or device.
    """

    today: datetime
    danger_now: bool | None = None
    ongoing: bool | None = None
    offence: str = "unclear"
    incident_at: datetime | None = None
    preserved_until: datetime | None = None
    annotations: frozenset[str] = frozenset()
    grave: bool = False
    passed_round: bool = False
    files: int = 0
    unknown_files: int = 0
    wished_files: int = 0
    files_hashed: int = 0
    files_viewed_said: int = 0
    located: bool = False
    addressed: bool = False
    address_usable: bool = False
    identified: bool = False
    words: bool = False
    about: About = ""
    same: bool = False


def facts_of(
    arrival: Arrival, today: datetime, unknown_files: int, wished_files: int = 0, *, same: bool = False
) -> Facts:
    """Return the facts of a report as it arrived.

    Args:
        arrival: the report.
        today: the moment of scoring.
        unknown_files: number of its files on no loaded list and in no earlier report.
        wished_files: number of files that a survivor asks to have removed, confirmed or not.
        same: an earlier report of the same organisation names the same account, address or device.
    """
    events = [event for account in (*arrival.accounts, *uploaders(arrival)) for event in account.ip_events]
    located = [*arrival.locations, *(file.location for file in arrival.files if file.location)]
    return Facts(
        today=today,
        danger_now=arrival.danger_now,
        ongoing=arrival.ongoing,
        offence=arrival.offence,
        incident_at=arrival.incident_at,
        preserved_until=arrival.preserved_until,
        files=len(arrival.files),
        unknown_files=unknown_files,
        wished_files=wished_files,
        files_hashed=sum(_hashed(file) for file in arrival.files),
        files_viewed_said=sum(file.viewed != "unknown" for file in arrival.files),
        located=any(place.url or (place.service and place.account) for place in located),
        addressed=bool(events),
        address_usable=any(event.port and event.at for event in events),
        identified=any(account.identifier or account.emails or account.phones for account in arrival.accounts),
        words=bool(arrival.narrative.strip() or arrival.danger_text.strip()),
        annotations=frozenset(arrival.annotations),
        about=arrival.about,
        same=same,
        grave=any(GRAVE & set(file.annotations) for file in arrival.files),
        passed_round=bool(arrival.files) and all(PASSED_ROUND & set(file.annotations) for file in arrival.files),
    )


def _hashed(file: File) -> bool:
    return any(signal.kind in {"md5", "sha1", "sha256"} for signal in file.signals)


def urgent(facts: Facts) -> bool:
    """Whether a report has to be handled within minutes. Independent of the weights."""
    if facts.danger_now or facts.ongoing:
        return True
    if facts.offence not in HAPPENING | REACHED and not COERCED & facts.annotations:
        return False
    if facts.about == "self" and facts.ongoing is None:
        return True  # a child who writes for itself says when it began, not that it is over
    return facts.incident_at is None or facts.today - facts.incident_at <= URGENT_IF_WITHIN


def priority(facts: Facts, weights: Weights | None = None) -> Scored:
    """Return the rescue priority."""
    weights = weights or weights_on(facts.today.date())
    return _scored(facts, PRIORITY, weights.priority, weights.version)


def completeness(facts: Facts, weights: Weights | None = None) -> Scored:
    """Return the completeness."""
    weights = weights or weights_on(facts.today.date())
    return _scored(facts, COMPLETENESS, weights.completeness, weights.version)


def _scored(facts: Facts, shares: dict[str, Callable[[Facts], float]], points: dict[str, int], version: str) -> Scored:
    lines = tuple(
        Line(code, round(share(facts) * points[code]), points[code]) for code, share in shares.items() if code in points
    )
    return Scored(sum(line.points for line in lines), lines, version)


def _ongoing(facts: Facts) -> float:
    if facts.ongoing is None:
        contact = facts.offence in CONTACT | HAPPENING or "material_solicited" in facts.annotations
        return 0.5 if contact else 0.0
    return float(facts.ongoing)


def _coerced(facts: Facts) -> float:
    return float(facts.offence == "sexual_extortion" or bool(COERCED & facts.annotations))


def _unknown(facts: Facts) -> float:
    if facts.passed_round:
        return 0.0
    return 0.5 + min(facts.unknown_files, 10) / 20 if facts.unknown_files else 0.0


def _recency(facts: Facts) -> float:
    if facts.incident_at is None:
        return 0.5  # nobody said: as if it were within the month, so that silence costs little
    age = facts.today - facts.incident_at
    steps = ((1, 1.0), (7, 0.75), (30, 0.5), (365, 0.25))
    return next((share for days, share in steps if age <= timedelta(days=days)), 0.0)


def _preservation(facts: Facts) -> float:
    if facts.preserved_until is None or facts.preserved_until < facts.today:
        return 0.0
    left = facts.preserved_until - facts.today
    return 1.0 if left <= timedelta(days=14) else 0.5 if left <= timedelta(days=30) else 0.0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


PRIORITY: dict[str, Callable[[Facts], float]] = {
    "danger_now": lambda facts: float(bool(facts.danger_now)),
    "ongoing": _ongoing,
    "coercion": _coerced,
    "unknown_material": _unknown,
    "grave_material": lambda facts: float(facts.grave),
    "wished": lambda facts: float(facts.wished_files > 0),
    "new_series": lambda facts: float(facts.unknown_files >= SERIES_FROM and not facts.passed_round),
    "recency": _recency,
    "live_abuse": lambda facts: float(facts.offence in HAPPENING),
    "same_person": lambda facts: float(facts.same),
    "reachable_child": lambda facts: REACHABLE.get(facts.about, 0.0),
    "preservation_ends": _preservation,
}
"""The lines of the rescue priority: each a share from 0 to 1 of its points."""

COMPLETENESS: dict[str, Callable[[Facts], float]] = {
    "time": lambda facts: float(facts.incident_at is not None),
    "address": lambda facts: float(facts.addressed),
    "address_usable": lambda facts: float(facts.address_usable),
    "identifier": lambda facts: float(facts.identified),
    "viewed_flag": lambda facts: _share(facts.files_viewed_said, facts.files),
    "location": lambda facts: float(facts.located),
    "hashes": lambda facts: _share(facts.files_hashed, facts.files),
    "words": lambda facts: float(facts.words),
}
"""The lines of the completeness."""
