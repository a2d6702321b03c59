"""Recalls of entries, and whom each concerns: everything that rested on a match, until everybody was told."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped, Visible
from vaern.node.lists.models.entries import OfList
from vaern.node.lists.models.lists import HashList
from vaern.node.lists.rules.effects import Accounts, EffectKind, EffectState, RecallReason
from vaern.node.organisations.models import Organisation, Person, among, choices


class EntryRecall(Scoped):
    """That an entry was withdrawn: it matches nothing any more, and what rested on it is followed to its end.

    Attributes:
        ident: the entry's id within its list, which stays when the entry is erased.
        why, words: the reason, and what the curator wrote.
        by_source: the list's source withdrew it; else a person here did.
        change: number of the change by which the list recalled it; None where nobody noted it.
        ended_at: since when it is taken back: the entry matches again.
        published_at: since when no process of this machine matches the entry; None until the list on disk has followed.
        traced_at: since when all effects are known; None while they are looked for.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"ident": (Whom.CHILD,)}, plain=("words",))

    if TYPE_CHECKING:
        list_id: uuid.UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="recalls", db_index=False)
    ident = models.CharField(max_length=200)
    why = models.CharField(max_length=30, choices=choices(RecallReason))
    words = models.CharField(max_length=500, default="")
    change = models.PositiveBigIntegerField(null=True)
    by_source = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    traced_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = OfList()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="entry_recall_why", condition=among("why", RecallReason)),
            models.UniqueConstraint(
                name="entry_recalled_once", fields=["list", "ident"], condition=models.Q(ended_at=None)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["list", "-at", "id"]),
            models.Index(name="entry_recall_to_publish", fields=["list"], condition=models.Q(published_at=None)),
            models.Index(name="entry_recall_to_trace", fields=["at"], condition=models.Q(traced_at=None)),
        ]

    def __str__(self) -> str:
        return f"recall of {self.ident}"


class RecallEffect(Scoped):
    """One thing that rested on a match with an entry that was recalled, and whether whom it concerns was told.

    Attributes:
        organisation: whom it concerns: whose record it is, to whom it was given, or whose program asked.
        kind, record: what it is; None for what is no record here.
        code: how people call it; of a notice with the host, who is to be told in turn.
        matches: how many matches it had with the entry; of accounts, how many measures rested on these.
        lifted, kept: of measures against accounts, how many were lifted, and how many stand on another ground.
        first_at, last_at: when these were made.
        told_at: when the organisation read it.
        acknowledged_at, acknowledged_by, words: that it has dealt with it, and what it did: an account opened again, a
            report corrected.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, plain=("code", "words"))

    if TYPE_CHECKING:
        organisation_id: uuid.UUID

    recall = models.ForeignKey(EntryRecall, on_delete=models.CASCADE, related_name="effects", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=choices(EffectKind))
    record = models.UUIDField(null=True)
    code = models.CharField(max_length=200, default="")
    matches = models.PositiveIntegerField(default=1)
    lifted = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=choices(EffectState), default=EffectState.TO_TELL.value)
    told_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    words = models.CharField(max_length=500, default="")

    objects = Visible()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="effect_kind", condition=among("kind", EffectKind)),
            models.CheckConstraint(name="effect_state", condition=among("state", EffectState)),
            models.CheckConstraint(
                name="effect_accounts",
                condition=models.Q(lifted=0, kept=0)
                | models.Q(kind=EffectKind.ACCOUNT.value, matches__gte=models.F("lifted") + models.F("kept")),
            ),
            models.CheckConstraint(
                name="effect_accounts_closed",
                condition=~models.Q(kind=EffectKind.ACCOUNT.value, state=EffectState.ACKNOWLEDGED.value)
                | models.Q(matches=models.F("lifted") + models.F("kept")),
            ),
            models.UniqueConstraint(
                name="effect_once",
                fields=["recall", "organisation", "kind", "record"],
                condition=~models.Q(kind=EffectKind.NOTICE.value),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="effect_once_a_host",
                fields=["recall", "organisation", "kind", "record", "code"],
                condition=models.Q(kind=EffectKind.NOTICE.value),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "state", "id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    @property
    def accounts(self) -> Accounts:
        """The measures against accounts that it counts; what is of another kind counts none."""
        if self.kind != EffectKind.ACCOUNT.value:
            return Accounts()
        return Accounts(self.matches, self.lifted, self.kept)
