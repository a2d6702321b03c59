"""Disclosures: one side of a meeting asks that both say who they are. Deleted with the meeting."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped, Visible
from vaern.node.base.sealing import SealedField
from vaern.node.crosscheck.models.registry import Enrolment, Meeting
from vaern.node.crosscheck.rules.disclosures import Level, RefusalGround, RevealState
from vaern.node.organisations.models import Organisation, Person, among, choices

if TYPE_CHECKING:
    from uuid import UUID

_CODE = 16
CONTACT = "crosscheck contact"
"""The purpose under which the contacts are sealed (`base.sealing`)."""


class BothSides(Visible):
    """The manager of disclosures: each side sees the row; what of it they are told is `base.disclosures`'."""

    def visible_to(self, organisation: UUID) -> Q | Any:
        """Return the condition under which this organisation may see a row."""
        return Q(asking=organisation) | Q(asked=organisation)


class Reveal(Scoped):
    """One side asks the other that both say who they are.

    Attributes:
        asker: the record of the side that asks; None where that is on another node.
        asking, asked: the two organisations; None for the one on another node.
        level: what both would learn.
        why: the code of the reason; its words stand in the ledger of the side that asks, and nowhere else.
        asked_by, answered_by: the people.
        expires_at: until when it waits.
        asking_contact, asked_contact: how each desk is reached, sealed; empty where the level does not say it.
        refusal: why the answer was no, coarse.
        introduction: who the other side is, as its node said after both agreed, sealed; of one on another node alone.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {"asking_contact": (Whom.STAFF,), "asked_contact": (Whom.STAFF,), "introduction": (Whom.STAFF,)},
        plain=("why",),
    )

    if TYPE_CHECKING:
        meeting_id: UUID
        asker_id: int | None
        asking_id: UUID | None
        asked_id: UUID | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="reveals")
    asker = models.ForeignKey(Enrolment, on_delete=models.CASCADE, null=True, related_name="+")
    asking = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    asked = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    level = models.CharField(max_length=_CODE, choices=choices(Level))
    state = models.CharField(max_length=_CODE, choices=choices(RevealState), default=RevealState.ASKED.value)
    why = models.CharField(max_length=40)
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    answered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=_CODE, choices=choices(RefusalGround), default="")
    asking_contact = SealedField(CONTACT, default=bytes)
    asked_contact = SealedField(CONTACT, default=bytes)
    introduction = SealedField(CONTACT, default=bytes)

    objects = BothSides("asking")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="crosscheck_reveal_state", condition=among("state", RevealState)),
            models.CheckConstraint(name="crosscheck_reveal_level", condition=among("level", Level)),
            models.CheckConstraint(name="crosscheck_reveal_of_two", condition=~Q(asking=F("asked"))),
            models.CheckConstraint(
                name="crosscheck_reveal_of_one_here",
                condition=Q(asking__isnull=False) | Q(asked__isnull=False),
            ),
            models.CheckConstraint(name="crosscheck_reveal_expires", condition=Q(expires_at__gt=F("asked_at"))),
            models.CheckConstraint(
                name="crosscheck_refused_has_a_reason",
                condition=~Q(state=RevealState.REFUSED.value) | ~Q(refusal=""),
            ),
            models.UniqueConstraint(
                name="crosscheck_asked_once", fields=["meeting"], condition=Q(state=RevealState.ASKED.value)
            ),
        ]

    def __str__(self) -> str:
        return f"reveal {self.pk}"

    def partner_of(self, organisation: UUID) -> Organisation | None:
        """Return the other side; None if it is on another node."""
        return self.asked if self.asking_id == organisation else self.asking

    def contact_of(self, organisation: UUID) -> bytes:
        """Return this organisation's contact details, sealed; it is one of this node."""
        return bytes(self.asking_contact if self.asking_id == organisation else self.asked_contact)
