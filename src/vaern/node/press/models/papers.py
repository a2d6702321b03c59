"""Papers for the press: text, sealed until it is public."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal
from vaern.node.base.sealing import SealedField, Unsealable, unseal
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Owned, Person
from vaern.node.press.models.event import PressEvent

SEALED = "press paper"


class Paper(Owned):
    """A paper of an event.

    Attributes:
        sealed: its text.
        embargo: the moment from which it is public; before it, those see it who agreed to hold it back.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=(
            "title",
            "sealed",
        ),
        because="it was given to the press; who made it is an id, whose row is emptied with the account",
    )

    KIND = "press_paper"

    if TYPE_CHECKING:
        organisation_id: uuid.UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(PressEvent, on_delete=models.PROTECT, related_name="papers")
    title = models.CharField(max_length=200)
    sealed = SealedField(SEALED)
    embargo = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(name="press_papers", fields=["event", "embargo", "id"])]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject(self.KIND, self.pk, self.organisation_id)

    @property
    def text(self) -> str:
        """The text; "" if it cannot be unsealed."""
        try:
            return unseal(self.sealed, SEALED)
        except Unsealable:
            return ""
