"""Records of the cross-check desk: suggestions to talk and answers about countries. Deleted with the record."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal
from vaern.node.base.scope import Scoped, Visible
from vaern.node.crosscheck.models.registry import Enrolment, Meeting
from vaern.node.crosscheck.rules.desk import Because
from vaern.node.exchange.models import Peer
from vaern.node.organisations.models import Organisation, Owned, Person, among, choices

if TYPE_CHECKING:
    from uuid import UUID

_CODE = 16


class Nudge(Scoped):
    """The desk suggests to both sides of a meeting that they say who they are.

    Attributes:
        because: what the desk saw.
        by: who suggested it; the sides see that the desk did.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD)

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="nudges")
    because = models.CharField(max_length=_CODE, choices=choices(Because))
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = Visible("by__organisation")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="crosscheck_nudge", condition=among("because", Because))]

    def __str__(self) -> str:
        return f"nudge {self.pk}"


class CountryQuestion(Owned):
    """An organisation asks the desk to which country a record of its own belongs.

    Attributes:
        host, address: where the host is, and the network address, as a trace of the organisation said; "" if unknown.
        proposals: the countries with their points and lines, as computed when it was asked; no record stands in it.
        weights: the version that they were computed with.
        answered_at, answered_by: when the desk passed the answer on; before that the organisation sees nothing of it.
        declined: the desk passed on that it cannot say.
        hub: the node that answers; None if a desk of this one does.
        desks: to which desks of the countries a report can be forwarded, as the hub's directory has them.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        plain=(
            "host",
            "address",
            "proposals",
            "weights",
            "desks",
        ),
    )

    if TYPE_CHECKING:
        organisation_id: UUID

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="country_questions")
    host = models.CharField(max_length=2, default="")
    address = models.CharField(max_length=2, default="")
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    proposals = models.JSONField(default=list)
    weights = models.CharField(max_length=20)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    declined = models.BooleanField(default=False)
    hub = models.ForeignKey(Peer, on_delete=models.PROTECT, null=True, related_name="+")
    desks = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="crosscheck_country_asked_once", fields=["enrolment"], condition=Q(answered_at=None)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["asked_at", "id"])]

    def __str__(self) -> str:
        return f"country question {self.pk}"


class Naming(Owned):
    """Whether an organisation's country may be named to others who hold the same keys. Off by default.

    Attributes:
        country: it does.
        by, at: who decided, and when.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT, because="a setting of the organisation; who chose it is an id, whose row is emptied with the account"
    )

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, primary_key=True, related_name="+")
    country = models.BooleanField(default=False)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"naming of {self.organisation_id}"
