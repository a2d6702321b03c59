"""Reads of the cross-check desk: keyed values, how many hold them, since when, and the state of the work.

Unscoped, on purpose: the desk relates every organisation's meetings. Nothing that leaves here says which organisation
or record it is: records are numbered anew in each group, values are the first characters of keyed digests.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from django.db import transaction
from django.db.models import Max

from vaern.node.crosscheck.desk import acts
from vaern.node.crosscheck.desk.country_signs import holders
from vaern.node.crosscheck.models import CountryQuestion, Enrolment, HeldQuestion, Meeting, Naming, Nudge
from vaern.node.crosscheck.rules import desk as rules
from vaern.node.crosscheck.rules.disclosures import RevealState
from vaern.node.crosscheck.rules.registry import KINDS, State
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.web.items import Rows, first_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer

Question: TypeAlias = CountryQuestion | HeldQuestion

TO_WORK = Reason(Why.INVESTIGATION)
MOST_MEETINGS = 50_000
"""Meetings that the desk relates at once, the latest; how many are left out is said."""

MOST_GROUPS = 200
MOST_KEYS, MOST_RECORDS = 40, 30
"""Of a group that its page shows; how many more there are is said."""

SHORT = 8
"""Characters of a keyed digest that are shown: enough to tell keys of a group apart."""


@dataclass(frozen=True)
class Group:
    """Records that meetings connect.

    Attributes:
        id: of its earliest meeting, by which the group is found again.
        kinds: of the keys by which they met.
        organisations, records, meetings: how many.
        since, latest: when the first and the last of its meetings were made.
        states: how many records stand how.
        nudged_at: when the desk last suggested to talk; None if it never did.
        agreed: both sides of one of its meetings know each other.
    """

    id: UUID
    kinds: tuple[str, ...]
    organisations: int
    records: int
    meetings: int
    since: datetime
    latest: datetime
    states: dict[State, int]
    nudged_at: datetime | None
    agreed: bool


@dataclass(frozen=True)
class HeldKey:
    """A key of a group: its kind, the beginning of its keyed digest, and the numbers of the records that hold it."""

    kind: str
    short: str
    records: tuple[int, ...]
    organisations: int


@dataclass(frozen=True)
class NumberedMeeting:
    """A meeting of a group, by the numbers of its records."""

    id: UUID
    one: int
    other: int
    kinds: tuple[str, ...]
    at: datetime
    nudged: bool
    agreed: bool


@dataclass(frozen=True)
class Inside:
    """The contents of a group.

    Attributes:
        group: the whole.
        records: number, letter of its organisation (a, b, … in this group only), and how it stands.
        keys: that at least two records hold, the most specific first.
        meetings: between the records that are shown.
        more_keys, more_records: how many are left out.
    """

    group: Group
    records: tuple[tuple[int, str, State], ...]
    keys: tuple[HeldKey, ...]
    meetings: tuple[NumberedMeeting, ...]
    more_keys: int
    more_records: int


@transaction.atomic
def groups(viewer: Viewer, reason: Reason = TO_WORK) -> tuple[list[Group], int]:
    """Return the groups of all meetings, those that nobody was told to talk about and that are large first.

    Recorded with how many were shown; the second value is how many meetings were too old to be related.
    """
    rows, left = _meetings()
    found = sorted(_groups(rows), key=lambda group: (group.nudged_at is not None, -group.organisations, group.since))
    shown = found[:MOST_GROUPS]
    write(acts.LISTED, Subject("meeting"), viewer.actor, reason, count=len(shown))
    return shown, left


@transaction.atomic
def inside(viewer: Viewer, id: UUID, reason: Reason = TO_WORK) -> Inside | None:
    """Return the contents of a meeting's group, or None; recorded with how many keys were shown."""
    rows, _left = _meetings()
    chosen = next((row for row in rows if row.pk == id), None)
    if chosen is None:
        return None
    (members,) = (group for group in _components(rows) if chosen.one_id in group)
    within = [row for row in rows if row.one_id in members]
    (group,) = _groups(within)
    found = _inside(group, within)
    write(acts.GROUP_READ, chosen.subject, viewer.actor, reason, count=len(found.keys))
    return found


def waiting(viewer: Viewer) -> tuple[Rows[CountryQuestion], Rows[HeldQuestion]]:
    """Return the first questions about countries that wait for the desk: of this node, and of members of the hub."""
    return tuple(first_of(rows.order_by("asked_at", "id")) for rows in (_open_questions(), _members_questions()))  # type: ignore[return-value]


@transaction.atomic
def questions(viewer: Viewer, reason: Reason = TO_WORK) -> list[tuple[Question, int]]:
    """Return the questions about countries that wait, the earliest first, each with how many keys its record has."""
    both: list[Question] = [*_open_questions().order_by("asked_at", "id")[:MOST_GROUPS]]
    both += _members_questions().order_by("asked_at", "id")[:MOST_GROUPS]
    found = sorted(both, key=lambda one: (one.asked_at, one.pk))[:MOST_GROUPS]
    write(acts.QUESTIONS_LISTED, Subject("country_question"), viewer.actor, reason, count=len(found))
    return [(one, keys_of(one)) for one in found]


def keys_of(question: Question) -> int:
    """Return how many keys the record has that a question is about."""
    return question.record.size if isinstance(question, HeldQuestion) else question.enrolment.keys.count()


def question_of(viewer: Viewer, enrolment: Enrolment) -> CountryQuestion | None:
    """Return the last question about a record of the viewer's organisation, to show its answer; None if none was."""
    found: CountryQuestion | None = (
        CountryQuestion.objects.filter(enrolment=enrolment, organisation=viewer.organisation)
        .order_by("-asked_at")
        .first()
    )
    return found


