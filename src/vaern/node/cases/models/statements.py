"""What is said in a case: facts and assessments apart (LED article 7). Rows are added and never changed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.cases.models.case import Case
from vaern.node.cases.models.people import Party
from vaern.node.cases.rules.gradings import Confidence, Credibility, Nature, Source
from vaern.node.organisations.models import Owned, Person, among, choices


class Statement(Owned):
    """One sentence of a case.

    Attributes:
        nature: a fact, or an assessment of somebody here.
        source, credibility: how reliable the source is, and how exact the information; of facts.
        confidence: how sure the assessor is; of assessments.
        sealed: the words, sealed.
        happened_at: when it happened; it stands in the lane of facts of the timeline then.
        corrects: the statement that this one corrects; both stay, and the later one counts.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "sealed": (
                Whom.SUSPECT,
                Whom.CHILD,
            )
        },
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="statements")
    number = models.PositiveIntegerField()
    nature = models.CharField(max_length=12, choices=choices(Nature))
    source = models.CharField(max_length=1, choices=choices(Source), default="")
    credibility = models.CharField(max_length=1, choices=choices(Credibility), default="")
    confidence = models.CharField(max_length=10, choices=choices(Confidence), default="")
    party = models.ForeignKey(Party, on_delete=models.SET_NULL, null=True, related_name="statements")
    sealed = SealedField("case")
    happened_at = models.DateTimeField(null=True)
    corrects = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="corrected_by")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="statement_number", fields=["case", "number"]),
            models.CheckConstraint(
                name="statement_marked",
                condition=(Q(nature=Nature.FACT.value, confidence="") & among("source", Source))
                & among("credibility", Credibility)
                | (Q(nature=Nature.ASSESSMENT.value, source="", credibility="") & among("confidence", Confidence)),
            ),
            models.CheckConstraint(name="statement_not_of_itself", condition=~Q(corrects=F("id"))),
        ]

    def __str__(self) -> str:
        return f"statement {self.number}"
