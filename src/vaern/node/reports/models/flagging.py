"""The yearly report of a trusted flagger: names that outlive hosts, closed years, deliveries."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.ledger.triggers import NOT_CHANGED
from vaern.node.organisations.models import Organisation, Owned, Person


class ProviderName(Owned):
    """The name of a hosting provider that got a notice of a trusted flagger; the ledger holds only its digest.

    Attributes:
        digest: of the name, keyed, as the tag `provider` of an entry has it.
        used_at: the last notice; it is erased some years after that.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, {"name": (Whom.CONTACT,), "digest": (Whom.CONTACT,)})

    digest = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="provider_name_once", fields=["organisation", "digest"])]

    def __str__(self) -> str:
        return self.name


class Independence(Owned):
    """One version of a trusted flagger's explanation of its independence. Immutable.

    Attributes:
        text, text_da: in English and Danish; one of them may be "".
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=(
            "text",
            "text_da",
        ),
        because="it was published, and names nobody; who wrote it down is an id, whose row is emptied with the account",
    )

    version = models.PositiveIntegerField()
    text = models.TextField(default="")
    text_da = models.TextField(default="")
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers: ClassVar = [NOT_CHANGED]
        constraints: ClassVar = [
            models.UniqueConstraint(name="independence_version", fields=["organisation", "version"]),
            models.CheckConstraint(
                name="independence_says_something", condition=~models.Q(text="") | ~models.Q(text_da="")
            ),
        ]

    def __str__(self) -> str:
        return f"independence {self.version}"


class FlaggerReport(Owned):
    """A closed year with its permanent report. Later changes create another version.

    Attributes:
        content: the report (`rules.flagger_counts.Yearly`).
        digest: SHA-256 of it, as it is given out.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=(
            "content",
            "digest",
        ),
        because="it was published, and names nobody; who closed it is an id, whose row is emptied with the account",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    closed_at = models.DateTimeField(default=timezone.now)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers: ClassVar = [NOT_CHANGED]
        constraints: ClassVar = [
            models.UniqueConstraint(name="flagger_report_version", fields=["organisation", "year", "version"])
        ]

    def __str__(self) -> str:
        return f"report of {self.year}, version {self.version}"


class FlaggerDelivery(Owned):
    """The delivery of a report version to the coordinator or the public: day, place, and who recorded it.

    Attributes:
        what: `sent` or `published`.
        place: to whom it was sent, or where it can be read.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        {"place": (Whom.CONTACT,)},
        plain=("what",),
        because="the law asks for the reports of years, and to whom they went",
    )

    report = models.ForeignKey(FlaggerReport, on_delete=models.PROTECT, related_name="deliveries")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=10)
    day = models.DateField()
    place = models.CharField(max_length=300)
    noted_at = models.DateTimeField(default=timezone.now)
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers: ClassVar = [NOT_CHANGED]
        constraints: ClassVar = [
            models.CheckConstraint(name="flagger_delivery_what", condition=models.Q(what__in=["sent", "published"]))
        ]

    def __str__(self) -> str:
        return f"{self.what} on {self.day}"
