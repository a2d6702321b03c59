"""Documents that come back from a workstation: read and compared with a record, before a person takes them."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped, Visible
from vaern.node.casework.workstations.graded import Counted
from vaern.node.casework.workstations.rules import UNDER_WAY, GradedState
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Owned, Person, among, choices

if TYPE_CHECKING:
    from vaern.node.casework.models import Casework

LONGEST_KEY = 200
LONGEST_FAULT = 500


class GradedDocument(Owned):
    """Graded VICS that an organisation's people brought back for one record.

    Attributes:
        kind, record: for what: the model's `KIND`, and its id.
        size, received: bytes that were announced, and that came.
        sha256: of the document.
        read, found, unknown: media that were read so far, that are something of the record, and that are nothing of it.
        faults: how many things are wrong; the first are `GradedFault`s.
        examiner: who graded, in the document's words.
        categories: each once, with how many media it has: `graded.Counted`.
        chosen: of those that are taken, by their place in `categories`, what a person said that each means.
        taken: media that were taken so far.
        outcome: what became of them, by what the record's kind counts.
        why: what stopped it.
        reason, words: why it is taken.
    """

    PERSONAL: ClassVar = Personal(
        Ends.DATE,
        plain=("kind", "sha256", "examiner", "categories", "chosen", "outcome", "why", "reason", "words"),
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    record = models.UUIDField()
    state = models.CharField(max_length=12, choices=choices(GradedState), default=GradedState.RECEIVING.value)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="")
    read = models.PositiveBigIntegerField(default=0)
    found = models.PositiveBigIntegerField(default=0)
    unknown = models.PositiveBigIntegerField(default=0)
    faults = models.PositiveBigIntegerField(default=0)
    examiner = models.CharField(max_length=200, default="")
    categories = models.JSONField(default=list)
    chosen = models.JSONField(default=dict)
    taken = models.PositiveBigIntegerField(default=0)
    outcome = models.JSONField(default=dict)
    why = models.CharField(max_length=1_000, default="")
    reason = models.CharField(max_length=40, default="")
    words = models.CharField(max_length=2_000, default="")
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(Owned.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(name="graded_state", condition=among("state", GradedState)),
            models.UniqueConstraint(
                name="graded_one_at_a_time",
                fields=["organisation", "kind", "record"],
                condition=Q(state__in=[state.value for state in UNDER_WAY]),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "record"]), models.Index(fields=["started_at"])]

    def __str__(self) -> str:
        return f"graded VICS of {self.started_at:%Y-%m-%d}"

    @property
    def subject(self) -> Subject:
        """What it is about, as a subject of the ledger."""
        return Subject(self.kind, self.record, self.organisation_id)

    @property
    def counted(self) -> list[Counted]:
        """Its categories, with how many media each has."""
        return msgspec.convert(self.categories, list[Counted])

    @property
    def graded(self) -> dict[int, Counted]:
        """The categories in which somebody graded media of the record, by their place."""
        return {place: one for place, one in enumerate(self.counted) if one.category.grades and one.media}

    @property
    def untaken(self) -> dict[str, int]:
        """What it says beside categories and is not taken, and of how many media, by the name of the field."""
        return dict(sum((Counter(one.said) for one in self.counted), Counter()))

    @property
    def kept(self) -> dict[str, int]:
        """What it says beside categories and is kept with the grades, of how many media, by the name of the field."""
        return dict(sum((Counter(one.kept) for one in self.counted), Counter()))

    @property
    def to_take(self) -> int:
        """How many media are taken in all, once it was said of which categories."""
        return sum(one.media for place, one in self.graded.items() if str(place) in self.chosen)

    @property
    def signature(self) -> str:
        """What is kept beside each grade: which document it stood in, and who graded by that."""
        mark = f"VICS {self.sha256[:12]}"
        return f"{mark}: {self.examiner}" if self.examiner else mark

    @classmethod
    def for_record(cls, organisation: uuid.UUID, record: Casework) -> models.QuerySet[Any]:
        """Return the documents that an organisation brought back for a record."""
        return cls.everywhere.filter(organisation=organisation, kind=record.KIND, record=record.pk)


class GradedMedium(Scoped):
    """What of the record a medium of a document is, and its category; gone once the document is taken or rejected.

    Attributes:
        key: of what it is: an MD5 of findings, the number of a file of a series, the id of an entry.
        category: its place among those of the document.
        said: what is kept with the grade (`said.kept_of`), by the name of the field.
        medium: the record of the document.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, {"key": (Whom.CHILD,), "said": (Whom.CHILD, Whom.SUSPECT)})

    document = models.ForeignKey(GradedDocument, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=LONGEST_KEY)
    category = models.PositiveIntegerField()
    said = models.JSONField(default=dict)
    medium = models.PositiveBigIntegerField()

    objects: ClassVar[models.Manager[Any]] = Visible("document__organisation")

    class Meta(Scoped.Meta):
        constraints: ClassVar = [models.UniqueConstraint(name="graded_medium_once", fields=["document", "key"])]

    def __str__(self) -> str:
        return self.key


class GradedFault(Scoped):
    """Something in a document that could not be used, and at which of its media."""

    PERSONAL: ClassVar = Personal(Ends.DATE, plain=("what",))

    document = models.ForeignKey(GradedDocument, on_delete=models.CASCADE, related_name="+", db_index=False)
    medium = models.PositiveBigIntegerField()
    what = models.CharField(max_length=LONGEST_FAULT)

    objects: ClassVar[models.Manager[Any]] = Visible("document__organisation")

    class Meta(Scoped.Meta):
        indexes: ClassVar = [models.Index(fields=["document", "medium", "id"])]

    def __str__(self) -> str:
        return f"{self.medium}: {self.what}"
