"""Domain blocks for access providers: request, second, confirmation by a second country; appeals; lists."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.organisations.models import Organisation, Owned, Person
from vaern.node.reports.models.takedown import Location


class DomainBlock(Owned):
    """A domain dedicated to abuse that access providers are asked to block.

    Attributes:
        location: where removal failed; without it there is no block.
        organisation, asked_by: the requesting organisation and person, of one country.
        domain, domain_key: sealed (purpose `domain`), and the digest by which equal ones are found.
        reason: why it is blocked (sealed, purpose `block`), sent to the domain's contact.
        dedicated: why it is dedicated to abuse and nothing else (sealed, purpose `block`).
        seconded_at, seconded_by: another person of the same organisation.
        put_to, put_at: the organisation of another country that is asked to confirm.
        confirmed, answered_at, answered_by, answer: its answer; words sealed (purpose `block`).
        review_date: the day on which it lapses, unless it is requested again.
        ended_at: lifted, lapsed, an appeal was upheld, or the location is gone.
        token_digest: digest of the code with which the domain's contact appeals.
        wrong, twin: its conclusion was wrong or taken back; another country asked for the same, of what
            `domains.queries` read.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "domain": (Whom.SUSPECT,),
            "domain_key": (Whom.SUSPECT,),
            "reason": (Whom.SUSPECT,),
            "dedicated": (Whom.SUSPECT,),
            "answer": (Whom.CONTACT,),
        },
        plain=(
            "legal_ground",
            "token_digest",
        ),
    )

    if TYPE_CHECKING:
        wrong: bool
        twin: bool

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="domains")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    domain = SealedField("domain")
    domain_key = models.BinaryField(max_length=32)
    reason = SealedField("block")
    dedicated = SealedField("block")
    legal_ground = models.CharField(max_length=40, default="")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    review_date = models.DateField()
    seconded_at = models.DateTimeField(null=True)
    seconded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    put_to = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    put_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answer = SealedField("block", default=b"")
    ended_at = models.DateTimeField(null=True)
    token_digest = models.BinaryField(max_length=32, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="domain_seconded_by_another",
                condition=Q(seconded_by=None) | (~Q(seconded_by=F("asked_by")) & Q(seconded_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="domain_put_to_another", condition=Q(put_to=None) | ~Q(put_to=F("organisation"))
            ),
            models.CheckConstraint(
                name="domain_confirmed_when_asked",
                condition=Q(confirmed=None)
                | Q(put_to__isnull=False, answered_by__isnull=False, seconded_by__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "review_date", "id"]),
            models.Index(name="domain_key", fields=["domain_key"], condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"domain until {self.review_date}"


class DomainAppeal(Owned):
    """An appeal against a domain's block, from the stop page.

    Attributes:
        organisation: the one that requested the block and decides the appeal.
        at: to the hour where a stranger wrote.
        words: sealed (purpose `block`).
        owner: it came with the code that was sent to the domain's contact.
        upheld, decided_by: once a person decided.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"words": (Whom.CONTACT,)})

    block = models.ForeignKey(DomainBlock, on_delete=models.CASCADE, related_name="appeals")
    at = models.DateTimeField()
    words = SealedField("block")
    owner = models.BooleanField(default=False)
    upheld = models.BooleanField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"appeal {self.pk}"


class Zone(Owned):
    """An organisation's exported list of domains: the serial of the last one, which only increases."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, primary_key=True, related_name="+")
    serial = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"zone {self.serial}"
