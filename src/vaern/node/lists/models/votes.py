"""Votes of organisations on entries, given on this node."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal
from vaern.node.base.scope import Scoped
from vaern.node.lists.models.entries import ListEntry
from vaern.node.organisations.models import Organisation, Person


class EntryVote(Scoped):
    """What one organisation says of one entry; a later vote of the same organisation takes the place of the earlier.

    Attributes:
        country: of the organisation on that day; "" for one of no country.
        opinion: whether the entry belongs on the list.
        view: whether its own people viewed the entry's file, or it relies on somebody who did.
        scheme, classification: its class, in its scheme; "" where it only says yes or no.
        words: why, in words; asked for of whoever says no.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, plain=("country", "scheme", "classification", "words"))

    OPINIONS: ClassVar = [("positive", "positive"), ("negative", "negative"), ("unsure", "unsure")]
    VIEWS: ClassVar = [("independent", "independent"), ("inherited", "inherited")]

    entry = models.ForeignKey(ListEntry, on_delete=models.CASCADE, related_name="votes", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    country = models.CharField(max_length=2, default="")
    opinion = models.CharField(max_length=10, choices=OPINIONS)
    view = models.CharField(max_length=12, choices=VIEWS)
    scheme = models.CharField(max_length=200, default="")
    classification = models.CharField(max_length=200, default="")
    words = models.CharField(max_length=500, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="vote_once", fields=["entry", "organisation"]),
            models.CheckConstraint(name="vote_opinion", condition=Q(opinion__in=["positive", "negative", "unsure"])),
            models.CheckConstraint(name="vote_view", condition=Q(view__in=["independent", "inherited"])),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "-at", "id"])]

    def __str__(self) -> str:
        return self.opinion
