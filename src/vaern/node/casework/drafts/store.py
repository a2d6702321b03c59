"""Store, find and erase drafts. Every function takes the person, so nobody can reach another's drafts.

Nothing here is recorded in the ledger: a draft is not an act. Saving the form is one, and is recorded
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
    """Store a draft, replacing the person's earlier one of this form; return whether it was kept."""
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
    """Return a person's drafts for the forms of a page, without any that cannot be unsealed (restored elsewhere)."""
    rows = Draft.objects.filter(person=person, page=page, ends_at__gt=timezone.now()).order_by("pk")
    found = []
    for form, sealed, typed_at in rows.values_list("form", "sealed", "typed_at"):
        try:
            values = json.loads(unseal(sealed, purpose_of(person)))
        except Unsealable:
            continue
        found.append(Found(Typed(page, form, values), typed_at))
    return found


def pages(person: UUID) -> dict[str, datetime]:
    """Return the pages with drafts of a person, and when each is erased, the first first."""
    rows = Draft.objects.filter(person=person, ends_at__gt=timezone.now()).order_by("ends_at", "pk")
    found: dict[str, datetime] = {}
    for page, ends_at in rows.values_list("page", "ends_at"):
        found.setdefault(page, ends_at)
    return found


def saved(person: UUID, form: str) -> int:
    """Erase the drafts of a form that has now been saved, from whichever page; return how many."""
    return Draft.objects.filter(person=person, form=form).delete()[0]


def discard(person: UUID, page: str, form: str) -> int:
    """Erase one draft at its owner's request; return how many were erased."""
    return Draft.objects.filter(person=person, page=page, form=form).delete()[0]


def forget(person: UUID) -> int:
    """Erase all drafts of a person whose account is erased; return how many."""
    return Draft.objects.filter(person=person).delete()[0]


def erase_ended() -> int:
    """Erase expired drafts; return how many."""
    return Draft.objects.filter(ends_at__lte=timezone.now()).delete()[0]
