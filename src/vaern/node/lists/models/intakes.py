"""Intakes: a list on its way in, read and compared, before a person takes it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped
from vaern.node.ledger.rules import Subject
from vaern.node.lists.models.entries import OfList
from vaern.node.lists.models.lists import HashList
from vaern.node.lists.rules.intake import IntakeState
from vaern.node.lists.rules.subsets import LONGEST
from vaern.node.organisations.models import Person, among, choices


class ListIntake(Scoped):
    """One file that is to become entries of a list, or their change.

    Attributes:
        whole: the file is all of the list: what it does not have any more is withdrawn.
        format: how it is read; "" to find out by its content.
        columns: for tables, which column holds what.
        size, received: bytes that were announced, and that came.
        sha256: of the file.
        read: records read so far, to see how far it is.
        added, changed, same, withdrawn: what it would do to the list, once compared; or did.
        fetched, checkpoint: it came from the list's source, which is fetched up to there once this is taken; None for
            what a source withdrew, which does not wait for the rest of what came.
        broke_off: not all came that changed at the source.
        beginning: of the source as it was asked (`ListSource.beginning`); None for a file.
        lost: of what it would do: how many entries it would withdraw, set aside, let end earlier, or take a hash from.
        ended_by, confirmed_by: who decided, and who agreed, where a second person had to (`losing.too_many`).
        against: what speaks against entries, as it was when they were read (`lists.base.against.states`).
        faults: how many the readers found; all are in a file (`intake.faults`), the first thousands in the database.
        why: what went wrong where it failed, in words.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, plain=("format", "columns", "sha256", "checkpoint", "against", "why"))

    KIND: ClassVar[str] = "intake"

    if TYPE_CHECKING:
        list_id: uuid.UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="intakes")
    state = models.CharField(max_length=12, choices=choices(IntakeState), default=IntakeState.RECEIVING.value)
    whole = models.BooleanField(default=False)
    format = models.CharField(max_length=30, default="")
    columns = models.JSONField(default=dict)
    size = models.PositiveBigIntegerField(default=0)
    received = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="")
    read = models.PositiveBigIntegerField(default=0)
    added = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    same = models.PositiveBigIntegerField(default=0)
    withdrawn = models.PositiveBigIntegerField(default=0)
    fetched = models.BooleanField(default=False)
    checkpoint = models.JSONField(null=True)
    broke_off = models.BooleanField(default=False)
    beginning = models.UUIDField(null=True)
    lost = models.PositiveBigIntegerField(default=0)
    against = models.JSONField(default=dict)
    faults = models.PositiveBigIntegerField(default=0)
    why = models.CharField(max_length=1_000, default="")
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    confirmed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = OfList()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="intake_state", condition=among("state", IntakeState))]
        indexes: ClassVar = [models.Index(fields=["list", "-started_at", "id"])]

    def __str__(self) -> str:
        return f"intake of {self.started_at:%Y-%m-%d}"

    @property
    def withdraws(self) -> bool:
        """Whether it is only what a source withdrew, which is taken at once."""
        return self.fetched and self.checkpoint is None

    @property
    def subject(self) -> Subject:
        """The intake as a subject of the ledger."""
        return Subject(self.KIND, self.id, self.list.organisation_id)


class IntakeFault(Scoped):
    """Something in a file that could not be used, and where."""

    PERSONAL: ClassVar = Personal(Ends.DATE, plain=("reason",))

    intake = models.ForeignKey(ListIntake, on_delete=models.CASCADE, related_name="found", db_index=False)
    line = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=500)
    junk = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["intake", "line", "id"])]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class StagedEntry(Scoped):
    """An entry as an intake read it, before a person takes it; gone once the intake is taken or rejected.

    Attributes:
        row: its place among what was read: of two with one id the later counts.
        withdrawn: the source withdraws it.
        junk: why it would go into quarantine at once; "" for nothing.
        classes_differ: its votes give it several classes of one scheme.
    """

    PERSONAL: ClassVar = Personal(
        Ends.DATE,
        {"body": (Whom.CHILD,), "series": (Whom.CHILD,), "ident": (Whom.CHILD,)},
        plain=("scheme", "classification", "licence", "basis", "jurisdiction", "source", "junk"),
    )

    intake = models.ForeignKey(  # one job writes them, and holds no other: a check of each would only cost time
        ListIntake, on_delete=models.CASCADE, related_name="staged", db_index=False, db_constraint=False
    )
    row = models.PositiveBigIntegerField()
    ident = models.CharField(max_length=200)
    withdrawn = models.BooleanField(default=False)
    junk = models.CharField(max_length=200, default="")
    scheme = models.CharField(max_length=200, default="")
    classification = models.CharField(max_length=200, default="")
    series = models.CharField(max_length=200, default="")
    victim_identified = models.BooleanField(null=True)
    licence = models.CharField(max_length=LONGEST, default="")
    basis = models.CharField(max_length=LONGEST, default="")
    jurisdiction = models.CharField(max_length=2, default="")
    source = models.CharField(max_length=200, default="")
    updated = models.DateTimeField(null=True)
    ends = models.DateField(null=True)
    positive = models.PositiveSmallIntegerField(default=0)
    negative = models.PositiveSmallIntegerField(default=0)
    classes_differ = models.BooleanField(default=False)
    signals_mark = models.BigIntegerField(null=True)
    body = models.BinaryField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["intake", "row"])]

    def __str__(self) -> str:
        return self.ident

    @classmethod
    def erase(cls, **record: Any) -> None:
        """Erase what was read of an intake, or of all of a list, named as for `of`: nothing hangs on the rows."""
        cls.of(**record)._raw_delete("default")  # type: ignore[attr-defined]  # noqa: SLF001
