"""What a person learns of pasted values: the answer of the look-up service, by the same functions, on a page.

Nothing of a value is kept. The ledger covers a look-up as it covers a program's call, so a recall reaches whoever made
it, the figures of lists count it, and it can be made again. A line may say its kind (`md5:…`, `domain:…`); else it is
asked as all that it can be.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.formats.signals import Refused, parse
from vaern.formats.values import ValueRefused, normal
from vaern.lookup import desk
from vaern.lookup.callers import Callers
from vaern.lookup.desk import About, Told
from vaern.lookup.engine import SUBSETS, Snapshot
from vaern.lookup.judging import rows as rows_of
from vaern.lookup.policy import strongest
from vaern.lookup.quota import mark
from vaern.matching import HitList, ListStoppedError
from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject
from vaern.node.lists.base.queries import signals_of
from vaern.node.lists.lookups import acts, bounds, callers, grounds
from vaern.node.lists.lookups.draining import ends, enter_by_hand
from vaern.node.lists.models import LookupAlarm
from vaern.node.reports.intake.lists import shelf
from vaern.records import ALL_KINDS, VALUE_KINDS, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.lookup.callers import Caller
    from vaern.lookup.judging import Judged
    from vaern.lookup.policy import Verdict
    from vaern.lookup.spool import HitRow
    from vaern.node.organisations.viewers import Viewer

PROTOCOL = "page"
"""As what a person asks, beside the protocols of programs."""

MOST = 100
"""Values that are asked at once."""

_NAMED = re.compile(rf"({'|'.join(ALL_KINDS)})\s*[:=]\s*(\S.*)\Z", re.IGNORECASE)


class Unreadable(ValueError):
    """A line is no value; the message says why and repeats nothing of it."""


class _Beyond(Exception):
    """Whoever looks up has hit more entries today than a person may; the alarm is that of `Standing`."""

    def __init__(self, alarm: str) -> None:
        super().__init__(alarm)
        self.alarm = alarm


class Looked(NamedTuple):
    """What is known of one value.

    Attributes:
        text: as it was typed.
        answers: of each signal that it can stand for and that a list has; of a miss one alone.
        caller: as whom it was asked, and so what of the answers may be shown.
        call: the id of the look-up in the ledger.
    """

    text: str
    answers: list[Judged]
    caller: Caller
    call: str

    @property
    def verdict(self) -> Verdict:
        """What follows: of all that it can stand for, what asks most."""
        found = strongest(one.verdict for one in self.answers)
        assert found is not None
        return found


def readings(text: str) -> tuple[Signal, ...]:
    """Return all that a line can stand for.

    Raises:
        Unreadable: it says a kind, and is none of it.
    """
    try:
        if named := _NAMED.match(text):
            return (_signal(named[1].lower(), named[2]),)
    except (Refused, ValueRefused) as error:
        raise Unreadable(str(error)) from None
    if found := signals_of(text):
        return found
    values = []
    for kind in VALUE_KINDS:
        try:
            values.append(_signal(kind, text))
        except ValueRefused:
            continue
    return tuple(values)


def _signal(kind: str, text: str) -> Signal:
    return Signal(kind, normal(kind, text)) if kind in VALUE_KINDS else parse(kind, text)[0]


def look_up(viewer: Viewer, reason: Reason, values: list[tuple[str, tuple[Signal, ...]]]) -> list[Looked]:
    """Return what the lists that the viewer's organisation may ask say of values, by its policy; recorded.

    Raises:
        Refusal: one of these lists is too old to be used: an answer without it would be wrong; or the viewer has hit
            more different entries today than a person may, which is recorded too.
    """
    try:
        return _look_up(viewer, reason, values)
    except _Beyond as beyond:
        _refused(viewer, reason, len(values), beyond.alarm)
        raise Refusal(
            _(
                "Today you have hit more different entries than one person may look up by hand (%(n)s): near hashes "
                "could read a list out. Nothing is answered until midnight UTC, and oversight is told. What has to be "
                "compared in such numbers is for a program with a key."
            )
            % {"n": bounds.most()}
        ) from None


@transaction.atomic
def _refused(viewer: Viewer, reason: Reason, values: int, alarm: str) -> None:
    record(acts.REFUSED, Subject("lookup", None, viewer.organisation.id), viewer.actor, reason, count=values)
    if alarm:
        LookupAlarm.everywhere.create(
            organisation=viewer.organisation, by=viewer.person, code=alarm, at=timezone.now(), ends=ends()
        )


@transaction.atomic
def _look_up(viewer: Viewer, reason: Reason, values: list[tuple[str, tuple[Signal, ...]]]) -> list[Looked]:
    begun, now = time.perf_counter(), datetime.now(UTC)
    caller = callers.caller_of(viewer.organisation)
    ground = Callers(grounds=tuple(grounds.rows())).stand(caller, timezone.now().date())
    view = Snapshot(shelf().snapshot(), shelf(settings.LISTS / SUBSETS).snapshot()).view(caller.lists)
    asked = [signal for _text, signals in values for signal in signals]
    try:
        hits = view.matcher.hits(asked) if view.matcher else [HitList() for _signal in asked]
    except ListStoppedError as error:
        raise Refusal(
            _("A list is too old to be used, and an answer without it would be wrong: %(why)s") % {"why": error}
        ) from None
    judged = desk.judged_of(caller, ground, view, asked, hits)
    told = Told(desk.call_id(now), caller, view, judged, rows_of(judged), coarse=False, ground=ground)
    _count(viewer, told.rows)
    answered = desk.answered_of(told, asked, About(PROTOCOL, reason.why.value), now, time.perf_counter() - begun)
    enter_by_hand(viewer, reason, len(values), desk.state_of(view, answered.at), answered)
    each, found = iter(judged), []
    for text, signals in values:
        answers = list(islice(each, len(signals)))
        found.append(Looked(text, [one for one in answers if one.told] or answers[:1], caller, told.call))
    return found


def _count(viewer: Viewer, rows: Sequence[HitRow]) -> None:
    """Count what was hit, before anything of it is told.

    Raises:
        _Beyond: it is more than a person may hit a day.
    """
    assert viewer.person is not None, "it is a page"
    told = {mark(row.list, row.entry) for row in rows}
    standing = bounds.hit(viewer.person.pk, told, timezone.now().timestamp())
    if standing.coarse:
        raise _Beyond(standing.alarm)
