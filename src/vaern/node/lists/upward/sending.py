"""Feedback is sent until the source took or refused it. Each answer is committed before the next is asked for.

At both services an opinion is a state that a member sets: what was on its way when a process died is sent again, and
puts the same in the place of the same. What was answered is never sent again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from vaern.client.http import ClientError, Limits
from vaern.formats.ncmec_hashes_write import Feedback as NcmecFeedback
from vaern.formats.signals import render
from vaern.formats.spellings import spellings
from vaern.formats.stopncii_write import WORDS
from vaern.formats.stopncii_write import Feedback as StopNciiFeedback
from vaern.node.base.sealing import Unsealable
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE
from vaern.node.lists.models import ListEntry, ListSource, SourceFeedback
from vaern.node.lists.rules.sources import SourceKind, next_attempt
from vaern.node.lists.rules.upward import TYPES, UpState, after_failure
from vaern.node.lists.sources import services
from vaern.node.lists.upward import acts, queries

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.records import Opinion

MOST = 10_000
"""Opinions of one run; the next goes on."""

PATIENCE = Limits(whole=120.0, tries=1)
"""What does not go through is tried again by the next run, and not by the client."""

GONE = "The entry has no such hash any more."


def send(id: UUID) -> int:
    """Send what is due to the source of a list; return how many opinions it took. One run at a time for each list.

    Where the source does not answer, or does not know the account, all that is due waits.
    """
    source = ListSource.everywhere.select_related("list__organisation").filter(list=id).first()
    if source is None or SourceKind(source.kind) not in TYPES:
        return 0
    try:
        client = services.client_of(source, limits=PATIENCE)
    except (ClientError, ValueError, Unsealable) as error:
        _postpone(source, _said(error))
        return 0
    sent = 0
    for row in list(_due(source).order_by("next_at", "id")[:MOST]):
        row.list = source.list
        try:
            _tell(client, SourceKind(source.kind), row)
        except ClientError as error:
            if after_failure(error.status) is UpState.WAITS:
                _postpone(source, _said(error))
                break
            _answered(row, UpState.REFUSED, _said(error))
        except ValueError as error:
            _answered(row, UpState.REFUSED, _said(error))
        else:
            sent += _answered(row, UpState.SENT)
    return sent


def _due(source: ListSource) -> QuerySet[Any]:
    return SourceFeedback.of(list=source.list).filter(state=UpState.WAITS.value, next_at__lte=timezone.now())


def _tell(client: Any, kind: SourceKind, row: SourceFeedback) -> None:
    """Tell a source one opinion.

    Raises:
        ClientError: it did not take it.
        ValueError: there is nothing to tell: the entry is none of the source's, or has lost its hash.
    """
    if kind is SourceKind.NCMEC:
        said = NcmecFeedback(row.opinion == "positive", tuple(row.reasons.values()))
        client.feedback(row.ident, TYPES[kind][row.kind], said)
        return
    entry = ListEntry.of(list=row.list).filter(ident=row.ident).first()
    record = entry.record if entry is not None and entry.body else None
    signal = next((one for one in record.signals if one.kind == row.kind), None) if record else None
    if record is None or signal is None:
        raise ValueError(GONE)
    value = render(signal, spellings(record).get(signal, ""))
    opinion: Opinion = "positive" if row.opinion == "positive" else "negative"
    client.feedback([StopNciiFeedback(value, opinion, WORDS[opinion])])


@transaction.atomic
def _answered(row: SourceFeedback, state: UpState, said: str = "") -> int:
    """Write down what a source answered, unless a person decided otherwise meanwhile; return whether it was."""
    same = SourceFeedback.of(list=row.list).filter(pk=row.pk, state=UpState.WAITS.value, asked_at=row.asked_at)
    noted: int = same.update(state=state.value, said=said, failures=0, next_at=None, answered_at=timezone.now())
    if noted:
        act = acts.SENT if state is UpState.SENT else acts.REFUSED
        record(act, row.subject, NODE, queries.TO_WORK)
    return noted


@transaction.atomic
def _postpone(source: ListSource, said: str) -> None:
    """Let all that is due wait: longer each time, up to the source's usual interval."""
    now = timezone.now()
    rows = list(_due(source).select_for_update(no_key=True).order_by("pk"))
    for row in rows:
        row.failures, row.said = row.failures + 1, said
        row.next_at = next_attempt(now, source.every, row.failures)
    SourceFeedback.everywhere.bulk_update(rows, ["failures", "said", "next_at"], batch_size=2_000)


def _said(error: Exception) -> str:
    return (str(error) if isinstance(error, ClientError | ValueError) else type(error).__name__)[:1_000]
