"""What survivors wish: hashes that they made themselves, a coarse status, and whether they want to be told. No name."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.organisations.models import Casework, Organisation, Person, among, choices
from vaern.node.organisations.scoping import Visible
from vaern.node.reports.models import Item
from vaern.node.scans.models import Finding
from vaern.node.victims.models.series import Series
from vaern.node.victims.wishes.rules import HASH_KINDS, Told, WishState

if TYPE_CHECKING:
    import uuid

RECEIPT, SEALED = "wish receipt", "wish"
"""Purposes: of the keyed digest of a receipt code, and of what is sealed (`node.sealing`)."""


class Wish(Casework):
    """One survivor's request, known by a receipt and by nothing else.

    Attributes:
        receipt: keyed digest of the code that the survivor holds; None for a wish that a desk wrote down for somebody.
        state: what the survivor sees of it, coarse on purpose.
        removal: hashes are to be looked for, and found material to be taken away.
        told: whether they want to hear of later cases, and how.
        contact: who speaks with them, as a reference of that house; sealed, never a name or an address.
        series: which their material is in, where a person knows it.
        answered_at: when a person last did something to it.
    """

    KIND: ClassVar[str] = "wish"

    if TYPE_CHECKING:
        series_id: uuid.UUID | None

    code = models.CharField(max_length=9, unique=True)
    synthetic = models.BooleanField(default=False)
    receipt = models.BinaryField(max_length=32, null=True, unique=True)
    state = models.CharField(max_length=20, choices=choices(WishState), default=WishState.RECEIVED.value)
    removal = models.BooleanField(default=True)
    told = models.CharField(max_length=20, choices=choices(Told), default=Told.NEVER.value)
    contact = models.BinaryField(default=b"")
    series = models.ForeignKey(Series, on_delete=models.SET_NULL, null=True, related_name="wishes")
    hashes_total = models.PositiveIntegerField(default=0)
    hits_total = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(Casework.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(name="wish_state", condition=among("state", WishState)),
            models.CheckConstraint(name="wish_told", condition=among("told", Told)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "-created_at", "id"]),
            models.Index(fields=["organisation", "review_date"]),
        ]

    def __str__(self) -> str:
        return self.code


class WatchedHash(models.Model):
    """A hash that a survivor made on their own device; what matches it goes to takedown, and nobody looks again."""

    id = models.BigAutoField(primary_key=True)
    wish = models.ForeignKey(Wish, on_delete=models.CASCADE, related_name="hashes", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    value = models.BinaryField(max_length=32)

    objects = Visible()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints: ClassVar = [
            models.UniqueConstraint(name="watched_once", fields=["wish", "kind", "value"]),
            models.CheckConstraint(name="watched_kind", condition=Q(kind__in=sorted(HASH_KINDS))),
        ]
        indexes: ClassVar = [models.Index(name="watched_hash", fields=["kind", "value", "organisation"])]

    def __str__(self) -> str:
        return self.kind


class Hit(models.Model):
    """That something a desk holds matches a wish: an item of a report, or a finding of a scan. It goes with either.

    Attributes:
        distance: bits between two PDQ values; 0 for a digest.
        done_at: the location is offline, or there is none.
    """

    id = models.BigAutoField(primary_key=True)
    wish = models.ForeignKey(Wish, on_delete=models.CASCADE, related_name="hits", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, null=True, related_name="+")
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=10)
    distance = models.PositiveSmallIntegerField(default=0)
    found_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    objects = Visible()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="hit_of_one",
                condition=Q(item__isnull=False, finding__isnull=True) | Q(item__isnull=True, finding__isnull=False),
            ),
            models.UniqueConstraint(name="hit_item_once", fields=["wish", "item"]),
            models.UniqueConstraint(name="hit_finding_once", fields=["wish", "finding"]),
        ]

    def __str__(self) -> str:
        return f"hit {self.pk}"
