"""Re-sealing after secret rotation: what earlier secrets sealed is sealed anew, in batches, while the node runs.

`runtime/secret.py` makes the secret anew and says which files there are.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, transaction

from vaern.node.base.sealing import SealedField, Unsealable, resealed
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Subject, Why
from vaern.node.operations.acts import SECRET_ROTATED
from vaern.node.organisations.adapter import reseal_factor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.db.models import Model

BATCH = 500
"""Rows that are read at once."""

MAIL = "mail"
"""The purpose under which a mail that waits is sealed (`web/mail.py`)."""


class Progress(Protocol):
    """Is told how far it is."""

    def __call__(self, table: str, done: int, of: int) -> None:
        """Say that so many rows of a table were looked at."""


@dataclass
class Resealed:
    """The result of re-sealing.

    Attributes:
        values: that were sealed anew.
        closed: table and number of values that no secret of the node opens; they are left as they are.
    """

    values: int
    closed: Counter[str]

    def leave(self, model: type[Model]) -> None:
        """Count a value that cannot be unsealed."""
        self.closed[model._meta.db_table] += 1


def reseal(home: Path, progress: Progress) -> Resealed:
    """Seal everything with the current secret, and delete the earlier ones unless something still needs them."""
    found = Resealed(0, Counter())
    for model in apps.get_models():
        if fields := [field for field in model._meta.fields if isinstance(field, SealedField)]:
            with _changeable(model):
                _reseal_table(model, fields, found, progress)
    for factor in Authenticator.objects.order_by("pk"):
        try:
            found.values += reseal_factor(factor)
        except Unsealable:
            found.leave(Authenticator)
    found.values += _reseal_mail()
    with transaction.atomic():
        record(SECRET_ROTATED, Subject("node"), NODE, Reason(Why.ADMINISTRATION), count=found.values)
    if not found.closed:
        (home / "keys" / "secret.earlier").unlink(missing_ok=True)
    return found


@contextmanager
def _changeable(model: type[Model]) -> Iterator[None]:
    """Let rows that a trigger keeps unchanged be sealed anew, in one transaction; nobody else writes to them meanwhile.

    What they say stays: the chain of custody, for one, is held together by hashes of what was sealed.
    """
    triggers = getattr(model._meta, "triggers", [])
    if not triggers:
        yield
        return
    with transaction.atomic():
        connection.check_constraints()  # a table cannot be altered while checks of it wait
        for trigger in triggers:
            trigger.disable(model)
        yield
        connection.check_constraints()
        for trigger in triggers:
            trigger.enable(model)


def _reseal_table(model: type[Model], fields: list[SealedField], found: Resealed, progress: Progress) -> None:
    rows = model._base_manager.order_by("pk")
    done, of = 0, rows.count()
    for row in _each(rows):
        for field in fields:
            sealed = getattr(row, field.attname)
            try:
                anew = resealed(sealed, field.purpose_of(row)) if sealed is not None else None
            except Unsealable:
                found.leave(model)
                continue
            if anew is not None:  # what was written meanwhile, the secret of now sealed
                found.values += rows.filter(pk=row.pk, **{field.attname: sealed}).update(**{field.attname: anew})
        done += 1
        if done % BATCH == 0 or done == of:
            progress(model._meta.db_table, done, of)


def _each(rows: Any) -> Iterator[Any]:
    """Yield rows in the order of their keys, a batch at a time, so that no transaction is held open meanwhile."""
    last = None
    while batch := list((rows if last is None else rows.filter(pk__gt=last))[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _reseal_mail() -> int:
    """Seal anew the mails that wait, or could be sent again."""
    count = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id, args ->> 'sealed' FROM procrastinate_jobs WHERE args ? 'sealed' FOR UPDATE")
        for number, sealed in cursor.fetchall():
            try:
                anew = resealed(sealed.encode("ascii"), MAIL)
            except Unsealable:
                continue  # it could not be sent before either
            if anew is not None:
                value = json.dumps(anew.decode("ascii"))
                cursor.execute(
                    "UPDATE procrastinate_jobs SET args = jsonb_set(args, '{sealed}', %s::jsonb) WHERE id = %s",
                    [value, number],
                )
                count += 1
    return count
