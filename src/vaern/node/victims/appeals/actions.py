"""Every change to appeals: one function, one transaction, one entry of the ledger."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import each
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import seal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Actor, Reason, Why
from vaern.node.reports.base.codes import fresh_code
from vaern.node.victims.appeals import acts
from vaern.node.victims.base import life
from vaern.node.victims.clues.queries import public_clues
from vaern.node.victims.models import Appeal, Series, Tip
from vaern.node.victims.models.appeals import SEALED
from vaern.node.victims.rules import appeals as rules
from vaern.node.victims.rules.appeals import AppealEvent, AppealState, Check
from vaern.node.victims.rules.clues import problem_with_words
from vaern.node.victims.rules.series import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report

RETENTION = Reason(Why.RETENTION)


@transaction.atomic
def write(
    viewer: Viewer,
    reason: Reason,
    series: Series,
    texts: dict[str, tuple[str, str]],
    clues: Sequence[int],
    ends_on: date,
) -> Appeal:
    """Draft an appeal; two other people check it.

    Args:
        viewer: of the owner of the series.
        reason: why.
        series: for which.
        texts: title and description by language, `da` and `en`.
        clues: ids of clues of the series that may be made public: what the appeal rests on.
        ends_on: the day on which it ends by itself.

    Raises:
        Refusal: why not.
    """
    current = _own(viewer, series)
    if not rules.may_be_public(State(current.state)):
        raise Conflict(rules.IDENTIFIED)
    today = timezone.localdate()
    if not today < ends_on <= today + rules.LONGEST:
        raise Refusal(_("The day must lie ahead, within half a year."))
    for title, text in texts.values():
        _text(title, rules.LONGEST_TITLE)
        _text(text, rules.LONGEST_TEXT)
    allowed = {read.clue.pk for read in public_clues(current, current.organisation_id)}
    if not clues or not set(clues) <= allowed:
        raise Refusal(rules.NO_PUBLIC_CLUE)
    assert viewer.person is not None  # locked refuses a key
    sealed_da, sealed_en = (seal(json.dumps(texts[lang]), SEALED) for lang in ("da", "en"))
    made: Appeal = Appeal.everywhere.create(
        id=uuid4(),
        series=current,
        organisation=viewer.organisation,
        code=fresh_code(),
        synthetic=settings.CONFIGURATION.synthetic,
        state=AppealState.DRAFT.value,
        author=viewer.person,
        ends_on=ends_on,
        sealed_da=sealed_da,
        sealed_en=sealed_en,
    )
    made.clues.set(list(clues))
    record(acts.WRITTEN, current.subject, viewer.actor, reason)
    return made


@transaction.atomic
def check(viewer: Viewer, reason: Reason, appeal: Appeal, what: Check) -> Appeal:
    """Record one of the two checks; the second one publishes the appeal.

    Raises:
        Refusal: why not: by the author, or twice by one person.
    """
    current = _own(viewer, appeal.series)
    found = Appeal.everywhere.select_for_update(of=("self",)).get(pk=appeal.pk)
    rules.after(AppealState(found.state), AppealEvent.CHECK)
    assert viewer.person is not None  # locked refuses a key
    problem = rules.problem_with_check(viewer.person.pk, found.author_id, found.legal_by_id, found.safeguarding_by_id)
    if problem:
        raise Refusal(problem)
    if not rules.may_be_public(State(current.state)):
        raise Conflict(rules.IDENTIFIED)
    if what is Check.LEGAL:
        found.legal_by, found.legal_at = viewer.person, timezone.now()
    else:
        found.safeguarding_by, found.safeguarding_at = viewer.person, timezone.now()
    record(acts.CHECKED, current.subject, viewer.actor, reason)
    if found.legal_by_id and found.safeguarding_by_id:
        found.state = rules.after(AppealState(found.state), AppealEvent.PUBLISH).value
        found.published_at = timezone.now()
        record(acts.PUBLISHED, current.subject, viewer.actor, reason)
    found.save()
    return found


@transaction.atomic
def withdraw(viewer: Viewer, reason: Reason, appeal: Appeal) -> Appeal:
    """Withdraw an appeal at once.

    Raises:
        Refusal: why not.
    """
    current = _own(viewer, appeal.series)
    found = Appeal.everywhere.select_for_update(of=("self",)).get(pk=appeal.pk)
    _end(found, AppealEvent.WITHDRAW)
    record(acts.WITHDRAWN, current.subject, viewer.actor, reason)
    return found


def withdraw_all(series: Series) -> int:
    """Withdraw every appeal of a series because its child is known: part of the caller's transaction."""
    found = Appeal.everywhere.select_for_update(of=("self",)).filter(
        series=series, state__in=[AppealState.DRAFT.value, AppealState.PUBLISHED.value]
    )
    for appeal in found:
        _end(appeal, AppealEvent.WITHDRAW)
        record(acts.ENDED, series.subject, NODE, Reason(Why.VICTIM_IDENTIFICATION))
    return len(found)


def end_expired(today: date | None = None) -> int:
    """End every appeal whose day has passed, each in its own transaction; return how many."""
    today = today or timezone.localdate()
    past = Appeal.everywhere.filter(state=AppealState.PUBLISHED.value, ends_on__lt=today).values_list("pk", flat=True)
    return each("appeals.end", past, _expire)


def _expire(pk: UUID) -> bool:
    found = Appeal.everywhere.select_for_update(of=("self",)).select_related("series").filter(pk=pk).first()
    if found is None or found.state != AppealState.PUBLISHED.value:
        return False
    _end(found, AppealEvent.END)
    record(acts.ENDED, found.series.subject, NODE, RETENTION)
    return True


@transaction.atomic
def note_tip(appeal: Appeal, report: Report) -> Tip:
    """Link a report of the public to the appeal that it answers; nothing is known of who sent it."""
    found = Appeal.everywhere.select_for_update(of=("self",)).select_related("series").get(pk=appeal.pk)
    rules.after(AppealState(found.state), AppealEvent.TIP)
    tip, made = Tip.everywhere.get_or_create(
        report=report,
        defaults={"appeal": found, "organisation_id": found.organisation_id, "came_at": report.created_at},
    )
    if made:
        Appeal.everywhere.filter(pk=found.pk).update(tips=F("tips") + 1)
        Series.everywhere.filter(pk=found.series_id).update(changed_at=timezone.now())
        record(
            acts.TIP_CAME,
            found.series.subject,
            Actor(organisation=found.organisation_id),
            Reason(Why.VICTIM_IDENTIFICATION),
        )
    return tip  # type: ignore[no-any-return]


def _end(appeal: Appeal, event: AppealEvent) -> None:
    appeal.state = rules.after(AppealState(appeal.state), event).value
    appeal.ended_at = timezone.now()
    appeal.save(update_fields=["state", "ended_at"])


def _own(viewer: Viewer, series: Series) -> Series:
    current = life.locked(viewer, series)
    if current.organisation_id != viewer.organisation.id:
        raise Refusal(_("Only the organisation that owns a series asks the public."))
    return current


def _text(text: str, longest: int) -> None:
    """Refuse a text that is empty, too long, or seems to name somebody."""
    if not text.strip() or len(text) > longest:
        raise Refusal(_("Each text has between 1 and %(most)s characters.") % {"most": longest})
    if problem := problem_with_words(text[:400]):
        raise Refusal(problem)
