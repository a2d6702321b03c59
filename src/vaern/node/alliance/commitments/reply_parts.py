"""The parts of a reply: what each page of its form is about, how far it is, and how it is saved.

A commitment has four parts, and declared values stand in parts of five at most. A part is saved into the reply that is
there at that moment, so two people can write two parts at once; who wrote the same one first is asked about.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from django.db import transaction

from vaern.node.alliance.commitments import reply_intake, round_queries
from vaern.node.alliance.commitments.labels import ACTIONS, EVIDENCE, PROMISE, TARGET
from vaern.node.alliance.rules import commitments, definitions
from vaern.node.alliance.rules.contents import Content, DeclaredValue, Line
from vaern.node.alliance.rules.problems import MISSING, problems, problems_declared
from vaern.node.base.refusals import Refusal, Stale
from vaern.node.web.versions import mark_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.alliance.models import RoundReply
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

VALUES, NEW = "values", "new"
"""How addresses name the declared values, and (with a number) a commitment that the reply brings."""

OF_NOTHING = mark_of(None)
"""The mark of a commitment that is not there yet."""

MOST_VALUES = 5
"""Values on one page: each has three fields."""

PLACES: dict[str, tuple[str, ...]] = {
    PROMISE: ("obligation", "requirement", "owner"),
    TARGET: ("target.text", "target.value", "target.unit", "target.due"),
    ACTIONS: (),
    EVIDENCE: (),
}
"""The parts of a commitment in their order, with the places that handing in requires."""


class Key(NamedTuple):
    """How an address names a part: of which line, and which."""

    line: str
    part: str


@dataclass(frozen=True)
class Progress:
    """How far a part is; where nothing is required, `needed` counts what could be said."""

    answered: int
    needed: int
    required: bool = True

    @property
    def state(self) -> str:
        """`open`, `begun` or `done`."""
        if self.answered >= self.needed > 0:
            return "done"
        return "begun" if self.answered else "open"


@dataclass(frozen=True)
class Chapter:
    """A commitment of the reply.

    Attributes:
        key: how addresses name it.
        line: what it is to say.
        taken: it belongs to the reply; False for a draft that nobody took into it.
        fixed: it is in force: a reply cannot leave it out.
        same: it says what the version in force says.
    """

    key: str
    line: Line
    taken: bool
    fixed: bool
    same: bool

    def progress(self, part: str) -> Progress:
        """How far one of its parts is."""
        content = self.line.content
        missing = [one.path for one in problems(content) if one.code == MISSING and part_of(one.path) == part]
        if part in (ACTIONS, EVIDENCE):
            lines = len(getattr(content, part))
            return Progress(lines - len(missing), lines, required=False)
        needed = len(PLACES[part])
        if part == TARGET and content.target.baseline is not None:
            needed += len(content.target.baseline.__struct_fields__)
        return Progress(needed - len(missing), needed)


@dataclass(frozen=True)
class Values:
    """Declared values on one page.

    Attributes:
        population: what they count.
        number, of: which page of how many about it.
    """

    key: Key
    population: str
    values: tuple[DeclaredValue, ...]
    number: int
    of: int

    @property
    def progress(self) -> Progress:
        """How many are declared."""
        there = sum(one.value is not None or bool(one.why) for one in self.values)
        return Progress(there, len(self.values), required=False)


class Parts:
    """All parts of a reply as it stands."""

    def __init__(self, reply: RoundReply) -> None:
        lines, written = round_queries.lines_now(reply), reply_intake.lines_of(reply)
        known = round_queries.in_force(lines)
        self.reply, self.chapters = reply, list[Chapter]()
        for line in lines:
            fixed = line.commitment in known
            new = sum(one.line.commitment is None for one in self.chapters) + 1
            key = f"{NEW}{new}" if line.commitment is None else str(line.commitment)
            same = fixed and line.commitment is not None and known[line.commitment] == line.content
            self.chapters.append(Chapter(key, line, fixed or line in written, fixed, same))
        self.values = _values(round_queries.declared_now(reply))

    @property
    def next_new(self) -> str:
        """The key of a commitment that is not there yet."""
        return f"{NEW}{sum(one.line.commitment is None for one in self.chapters) + 1}"

    @property
    def newest(self) -> str:
        """The key of the last commitment that the reply brings."""
        return [one.key for one in self.chapters if one.line.commitment is None][-1]

    def chapter(self, key: str) -> Chapter | None:
        """Return a commitment of the reply."""
        return next((one for one in self.chapters if one.key == key), None)

    def values_of(self, key: Key) -> Values | None:
        """Return a page of declared values."""
        return next((one for one in self.values if one.key == key), None)

    @property
    def lines(self) -> list[Line]:
        """What the reply says: of drafts, those that were taken into it."""
        return [one.line for one in self.chapters if one.taken]

    def declared(self, *, but: Key | None = None) -> list[DeclaredValue]:
        """Return the values that are filled in, without those of one page."""
        return _filled(one for page in self.values if page.key != but for one in page.values)

    @property
    def keys(self) -> list[Key]:
        """Every page of the form, in its order."""
        of_lines = [Key(one.key, part) for one in self.chapters if one.taken for part in PLACES]
        return [*of_lines, *(one.key for one in self.values)]

    def is_there(self, key: Key) -> bool:
        """Whether there is such a page; of a new commitment only the first."""
        if key.line == VALUES:
            return self.values_of(key) is not None
        if key.line == self.next_new:
            return key.part == PROMISE
        return key.part in PLACES and self.chapter(key.line) is not None

    def mark(self, key: Key) -> str:
        """Return what tells whether somebody else changed a part meanwhile."""
        if values := self.values_of(key):
            return mark_of(msgspec.to_builtins(values.values))
        chapter = self.chapter(key.line)
        return mark_of(msgspec.to_builtins(said_in(chapter.line.content, key.part))) if chapter else OF_NOTHING


def said_in(content: Content, part: str) -> object:
    """Return what a commitment says in one of its parts."""
    if part == PROMISE:
        return content.goal, content.obligation, content.requirement, content.owner, content.language
    return getattr(content, part)


def part_of(path: str) -> str:
    """Return the part of a commitment that a place stands on."""
    room = path.partition(".")[0]
    return room if room in PLACES else PROMISE


def _values(values: Sequence[DeclaredValue]) -> list[Values]:
    """Return the declared values by what they count, in pages of about the same length."""
    known = definitions.current().by_code
    codes = list(known)
    populations: list[str] = list(dict.fromkeys(one.population for one in known.values()))

    def population(one: DeclaredValue) -> str:
        return known[one.indicator].population if one.indicator in known else ""

    def place(one: DeclaredValue) -> tuple[int, int, str]:
        """Return its place on the pages, whichever was declared first."""
        if one.indicator not in known:
            return len(populations), 0, f"{one.indicator} {one.period}"
        return populations.index(population(one)), codes.index(one.indicator), one.period

    found: list[Values] = []
    for name, group in groupby(sorted(values, key=place), key=population):
        there = list(group)
        pages = -(-len(there) // MOST_VALUES)
        size = -(-len(there) // pages)
        for n in range(pages):
            key = Key(VALUES, f"{name or 'other'}{n + 1}")
            found.append(Values(key, name, tuple(there[n * size : (n + 1) * size]), n + 1, pages))
    return found


# Saving ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_line(viewer: Viewer, reply: RoundReply, key: Key, seen: str, content: Content, reason: Reason) -> RoundReply:
    """Put one part of a commitment into the reply, which is taken with all that stands there besides.

    Args:
        viewer: a rapporteur of the member.
        reply: theirs.
        key: of the part.
        seen: its `mark` on the page.
        content: the commitment with the part as it is filled in.
        reason: why.

    Raises:
        Refusal: why not; `Stale` where somebody changed the part meanwhile.
        reply_intake.Faulty: something in it is refused in a draft too; places begin with the content's own.
    """
    parts = _parts_now(viewer, reply, key, seen)
    chapter = None if seen == OF_NOTHING else parts.chapter(key.line)
    if chapter is not None:
        content = merged(chapter.line.content, content, key.part)
    line = Line(content, chapter.line.commitment if chapter else None)
    lines = [line if one is chapter else one.line for one in parts.chapters if one.taken or one is chapter]
    if chapter is None:
        lines.append(line)
    declared = parts.declared()
    return _taken(viewer, parts, lines, declared, reason, f"lines.{lines.index(line)}.")


@transaction.atomic
def save_values(
    viewer: Viewer, reply: RoundReply, key: Key, seen: str, values: Sequence[DeclaredValue], reason: Reason
) -> RoundReply:
    """Put one page of declared values into the reply; arguments and refusals as of `save_line`."""
    parts = _parts_now(viewer, reply, key, seen)
    others = parts.declared(but=key)
    return _taken(viewer, parts, parts.lines, [*values, *others], reason, "declared.")


@transaction.atomic
def leave_out(viewer: Viewer, reply: RoundReply, key: str, reason: Reason) -> RoundReply:
    """Leave a commitment out of the reply that is not in force.

    Raises:
        Refusal: it is in force, or is not in the reply.
    """
    parts = Parts(reply_intake.own(viewer, reply))
    chapter = parts.chapter(key)
    if chapter is None or chapter.fixed or not chapter.taken:
        raise Refusal(commitments.FOREIGN)
    lines = [one.line for one in parts.chapters if one.taken and one is not chapter]
    declared = parts.declared()
    return reply_intake.take(viewer, parts.reply, parts.reply.revision, lines, declared, reason)


def merged(now: Content, written: Content, part: str) -> Content:
    """Return what a commitment says, with one part of it as it was written."""
    names = ("obligation", "requirement", "owner", "language") if part == PROMISE else (part,)
    return msgspec.structs.replace(now, **{name: getattr(written, name) for name in names})


def _parts_now(viewer: Viewer, reply: RoundReply, key: Key, seen: str) -> Parts:
    parts = Parts(reply_intake.own(viewer, reply))
    if seen == OF_NOTHING and key.part == PROMISE and key.line.startswith(NEW):
        return parts  # a new commitment stands beside one that somebody else brought meanwhile
    if not parts.is_there(key) or parts.mark(key) != seen:
        raise Stale(commitments.STALE)
    return parts


def _taken(
    viewer: Viewer, parts: Parts, lines: Sequence[Line], values: Sequence[DeclaredValue], reason: Reason, place: str
) -> RoundReply:
    """Take the reply, and say of problems where on the page they are."""
    try:
        return reply_intake.take(viewer, parts.reply, parts.reply.revision, lines, values, reason)
    except reply_intake.Faulty as faulty:
        here = [
            one._replace(path=one.path.removeprefix(place)) for one in faulty.problems if one.path.startswith(place)
        ]
        raise reply_intake.Faulty(faulty.code, here) from None


def _filled(values: object) -> list[DeclaredValue]:
    return [one for one in values if one.value is not None or one.why or one.source]  # type: ignore[attr-defined]


# What is missing ------------------------------------------------------------------------------------------------------


class Gap(NamedTuple):
    """Something without which a reply cannot be handed in: on which page, at which place, and why not."""

    key: Key
    path: str
    code: str
    goal: str


def gaps(parts: Parts) -> list[Gap]:
    """Return everything that stands in the way of handing a reply in, in the order of the form."""
    found = [
        Gap(Key(chapter.key, part_of(one.path)), one.path, one.code, chapter.line.content.goal)
        for chapter in parts.chapters
        if chapter.taken
        for one in problems(chapter.line.content)
    ]
    order = {key: number for number, key in enumerate(parts.keys)}
    found.sort(key=lambda gap: order[gap.key])
    for page in parts.values:
        there = _filled(page.values)
        for one in problems_declared(there):
            number, _dot, name = one.path.partition(".")
            place = page.values.index(there[int(number)])
            found.append(Gap(page.key, f"{place}.{name}", one.code, ""))
    return found