@transaction.atomic
def read_answer(viewer: Viewer, reason: Reason, question: CountryQuestion) -> None:
    """Record that somebody read the answer about a record of theirs."""
    write(acts.COUNTRY_READ, question.enrolment.subject, viewer.actor, reason)


def nudges_of(meeting: Meeting) -> list[Nudge]:
    """Return what the desk suggested about a meeting, the latest first."""
    return list(Nudge.of(meeting=meeting).order_by("-at", "id"))


def _meetings() -> tuple[list[Meeting], int]:
    """Return the meetings between organisations, with what is known of each, and how many are left out."""
    found = _between_organisations().select_related("one", "other")
    rows: list[Meeting] = list(found.annotate(nudged_at=Max("nudges__at")).order_by("-met_at", "id")[:MOST_MEETINGS])
    agreed = set(found.filter(reveals__state=RevealState.AGREED.value).values_list("pk", flat=True))
    for row in rows:
        row.agreed = row.pk in agreed  # type: ignore[attr-defined]
    return rows, max(0, found.count() - len(rows))


def _components(rows: Sequence[Meeting]) -> list[frozenset[int]]:
    return rules.components((one.pk, other.pk) for one, other in (row.sides for row in rows))


def _groups(rows: Sequence[Meeting]) -> list[Group]:
    number = {record: at for at, group in enumerate(_components(rows)) for record in group}
    within: dict[int, list[Meeting]] = {}
    for row in rows:
        within.setdefault(number[row.one_id], []).append(row)
    return [_group(meetings) for meetings in within.values()]


def _group(meetings: list[Meeting]) -> Group:
    records = {side.pk: side for row in meetings for side in row.sides}
    first = min(meetings, key=lambda row: (row.met_at, row.pk))
    nudged = [row.nudged_at for row in meetings if row.nudged_at]  # type: ignore[attr-defined]
    return Group(
        first.pk,
        tuple(kind for kind in KINDS if any(kind in row.kinds for row in meetings)),
        len({side.organisation_id for side in records.values()}),
        len(records),
        len(meetings),
        first.met_at,
        max(row.met_at for row in meetings),
        Counter(State(side.state) for side in records.values()),
        max(nudged, default=None),
        any(row.agreed for row in meetings),  # type: ignore[attr-defined]
    )


def _inside(group: Group, meetings: list[Meeting]) -> Inside:
    sides = {side.pk: side for row in meetings for side in row.sides}
    ordered = sorted(sides.values(), key=lambda side: (side.enrolled_at, side.pk))
    number = {side.pk: at for at, side in enumerate(ordered[:MOST_RECORDS], 1)}
    letter = {of: _letter(at) for at, of in enumerate(dict.fromkeys(side.organisation_id for side in ordered))}
    keys = [
        HeldKey(
            kind,
            digest.hex()[:SHORT],
            tuple(sorted(number[pk] for pk in who if pk in number)),
            len({sides[pk].organisation_id for pk in who}),
        )
        for digest, (kind, who) in holders(sides.values()).items()
    ]
    keys.sort(key=lambda key: (-KINDS[key.kind].specific, -key.organisations, key.kind, key.short))
    shown = [
        (number[one.pk], number[other.pk], row)
        for row in meetings
        for one, other in [row.sides]
        if one.pk in number and other.pk in number
    ]
    return Inside(
        group,
        tuple((number[side.pk], letter[side.organisation_id], State(side.state)) for side in ordered[:MOST_RECORDS]),
        tuple(keys[:MOST_KEYS]),
        tuple(
            NumberedMeeting(
                row.pk,
                one,
                other,
                tuple(row.kinds),
                row.met_at,
                row.nudged_at is not None,  # type: ignore[attr-defined]
                row.agreed,  # type: ignore[attr-defined]
            )
            for one, other, row in sorted(shown, key=lambda numbered: numbered[:2])
        ),
        max(0, len(keys) - MOST_KEYS),
        max(0, len(ordered) - MOST_RECORDS),
    )


def _letter(at: int) -> str:
    """Return a for 0, b for 1, …, z, and then aa, ab and so on."""
    return (_letter(at // 26 - 1) if at >= 26 else "") + chr(ord("a") + at % 26)


def find_meeting(id: UUID) -> Meeting | None:
    """Return a meeting of two organisations, for the desk, which sees all of them and neither side."""
    found: Meeting | None = _between_organisations().filter(pk=id).first()
    return found


def find_question(id: UUID) -> Question | None:
    """Return a question about a country that waits for the desk's answer, of this node or of a member of the hub."""
    own: CountryQuestion | None = _open_questions().filter(pk=id).first()
    members: HeldQuestion | None = _members_questions().filter(pk=id).first()
    return own or members


def may_be_named(viewer: Viewer) -> bool:
    """Whether the country of the viewer's organisation may be one of the signs."""
    return Naming.objects.filter(country=True).exists()


def _open_questions() -> QuerySet[CountryQuestion]:
    """The questions of all organisations of this node that its desk has not answered."""
    return CountryQuestion.everywhere.filter(answered_at=None, hub=None)


def _members_questions() -> QuerySet[HeldQuestion]:
    """The questions of members of this hub that nobody here has answered."""
    return HeldQuestion.objects.filter(answered_at=None).select_related("record")


def _between_organisations() -> QuerySet[Meeting]:
    """All that the desk sees: the meetings of two organisations of this node."""
    return Meeting.everywhere.filter(inside=False, other__isnull=False)
