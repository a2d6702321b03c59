"""What a clue is, who may know of it, and what clues add up to. Pure; no Django.

The points of a country are a sum that anybody can redo by hand. They sort hypotheses; a person proposes a country.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.node.victims.rules.weights import Weights


class ClueKind(enum.StrEnum):
    """What was observed."""

    LANGUAGE = "language"
    SOCKET = "socket"
    PACKAGING = "packaging"
    UNIFORM = "uniform"
    LANDSCAPE = "landscape"
    SOUND = "sound"
    OBJECT = "object"
    CAMERA = "camera"
    OTHER = "other"


class Nature(enum.StrEnum):
    """Whether it is a fact or an assessment: Directive (EU) 2016/680 (LED), article 7(1)."""

    FACT = "fact"
    ASSESSMENT = "assessment"


class Confidence(enum.StrEnum):
    """How sure whoever wrote it is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Circle(enum.StrEnum):
    """Who may know of a clue, from the narrowest to the widest."""

    OWN = "own"
    NAMED = "named"
    RECIPIENTS = "recipients"
    PUBLIC = "public"


class Standing(enum.StrEnum):
    """How far a country hypothesis is."""

    SUPPOSED = "supposed"
    PROPOSED = "proposed"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


OPEN_STANDINGS = frozenset({Standing.SUPPOSED, Standing.PROPOSED, Standing.SENT, Standing.ACCEPTED})
"""A hypothesis that somebody still follows."""

LONGEST_WORDS = 400
"""Characters of a clue: a clue is one observation. What needs more is two clues, or is retelling."""

_MAIL = re.compile(r"\S@\S+\.\S")
_URL = re.compile(r"https?://|www\.|\b[a-z0-9-]+\.(?:com|net|org|onion)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\+|00)?\d[\d ()/-]{7,}\d")
_NAMED = re.compile(
    r"\b(?:name is|is called|named|first name|surname|hedder|navnet er|kaldes|fornavn|efternavn)\b", re.IGNORECASE
)


def problem_with_words(words: str) -> str:
    """Return why these words cannot be a clue, as one of PROBLEMS, or "".

    A guard against habit, not against will: it catches addresses, numbers and *is called*, so that whoever writes
    stops for a moment. No program knows every name.
    """
    text = words.strip()
    if not text:
        return EMPTY
    if len(text) > LONGEST_WORDS:
        return TOO_LONG
    if any(not (sign.isprintable() or sign in "\n\t") for sign in text):
        return NOT_TEXT
    if _MAIL.search(text) or _URL.search(text) or _NUMBER.search(text):
        return ADDRESS
    return NAME if _NAMED.search(text) else ""


EMPTY = "write what was observed"
TOO_LONG = "a clue has 400 characters at most: write two"
NOT_TEXT = "it holds signs that cannot be shown"
ADDRESS = "it holds an address or a number of somebody: those belong into a case, sealed as identifiers"
NAME = "it seems to name somebody: no name stands here, only what was observed"
PROBLEMS = (EMPTY, TOO_LONG, NOT_TEXT, ADDRESS, NAME)


@dataclass(frozen=True)
class Known:
    """What decides who may know of a clue.

    Attributes:
        author: the organisation whose people wrote it.
        owner: the organisation that owns the series.
        circle: who may know.
        named: ids of organisations, for the circle `named`.
        recipients: organisations that see the series by a release that is in force.
    """

    author: object
    owner: object
    circle: Circle
    named: frozenset[object] = frozenset()
    recipients: frozenset[object] = frozenset()


def may_know(viewer: object, clue: Known) -> bool:
    """Whether people of an organisation may read a clue: never wider than the release of its series.

    Whoever wrote it may. The owner of the series may read what the desks that it released the series to wrote for it,
    unless that is for their own eyes. All others have to have the series itself, and be in the clue's circle.
    """
    if viewer == clue.author and (viewer == clue.owner or viewer in clue.recipients):
        return True
    if viewer == clue.owner:
        return clue.circle in {Circle.RECIPIENTS, Circle.PUBLIC} or (
            clue.circle is Circle.NAMED and viewer in clue.named
        )
    if viewer not in clue.recipients:
        return False
    return clue.circle in {Circle.RECIPIENTS, Circle.PUBLIC} or (clue.circle is Circle.NAMED and viewer in clue.named)


class Weighed(NamedTuple):
    """What of a clue is weighed.

    Attributes:
        id: of the clue.
        countries, against: codes of the countries that it points to, and away from.
    """

    id: int
    kind: ClueKind
    nature: Nature
    confidence: Confidence
    countries: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


class Line(NamedTuple):
    """One line of a country's points.

    Attributes:
        clue: id of the clue; None for the line that keeps the sum within its limits.
        points: what it adds, or takes away.
        code: of the clue's kind, or `limit`.
        share: among how many countries it is divided.
        place: which of its kind it is, the heaviest first: the second counts half, the third a quarter.
    """

    clue: int | None
    points: int
    code: str
    share: int = 1
    place: int = 1


class Combined(NamedTuple):
    """A country's points, from 0 to 100, and what they are the sum of."""

    country: str
    points: int
    lines: tuple[Line, ...]
    weights: str


MOST = 100


def weight(clue: Weighed, weights: Weights) -> float:
    """Return what a clue weighs before it is divided: by kind, by confidence, and less where it is an assessment."""
    return weights.kinds[clue.kind] * weights.confidence[clue.confidence] / 100 * weights.nature[clue.nature] / 100


def combined(clues: Iterable[Weighed], country: str, weights: Weights) -> Combined:
    """Return the points that clues give one country.

    Clues of one kind depend on one another (two sockets in one room are one observation), so that the second of a
    kind counts half and the third a quarter. A clue that points to three countries gives each a third.
    """
    given = list(clues)
    lines = [
        *_lines([c for c in given if country in c.countries], weights, 1),
        *_lines([c for c in given if country in c.against], weights, -1),
    ]
    total = sum(line.points for line in lines)
    within = max(0, min(MOST, total))
    if within != total:
        lines.append(Line(None, within - total, "limit"))
    return Combined(country, within, tuple(lines), weights.version)


def _lines(clues: Sequence[Weighed], weights: Weights, sign: int) -> list[Line]:
    ordered = sorted(clues, key=lambda clue: (-weight(clue, weights), clue.id))
    places: dict[ClueKind, int] = {}
    found = []
    for clue in ordered:
        place = places[clue.kind] = places.get(clue.kind, 0) + 1
        share = len(clue.countries if sign > 0 else clue.against)
        points = round(weight(clue, weights) / share / 2 ** (place - 1))
        found.append(Line(clue.id, sign * points, clue.kind.value, share, place))
    return found


def ranked(clues: Iterable[Weighed], weights: Weights) -> list[Combined]:
    """Return every country that a clue speaks for, the one with the most points first."""
    given = list(clues)
    countries = sorted({country for clue in given for country in clue.countries})
    return sorted((combined(given, one, weights) for one in countries), key=lambda one: (-one.points, one.country))
