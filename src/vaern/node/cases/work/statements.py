"""People, statements and tasks of a case: added, corrected by adding, done. Each one transaction, one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.base.locks import digest, locked, next_number, sealed, touched
from vaern.node.cases.models import Case, Party, Statement, Task
from vaern.node.cases.rules import people
from vaern.node.cases.rules.case import Event
from vaern.node.cases.rules.gradings import LONGEST, Confidence, Credibility, Nature, Source
from vaern.node.cases.work import acts
from vaern.node.cases.work.actions import leads
from vaern.node.ledger.record import record

if TYPE_CHECKING:
    from datetime import date, datetime

    from vaern.node.cases.rules.people import Category
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer

Row = TypeVar("Row", Party, Statement, Task)


@transaction.atomic
def add_party(viewer: Viewer, reason: Reason, case: Case, category: Category, reference: str) -> Party:
    """Add somebody to a case, by the reference in the organisation's own register.

    Raises:
        Refusal: the reference is none or looks like a name, they are there already, or the state does not allow it.
    """
    found = locked(viewer, case, Event.EDIT)
    text = people.reference_of(reference)
    if Party.of(case=found).filter(digest=digest(text)).exists():
        raise Refusal(_("Somebody with this reference is in the case already: change the category there."))
    party: Party = Party.everywhere.create(
        case=found,
        organisation=viewer.organisation,
        number=next_number(Party, found),
        category=category.value,
        sealed=sealed(text),
        digest=digest(text),
        added_by=viewer.person,
        kept_until=people.kept_until(category, timezone.localdate(), found.review_date),
    )
    record(acts.PARTY_ADDED, found.subject, viewer.actor, reason, count=party.number)
    touched(found)
    return party


@transaction.atomic
def change_category(viewer: Viewer, reason: Reason, case: Case, party: Party, category: Category) -> Party:
    """Put somebody into another category; how long they are kept is counted anew from today.

    Raises:
        Refusal: they are in it already, or the state does not allow it.
    """
    found = locked(viewer, case, Event.EDIT)
    one = _of(Party, found, party)
    if one.category == category:
        raise Conflict(_("That is their category already."))
    before, one.category = one.category, category.value
    one.kept_until = people.kept_until(category, timezone.localdate(), found.review_date)
    one.save(update_fields=["category", "kept_until"])
    said = f"{before} → {category.value}"
    record(acts.CATEGORY_CHANGED, found.subject, viewer.actor, reason, count=one.number, details=said)
    touched(found)
    return one


@transaction.atomic
def erase_party(viewer: Viewer, reason: Reason, case: Case, party: Party) -> None:
    """Erase somebody from a case to which they do not belong; statements about them stay, without them.

    Raises:
        Refusal: they are gone, or the state does not allow it.
    """
    found = locked(viewer, case, Event.EDIT)
    one = _of(Party, found, party)
    number = one.number
    one.delete()
    record(acts.PARTY_ERASED, found.subject, viewer.actor, reason, count=number)
    touched(found)


@transaction.atomic
def state(
    viewer: Viewer,
    reason: Reason,
    case: Case,
    nature: Nature,
    words: str,
    *,
    source: Source | None = None,
    credibility: Credibility | None = None,
    confidence: Confidence | None = None,
    party: Party | None = None,
    happened_at: datetime | None = None,
    corrects: Statement | None = None,
) -> Statement:
    """Add a statement to a case; a correction is a further one that names the one it corrects. Both stay.

    Raises:
        Refusal: it is not marked as its nature asks, somebody corrected it before, or the state does not allow it.
    """
    found = locked(viewer, case, Event.EDIT)
    fact = nature is Nature.FACT
    if fact and (source is None or credibility is None):
        raise Refusal(_("A fact needs the reliability of its source, and how exact it is."))
    if not fact and confidence is None:
        raise Refusal(_("An assessment needs how sure you are."))
    if not 0 < len(words.strip()) <= LONGEST:
        raise Refusal(_("Between 1 and %(most)s characters.") % {"most": LONGEST})
    if corrects is not None and Statement.of(corrects=_of(Statement, found, corrects)).exists():
        raise Conflict(_("This statement was corrected already: correct the later one."))
    statement: Statement = Statement.everywhere.create(
        case=found,
        organisation=viewer.organisation,
        number=next_number(Statement, found),
        nature=nature.value,
        source=source.value if fact and source else "",
        credibility=credibility.value if fact and credibility else "",
        confidence=confidence.value if not fact and confidence else "",
        party=_of(Party, found, party) if party else None,
        sealed=sealed(words.strip()),
        happened_at=happened_at,
        corrects=corrects,
        author=viewer.person,
    )
    act = acts.CORRECTED if corrects else acts.STATED
    record(act, found.subject, viewer.actor, reason, count=statement.number)
    touched(found)
    return statement


@transaction.atomic
def add_task(viewer: Viewer, reason: Reason, case: Case, words: str, owner: Person, due_on: date) -> Task:
    """Add something to do.

    Raises:
        Refusal: the owner does not work on cases here, the day is past, or the state does not allow it.
    """
    found = locked(viewer, case, Event.EDIT)
    if owner.pk not in {one.pk for one in leads(viewer)}:
        raise Refusal(_("Choose somebody of your organisation who works on cases."))
    if due_on < timezone.localdate():
        raise Refusal(_("The last day for it must not lie in the past."))
    if not 0 < len(words.strip()) <= LONGEST:
        raise Refusal(_("Between 1 and %(most)s characters.") % {"most": LONGEST})
    assert viewer.person is not None  # `locked` refuses a key
    task: Task = Task.everywhere.create(
        case=found,
        organisation=viewer.organisation,
        number=next_number(Task, found),
        sealed=sealed(words.strip()),
        owner=owner,
        due_on=due_on,
        made_by=viewer.person,
    )
    record(acts.TASK_MADE, found.subject, viewer.actor, reason, count=task.number)
    touched(found)
    return task


@transaction.atomic
def finish_task(viewer: Viewer, reason: Reason, case: Case, task: Task) -> Task:
    """Say that something is done.

    Raises:
        Refusal: it is done already, or the state does not allow it.
    """
    found = locked(viewer, case, Event.EDIT)
    one = _of(Task, found, task)
    if one.done_at is not None:
        raise Conflict(_("That is done already."))
    one.done_at, one.done_by = timezone.now(), viewer.person
    one.save(update_fields=["done_at", "done_by"])
    record(acts.TASK_DONE, found.subject, viewer.actor, reason, count=one.number)
    touched(found)
    return one


@transaction.atomic
def reopen_task(viewer: Viewer, reason: Reason, case: Case, task: Task) -> Task:
    """Say that something is not done after all: its owner has to do it again.

    Raises:
        Refusal: it is not done, its owner no longer works on cases here, or the state does not allow it.
    """
    found = locked(viewer, case, Event.EDIT)
    one = _of(Task, found, task)
    if one.done_at is None:
        raise Conflict(_("That is not done yet."))
    if one.owner_id not in {lead.pk for lead in leads(viewer)}:
        raise Conflict(_("Its owner no longer works on cases here: add a task for somebody else."))
    one.done_at, one.done_by = None, None
    one.save(update_fields=["done_at", "done_by"])
    record(acts.TASK_REOPENED, found.subject, viewer.actor, reason, count=one.number)
    touched(found)
    return one


@transaction.atomic
def move_task(viewer: Viewer, reason: Reason, case: Case, task: Task, owner: Person, due_on: date) -> Task:
    """Give a task another owner or another day.

    Raises:
        Refusal: it is done, the owner does not work on cases here, or the state does not allow it.
    """
    found = locked(viewer, case, Event.EDIT)
    one = _of(Task, found, task)
    if one.done_at is not None:
        raise Conflict(_("That is done already."))
    if owner.pk not in {lead.pk for lead in leads(viewer)}:
        raise Refusal(_("Choose somebody of your organisation who works on cases."))
    one.owner, one.due_on = owner, due_on
    one.save(update_fields=["owner", "due_on"])
    record(acts.TASK_MOVED, found.subject, viewer.actor, reason, count=one.number)
    touched(found)
    return one


def _of(model: type[Row], case: Case, row: Row) -> Row:
    """Return a row of a locked case, or of one that it absorbed, as it is now."""
    there = model.everywhere.select_for_update(of=("self",)).filter(pk=row.pk, case__in=whole(case))
    found: Row | None = there.first()
    if found is None:
        raise Conflict(_("It is not there any more."))
    return found
