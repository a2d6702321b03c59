"""Survivors' wishes: hashes they made themselves, a coarse status, and whether to notify them. No names."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped
from vaern.node.base.sealing import SealedField
from vaern.node.casework.models import Casework
from vaern.node.organisations.models import Organisation, Owned, Person, among, choices
from vaern.node.reports.models import Item
from vaern.node.scans.models import Finding
from vaern.node.victims.models.series import Series
from vaern.node.victims.rules.wishes import HASH_KINDS, STEPS, Told, WishState

if TYPE_CHECKING:
    import uuid

RECEIPT, SEALED = "wish receipt", "wish"
"""Purposes: of the keyed digest of a receipt code, and of what is sealed (`base.sealing`)."""


class Wish(Casework):
    """One survivor's request, known by a receipt and by nothing else.

    Attributes:
        receipt: keyed digest of the code that the survivor holds; None for a wish that a desk wrote down for somebody.
        state: received, watched for, or ended.
        shown: what the survivor was told last of what was found; coarse on purpose, and late (`wishes.progress`).
        steps: on which day each further step is told, drawn once; by the step, ISO 8601.
        later_on: on which day the survivor reads that something came in their series; None while there is nothing.
        removal: hashes are to be looked for, and found material to be taken away.
        told: whether they want to hear of later cases, and how.
        contact: who speaks with them, as a reference of that house; sealed, never a name or an address.
        series: which their material is in, where a person knows it.
        answered_at: when a person last did something to it.
        found, confirmed: how many hits a desk sees, and how many hashes are confirmed, of what `wishes.queries` read.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {"receipt": (Whom.CHILD,), "contact": (Whom.CONTACT,)},
        plain=(
            "code",
            "steps",
        ),
    )

    KIND: ClassVar[str] = "wish"
    READ_WITH: ClassVar[tuple[str, ...]] = ("organisation", "series")

    if TYPE_CHECKING:
        series_id: uuid.UUID | None
        found: int
        confirmed: int

    code = models.CharField(max_length=9, unique=True)
    synthetic = models.BooleanField(default=False)
    receipt = models.BinaryField(max_length=32, null=True, unique=True)
    state = models.CharField(max_length=20, choices=choices(WishState), default=WishState.RECEIVED.value)
    removal = models.BooleanField(default=True)
    told = models.CharField(max_length=20, choices=choices(Told), default=Told.NEVER.value)
    contact = SealedField(SEALED, default=b"")
    shown = models.CharField(max_length=20, choices=choices(WishState), default=WishState.WATCHING.value)
    steps = models.JSONField(default=dict)
    later_on = models.DateField(null=True)
    series = models.ForeignKey(Series, on_delete=models.SET_NULL, null=True, related_name="wishes")
    hashes_total = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(Casework.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(name="wish_state", condition=among("state", WishState)),
            models.CheckConstraint(name="wish_shown", condition=Q(shown__in=[one.value for one in STEPS])),
            models.CheckConstraint(name="wish_told", condition=among("told", Told)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "-created_at", "id"]),
            models.Index(fields=["organisation", "review_date"]),
        ]

    @property
    def to_do(self) -> bool:
        """Whether there is something to do: it has not ended."""
        return WishState(self.state) is not WishState.ENDED

    def __str__(self) -> str:
        return self.code


class WatchedHash(Owned):
    """A hash that came through the public page: what matches it is first in line. Who sent it may be anybody."""

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"value": (Whom.CHILD,)}, plain=("kind",))

    wish = models.ForeignKey(Wish, on_delete=models.CASCADE, related_name="hashes", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    value = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="watched_once", fields=["wish", "kind", "value"]),
            models.CheckConstraint(name="watched_kind", condition=Q(kind__in=sorted(HASH_KINDS))),
        ]
        indexes: ClassVar = [models.Index(name="watched_hash", fields=["kind", "value", "organisation"])]

    def __str__(self) -> str:
        return self.kind


class Confirmation(Scoped):
    """That a hash stands for what is to be removed: a person looked at an item that has it, or a list at hand has it.

    Attributes:
        item, person: whose look it was; None for a list. They stay empty once the report, or the account, is gone.
        online: the item has a location, so that the survivor may be told what becomes of it.
        list, release: which list has the hash; "" for a look.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        plain=(
            "list",
            "release",
        ),
    )

    if TYPE_CHECKING:
        item_id: int | None

    watched = models.ForeignKey(WatchedHash, on_delete=models.CASCADE, related_name="confirmations", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    online = models.BooleanField(default=False)
    list = models.CharField(max_length=200, default="")
    release = models.CharField(max_length=200, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="confirmed_once_by_item", fields=["watched", "item"]),
            models.UniqueConstraint(name="confirmed_once_by_list", fields=["watched", "list"], condition=~Q(list="")),
            models.CheckConstraint(name="confirmed_by_list_alone", condition=Q(list="") | Q(item=None, online=False)),
        ]

    def __str__(self) -> str:
        return f"confirmation {self.pk}"


class Hit(Owned):
    """A match between a wish and a report item or scan finding; deleted with either of them.

    Attributes:
        distance: bits between two PDQ values; 0 for a digest.
    """

    PERSONAL: ClassVar = Personal(plain=("kind",))

    wish = models.ForeignKey(Wish, on_delete=models.CASCADE, related_name="hits", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, null=True, related_name="+")
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=10)
    distance = models.PositiveSmallIntegerField(default=0)
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
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
