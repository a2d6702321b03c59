"""What has to be done in a case, by whom and until when."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.cases.models.case import Case
from vaern.node.organisations.models import Owned, Person


class Task(Owned):
    """One thing to do.

    Attributes:
        sealed: what, in words, sealed.
        owner: who does it.
        due_on: the last day; after it the task needs attention until it is done.
        done_at, done_by: when it was done, and who said so; None while it is not.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"sealed": (Whom.SUSPECT,)})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    number = models.PositiveIntegerField()
    sealed = SealedField("case")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="task_number", fields=["case", "number"]),
            models.CheckConstraint(
                name="task_done_by_somebody",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="task_due", fields=["organisation", "due_on"], condition=Q(done_at__isnull=True)),
            models.Index(name="task_owner", fields=["owner", "due_on"], condition=Q(done_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"task {self.number}"
