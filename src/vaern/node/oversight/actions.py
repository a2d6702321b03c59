"""Every write of oversight: what was read, the requests of data subjects, what left the house."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db import transaction
from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.actions import erase_notes
from vaern.node.ledger.queries import entries_with_notes
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Subject, Why
from vaern.node.organisations.rules import Regime
from vaern.node.oversight import acts, bundles, rules
from vaern.node.oversight.answers import Answer, answer
from vaern.node.oversight.models import AccessRequest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from vaern.node.ledger.rules import Act
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.oversight.rules import Filters
    from vaern.node.oversight.sight import Sight

OVERSIGHT = Reason(Why.OVERSIGHT)
OWN = Reason(Why.OWN_ACCOUNT)

WORDS_AT_ONCE = 1_000
"""Of so many entries words are erased with one entry of erasure, which names them all."""


@transaction.atomic
def looked(
    viewer: Viewer, act: Act, subject: Subject, *, count: int, reason: Reason = OVERSIGHT, details: str = ""
) -> None:
    """Record that somebody read in the ledger: how many entries, about what, and what they looked for."""
    record(act, subject, viewer.actor, reason, count=count, details=details[:2_000])


def of_own(viewer: Viewer, kind: str = "ledger_entry") -> Subject:
    """Return a list of records as a subject: it belongs to the viewer's organisation."""
    return Subject(kind, None, viewer.organisation.id)


def erase_old_words(now: datetime | None = None) -> int:
    """Erase the words of entries that are older than `rules.WORDS_KEPT`; return of how many. The entries stay."""
    old = entries_with_notes(before=(now or timezone.now()) - rules.WORDS_KEPT)
    batches = (old[start : start + WORDS_AT_ONCE] for start in range(0, len(old), WORDS_AT_ONCE))
    return sum(erase_notes(batch, NODE, Why.RETENTION) for batch in batches)


def erase_old_requests(today: date | None = None) -> int:
    """Erase the requests of data subjects whose review date has passed; return how many. Each is an entry."""
    over = AccessRequest.everywhere.filter(review_date__lt=today or timezone.localdate()).exclude(answered_at=None)
    erased = 0
    for request in over:
        with transaction.atomic():
            record(acts.REQUEST_EXPIRED, request.subject, NODE, Reason(Why.RETENTION))
            erased += request.delete()[0]
    return erased


@transaction.atomic
def open_request(viewer: Viewer, person: Person, received: date, reference: str) -> AccessRequest:
    """Take in a request of a person to see their data; the clock runs from the day on which it came."""
    assert viewer.person is not None  # a key has no power over requests
    due = rules.due_date(received)
    made = AccessRequest.everywhere.create(
        organisation=viewer.organisation,
        person=person,
        opened_by=viewer.person,
        received_date=received,
        due_date=due,
        review_date=rules.review_date(due),
    )
    record(acts.REQUEST_OPENED, made.subject, viewer.actor, Reason(Why.DATA_SUBJECT, reference))
    return made


@transaction.atomic
def restrict(viewer: Viewer, request: AccessRequest, given: rules.Restriction) -> None:
    """Decide what the answer leaves out, or, with no part, that it leaves out nothing.

    Raises:
        Refusal: the ground is of another law, or ground, provision or assessment are missing; the message is a code of
            `labels.PROBLEMS`.
    """
    if problem := rules.problem_with(Regime(viewer.organisation.regime), given):
        raise Refusal(problem)
    held = AccessRequest.objects.select_for_update().get(id=request.id)
    held.parts = sorted(given.parts)
    held.ground = given.ground or ""
    held.words, held.provision, held.unsaid = given.words.strip(), given.provision.strip(), given.unsaid
    held.save()
    record(
        acts.REQUEST_RESTRICTED,
        request.subject,
        viewer.actor,
        Reason(Why.DATA_SUBJECT, held.words),
        count=len(given.parts),
        details=", ".join([*held.parts, *([held.provision] if held.provision else []), *["unsaid"] * held.unsaid]),
    )


@transaction.atomic
def produce_answer(viewer: Viewer, request: AccessRequest) -> Answer:
    """Produce the answer, and record it as the disclosure that it is."""
    held = (
        AccessRequest.objects.select_for_update()
        .select_related("person__organisation", "organisation")
        .get(id=request.id)
    )
    made = answer(held)
    held.answered_at = timezone.now()
    held.save()
    record(acts.REQUEST_ANSWERED, held.subject, viewer.actor, Reason(Why.DATA_SUBJECT), count=made.count)
    return made


@transaction.atomic
def export(viewer: Viewer, sight: Sight, filters: Filters, reason: Reason) -> Iterator[bytes]:
    """Record the export of entries, and return its lines, which are read while they are sent.

    What is exported is fixed here, by the checkpoint: the ledger is append-only, so nothing of it changes meanwhile.
    """
    found = bundles.chosen(sight, filters)
    count = found.entries.count()
    record(
        acts.LEDGER_EXPORTED, of_own(viewer), viewer.actor, reason, count=count, details=urlencode(filters.parameters())
    )
    return bundles.lines(found)


@transaction.atomic
def erase_words(viewer: Viewer, sight: Sight, numbers: list[int], order: str) -> int:
    """Erase the words of entries, of those only whose words the viewer may read; return how many had any.

    The erasure's own entry names the gaps and holds no words, because it is never erased; the order stands beside it.
    """
    wanted = (entry for number in numbers if (entry := sight.entry(number)) is not None)
    erasable = sorted(sight.notes(list(wanted)))
    erased = erase_notes(erasable, viewer.actor, Why.OVERSIGHT)
    if erased:
        record(acts.WORDS_ERASED, of_own(viewer), viewer.actor, Reason(Why.OVERSIGHT, order), count=erased)
    return erased
