"""Who registered for an event: sealed, found by a keyed digest of the address, and gone 30 days after the event."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField, Unsealable, seal, unseal
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Owned, Person, among, choices
from vaern.node.press.models.event import PressEvent
from vaern.node.press.rules.states import Checked, How, State

if TYPE_CHECKING:
    from collections.abc import Mapping

SEALED, ADDRESS, LINK = "press registration", "press address", "press link"
"""The purposes under which a registration is sealed, and under which its address and its link are found."""

FIELDS = ("name", "medium", "card", "issuer", "email", "phone", "needs", "language")


class Registration(Owned):
    """One journalist at one event.

    Attributes:
        sealed: what they said of themselves (`FIELDS`), as JSON.
        address: keyed digest of the mail address: one registration of an address counts at an event.
        link: keyed digest of the token of their page, which stands in their mails.
        arrived_at: when the registration came; it decides whether it was in time, whenever it was confirmed.
        channel: `form` or `mail`.
        confirmed_at: when somebody opened the link that went to the address, and said that it was them.
        words: with which it was accepted though late, or refused: sealed.
        mails: how many mails went to the address before it was confirmed.
    """

    PERSONAL: ClassVar = Personal(
        Ends.DATE,
        {
            "sealed": (Whom.JOURNALIST,),
            "address": (Whom.JOURNALIST,),
            "link": (Whom.JOURNALIST,),
            "words": (Whom.JOURNALIST,),
        },
        plain=("channel",),
    )

    KIND = "press_registration"

    if TYPE_CHECKING:
        event_id: uuid.UUID
        organisation_id: uuid.UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(PressEvent, on_delete=models.PROTECT, related_name="registrations")
    state = models.CharField(max_length=20, choices=choices(State), default=State.UNCONFIRMED.value)
    sealed = SealedField(SEALED)
    address = models.BinaryField()
    link = models.BinaryField(unique=True)
    channel = models.CharField(max_length=4)
    arrived_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    words = SealedField(SEALED, default=bytes)
    embargo_agreed_at = models.DateTimeField(null=True)
    came_at = models.DateTimeField(null=True)
    mails = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="press_registration_state", condition=among("state", State)),
            models.UniqueConstraint(
                name="press_one_registration_an_address",
                fields=["event", "address"],
                condition=~Q(state=State.WITHDRAWN.value),
            ),
            models.CheckConstraint(
                name="press_confirmed_before_decided",
                condition=Q(state__in=[State.UNCONFIRMED.value, State.WITHDRAWN.value]) | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="press_confirmed_after_arrival",
                condition=Q(confirmed_at__isnull=True) | Q(confirmed_at__gte=F("arrived_at")),
            ),
        ]
        indexes: ClassVar = [models.Index(name="press_registrations", fields=["event", "-arrived_at", "id"])]

    def __str__(self) -> str:
        return f"registration {str(self.pk)[:8]}"

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject(self.KIND, self.pk, self.organisation_id)

    @property
    def late(self) -> bool:
        """Whether it came after the deadline of its event."""
        return not self.event.in_time(self.arrived_at)

    @property
    def says(self) -> dict[str, str]:
        """What they said of themselves; empty texts where it cannot be opened."""
        return opened(self.sealed)


def sealed(fields: Mapping[str, str]) -> bytes:
    """Return what a journalist said, sealed for storage."""
    return seal(json.dumps({name: fields.get(name, "") for name in FIELDS}), SEALED)


def opened(found: bytes | memoryview) -> dict[str, str]:
    """Return what was sealed."""
    try:
        said: dict[str, Any] = json.loads(unseal(found, SEALED))
    except (Unsealable, ValueError):
        said = {}
    return {name: str(said.get(name, "")) for name in FIELDS}


class Verification(Owned):
    """A verification of the medium or the press card: who, how, when, and with what result."""

    PERSONAL: ClassVar = Personal(Ends.DATE)

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="verifications")
    what = models.CharField(max_length=20, choices=choices(Checked))
    how = models.CharField(max_length=20, choices=choices(How))
    good = models.BooleanField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="press_verification_what", condition=among("what", Checked)),
            models.CheckConstraint(name="press_verification_how", condition=among("how", How)),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"


class Badge(models.Model):
    """The one badge of an accredited journalist, as a phone at the door knows it.

    The code itself is kept nowhere: it is made of the registration's id under the node's secret (`badges.code_of`).

    Attributes:
        lookup: by which the door recognises the code, and learns nothing else.
        sealed: name and medium, under a key that only the code opens.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, {"lookup": (Whom.JOURNALIST,), "sealed": (Whom.JOURNALIST,)})

    if TYPE_CHECKING:
        registration_id: uuid.UUID

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, primary_key=True, related_name="badge")
    event = models.ForeignKey(PressEvent, on_delete=models.PROTECT, related_name="badges")
    lookup = models.BinaryField()
    sealed = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)

    objects = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="press_one_badge_a_code", fields=["event", "lookup"]),
        ]

    def __str__(self) -> str:
        return f"badge {self.registration_id}"


class SeenMail(models.Model):
    """A mail that was processed: the keyed digest of its Message-ID, so that a repeat is ignored."""

    PERSONAL: ClassVar = Personal(Ends.DATE, {"message": (Whom.JOURNALIST,)})

    event = models.ForeignKey(PressEvent, on_delete=models.PROTECT, related_name="+")
    message = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="press_mail_once", fields=["event", "message"])]

    def __str__(self) -> str:
        return f"mail {self.pk}"
