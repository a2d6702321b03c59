"""The one table: one draft per person, page and form."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.casework.drafts.rules import LONGEST_ADDRESS, purpose_of
from vaern.node.organisations.models import Person


class Draft(models.Model):
    """Unsaved input of one form.

    Attributes:
        page: the path of the page that shows the form.
        form: the path that the form is submitted to; with `page` it identifies the form.
        sealed: its values, sealed for this person alone (`store.py`).
        ends_at: when it is erased; typing again postpones that.
    """

    PERSONAL: ClassVar = Personal(
        Ends.DATE,
        {
            "sealed": (
                Whom.STAFF,
                Whom.REPORTER,
                Whom.CHILD,
                Whom.SUSPECT,
            )
        },
        plain=(
            "page",
            "form",
        ),
    )

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=LONGEST_ADDRESS)
    form = models.CharField(max_length=LONGEST_ADDRESS)
    sealed = SealedField(lambda draft: purpose_of(draft.person_id))
    typed_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="draft_of_a_form", fields=["person", "page", "form"]),
            models.CheckConstraint(name="draft_ends", condition=Q(ends_at__gt=F("typed_at"))),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"
