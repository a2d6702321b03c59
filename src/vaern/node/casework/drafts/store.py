"""Keeping, finding and erasing drafts. Each takes the person: nobody has a way to another's.

Nothing here is in the ledger: a draft is no act yet. What becomes of it is one, and is recorded when it is saved
(docs/decisions/0041-drafts.md).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.base.sealing import Unsealable, seal, unseal
from vaern.node.casework.drafts.models import Draft
from vaern.node.casework.drafts.rules import LIFE, MOST, Typed, is_worth_keeping, purpose_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True)
class Found:
    """A draft as its owner gets it back."""

    typed: Typed
    at: datetime


@transaction.atomic
def keep(person: UUID, typed: Typed) -> bool:
    """Keep what somebody typed in place of what they had typed into this form before; return whether it was kept."""
    if not is_worth_keeping(typed):
        return False
    now = timezone.now()
    row = Draft(
        person_id=person,
        page=typed.page,
        form=typed.form,
        sealed=seal(json.dumps(dict(typed.values), ensure_ascii=False), purpose_of(person)),
        typed_at=now,
        ends_at=now + LIFE,
    )
    one, changed = ["person", "page", "form"], ["sealed", "typed_at", "ends_at"]
    Draft.objects.bulk_create([row], update_conflicts=True, unique_fields=one, update_fields=changed)
    beyond = Draft.objects.filter(person=person).order_by("-typed_at", "-pk").values_list("pk", flat=True)[MOST:]
    Draft.objects.filter(pk__in=list(beyond)).delete()
    return True


def of_page(person: UUID, page: str) -> list[Found]:
    """Return the drafts of somebody for the forms of a page. One that does not open (restored elsewhere) is none."""
    rows = Draft.objects.filter(person=person, page=page, ends_at__gt=timezone.now()).order_by("pk")
    found = []
    for row in rows:
        try:
            values = json.loads(unseal(row.sealed, purpose_of(person)))
        except Unsealable:
            continue
        found.append(Found(Typed(row.page, row.form, values), row.typed_at))
    return found


def saved(person: UUID, form: str) -> int:
    """Erase what was typed into a form that has now been saved, from whichever page; return how many drafts went."""
    return Draft.objects.filter(person=person, form=form).delete()[0]


def discard(person: UUID, page: str, form: str) -> int:
    """Erase one draft at its owner's wish; return how many went."""
    return Draft.objects.filter(person=person, page=page, form=form).delete()[0]


def forget(person: UUID) -> int:
    """Erase all drafts of somebody whose account is erased; return how many went."""
    return Draft.objects.filter(person=person).delete()[0]


def erase_ended() -> int:
    """Erase the drafts that have ended; return how many went."""
    return Draft.objects.filter(ends_at__lte=timezone.now()).delete()[0]
