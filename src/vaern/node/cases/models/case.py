"""The case: columns for finding and sorting. What people wrote of it stands sealed in tables of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal
from vaern.node.cases.rules.case import TO_DO, State
from vaern.node.casework.models import Casework
from vaern.node.organisations.models import Person, among, choices

if TYPE_CHECKING:
    import uuid

SEALED = "case"
"""The purpose under which what people write of a case is sealed (`base.sealing`)."""

IS_TO_DO = Q(state__in=sorted(state.value for state in TO_DO))


class Case(Casework):
    """One investigation of one organisation.

    Attributes:
        code: its name among people: eight random letters and digits, unique on the node. It stays after a merge.
        reference: the organisation's own journal number; "" until it has one. Never a name.
        lead: who answers for it.
        version: counts the changes of the columns here; a change names the version that it was made on.
        urgent: a child may be in danger now.
        outcome: the last outcome code that was said of it (`reports.rules.outcomes`); "" while there is none.
        safeguarded: whether a victim of it was safeguarded; no later code takes that back.
        silent_until: until this day no outcome of it leaves; None where outcomes are told at once.
        merged_into, merged_from: the case that absorbed it, and the state that it had then.
        touched_at: when a person last did something to it.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        plain=(
            "code",
            "reference",
            "outcome",
            "merged_from",
        ),
    )

    KIND: ClassVar[str] = "case"
    READ_WITH: ClassVar[tuple[str, ...]] = ("organisation__member", "lead")

    if TYPE_CHECKING:
        lead_id: uuid.UUID | None
        merged_into_id: uuid.UUID | None

    code = models.CharField(max_length=9, unique=True)
    reference = models.CharField(max_length=60, default="")
    synthetic = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=choices(State), default=State.OPENED.value)
    lead = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    urgent = models.BooleanField(default=False)
    outcome = models.CharField(max_length=24, default="")
    safeguarded = models.BooleanField(default=False)
    silent_until = models.DateField(null=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="absorbed")
    merged_from = models.CharField(max_length=20, default="")
    opened_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta(Casework.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(name="case_state", condition=among("state", State)),
            models.CheckConstraint(name="case_not_in_itself", condition=~Q(merged_into=F("id"))),
            models.CheckConstraint(
                name="case_merged",
                condition=Q(state=State.MERGED.value, merged_into__isnull=False)
                | (~Q(state=State.MERGED.value) & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="case_closed_has_a_day", condition=~Q(state=State.CLOSED.value) | Q(closed_at__isnull=False)
            ),
            models.UniqueConstraint(
                name="case_reference", fields=["organisation", "reference"], condition=~Q(reference="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="case_work", fields=["organisation", "-urgent", "touched_at", "id"], condition=IS_TO_DO),
            models.Index(fields=["organisation", "state", "-opened_at", "id"]),
            models.Index(fields=["organisation", "-opened_at", "id"]),
            models.Index(fields=["organisation", "lead", "-opened_at", "id"]),
            models.Index(fields=["organisation", "review_date"]),
            models.Index(
                "organisation",
                OpClass(Upper("reference"), name="text_pattern_ops"),
                name="case_reference_begins",
                condition=~Q(reference=""),
            ),
            models.Index(name="case_silent", fields=["silent_until"], condition=Q(silent_until__isnull=False)),
        ]

    @property
    def to_do(self) -> bool:
        """Whether there is something to do: its people work on it."""
        return State(self.state) in TO_DO

    @property
    def worker(self) -> uuid.UUID | None:
        """Who works on it: its lead."""
        return self.lead_id

    def __str__(self) -> str:
        return self.code
