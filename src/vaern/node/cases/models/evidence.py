"""The evidence register: what there is, what happened to it, and the bags that left."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.cases.models.case import Case
from vaern.node.cases.models.triggers import ONLY_WITH_EVIDENCE
from vaern.node.cases.rules.evidence import Event, Held, Kind, Stamping
from vaern.node.ledger.triggers import NOT_CHANGED
from vaern.node.organisations.models import Organisation, Owned, Person, among, choices

SEALED = "evidence"
"""The purpose under which the register, its events and its bags are sealed (`base.sealing`)."""


class Evidence(Owned):
    """One piece of evidence of a case. What it holds lies elsewhere.

    Attributes:
        number: within the case, from 1; people say E1.
        facts: what is said of it, as canonical JSON, sealed: see `facts.Facts`.
        sha256: of what lies elsewhere, for finding it; None where it has none.
        request: for legal assistance, to which it answers; None for other evidence, or when the request was erased.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "facts": (
                Whom.SUSPECT,
                Whom.CHILD,
            ),
            "sha256": (Whom.CHILD,),
        },
    )

    if TYPE_CHECKING:
        case_id: uuid.UUID
        organisation_id: uuid.UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="evidence", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=choices(Kind))
    held = models.CharField(max_length=12, choices=choices(Held), default=Held.HELD.value)
    sha256 = models.BinaryField(null=True)
    request = models.ForeignKey("AssistanceRequest", on_delete=models.SET_NULL, null=True, related_name="evidence")
    facts = SealedField(SEALED)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="evidence_kind", condition=among("kind", Kind)),
            models.CheckConstraint(name="evidence_held", condition=among("held", Held)),
            models.CheckConstraint(name="evidence_sha256", condition=Q(sha256=None) | Q(sha256__length=32)),
            models.UniqueConstraint(name="evidence_number", fields=["case", "number"]),
        ]
        indexes: ClassVar = [
            models.Index(name="evidence_digest", fields=["organisation", "sha256"], condition=Q(sha256__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"E{self.number}"


class CustodyEvent(Owned):
    """One event of the chain of custody. Append-only: the database refuses to change one, and to remove one alone.

    Attributes:
        number: within the evidence, from 1.
        kind, at, by: what happened, when, and who wrote it down; all three stand in `event` too. Of what came from
            another node, nobody wrote it down here: the event has the organisation.
        event: the event as canonical JSON (`formats.custody`), sealed.
        previous, hash: of the event before it and of this one; SHA-256.
        entry: number of its entry in the ledger, which keeps the beginning of the hash.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "event": (
                Whom.STAFF,
                Whom.SUSPECT,
            )
        },
        plain=(
            "previous",
            "hash",
        ),
    )

    if TYPE_CHECKING:
        evidence_id: uuid.UUID

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="events", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=choices(Event))
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    event = SealedField(SEALED)
    previous = models.BinaryField(null=True)
    hash = models.BinaryField()
    entry = models.BigIntegerField()

    class Meta:
        triggers: ClassVar = [NOT_CHANGED, ONLY_WITH_EVIDENCE]
        constraints: ClassVar = [
            models.CheckConstraint(name="custody_kind", condition=among("kind", Event)),
            models.CheckConstraint(name="custody_hash", condition=Q(hash__length=32)),
            models.CheckConstraint(
                name="custody_follows",
                condition=Q(number=1, previous=None) | Q(number__gt=1, previous__length=32),
            ),
            models.UniqueConstraint(name="custody_number", fields=["evidence", "number"]),
        ]

    def __str__(self) -> str:
        return f"event {self.number} of {self.evidence_id}"


class EvidenceBag(Owned):
    """One export of the register: a bag as it left, so that it can be fetched again with its time stamp.

    Or one that came with a case that was handed over, as it came.

    Attributes:
        number: within the case, from 1.
        made_by: who made it; None of one that came.
        name: of its folder, of one that came; "" where case and number say it.
        recipient, recipient_text: to whom: an organisation of this node, or in words (sealed).
        files: the bag's files as JSON, path → text; sealed.
        tag_digest: SHA-256 of `tagmanifest-sha256.txt`: the one thing that leaves for a time stamp.
        stamping, tries, next_try_at, stamp_said: how far the time stamp is, and what the last try came to.
        stamp, stamped_at: the response (RFC 3161), and the time in it.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "recipient_text": (Whom.CONTACT,),
            "files": (
                Whom.STAFF,
                Whom.SUSPECT,
                Whom.CHILD,
            ),
        },
        plain=(
            "name",
            "tag_digest",
            "stamp_said",
            "stamp",
        ),
    )

    if TYPE_CHECKING:
        case_id: uuid.UUID
        organisation_id: uuid.UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="bags", db_index=False)
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=80, default="")
    recipient = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    recipient_text = SealedField(SEALED, default=b"")
    files = SealedField(SEALED)
    tag_digest = models.BinaryField()
    stamping = models.CharField(max_length=10, choices=choices(Stamping), default=Stamping.NONE.value)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    stamp_said = models.CharField(max_length=300, default="")
    stamp = models.BinaryField(default=b"")
    stamped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="bag_stamping", condition=among("stamping", Stamping)),
            models.CheckConstraint(name="bag_digest", condition=Q(tag_digest__length=32)),
            models.CheckConstraint(
                name="bag_stamped",
                condition=Q(stamping=Stamping.STAMPED.value, stamped_at__isnull=False)
                | (~Q(stamping=Stamping.STAMPED.value) & Q(stamped_at=None)),
            ),
            models.UniqueConstraint(name="bag_number", fields=["case", "number"]),
        ]
        indexes: ClassVar = [
            models.Index(name="bag_next_try", fields=["next_try_at"], condition=Q(next_try_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"bag {self.number} of {self.case_id}"
