"""Other nodes: who they are, how we stand to each, and how far each has come."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal
from vaern.node.exchange.rules.peers import CONFIRMED, State
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Person, among, choices


class Peer(models.Model):
    """Another node. Only administrators of the organisation that runs this one change how we stand to it.

    Attributes:
        name: its host; what its keys are named for.
        card: the newest signed card of it that is believed.
        issued: number of that card; an older one is never taken.
        address: where it answers; "" if it only opens connections outward.
        accepts: kinds of message that we take from it; no other is.
        sends: kinds of message that we send to it.
        countries: codes of the countries whose organisations it may list as its own.
        directory: number of the newest list of organisations taken from it.
        stream, numbered: of what we send: the stream, and how many places are given.
        their_stream, up_to: of what it sends: the stream, and up to where all has come.
        receipts_numbered: how many of our receipts to it have numbers.
        envelopes, their_envelope: how many envelopes of this stream we made for it, and the number of its newest.
        heard: up to which number we have its receipts.
        they_heard: up to which number it has ours.
        they_have, they_hold: up to where, and beyond it what, it has said that it keeps of our stream.
        their_room: how many messages it took when it was asked last.
        our_key: id of our newest signing key that it knows of.
        tried_at, answered_at: when we last called it, and when an envelope of it last came.
        failing_since, problem: since when calls fail, and why the last did; for administrators.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=(
            "name",
            "card",
            "address",
            "accepts",
            "sends",
            "countries",
            "they_hold",
            "our_key",
            "problem",
            "because",
        ),
        because="who let another country's node in, and when, is the account of the alliance: an id, whose row is "
        "emptied with the account",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=253, unique=True)
    state = models.CharField(max_length=12, choices=choices(State), default=State.MET.value)
    card = models.BinaryField()
    issued = models.BigIntegerField()
    address = models.CharField(max_length=300, blank=True)
    accepts = ArrayField(models.CharField(max_length=60), default=list)
    sends = ArrayField(models.CharField(max_length=60), default=list)
    countries = ArrayField(models.CharField(max_length=2), default=list)
    directory = models.BigIntegerField(default=0)
    stream = models.BigIntegerField(default=1)
    numbered = models.BigIntegerField(default=0)
    their_stream = models.BigIntegerField(default=0)
    up_to = models.BigIntegerField(default=0)
    receipts_numbered = models.BigIntegerField(default=0)
    envelopes = models.BigIntegerField(default=0)
    their_envelope = models.BigIntegerField(default=0)
    heard = models.BigIntegerField(default=0)
    they_heard = models.BigIntegerField(default=0)
    they_have = models.BigIntegerField(default=0)
    they_hold = ArrayField(models.BigIntegerField(), default=list)
    their_room = models.IntegerField(default=1)
    our_key = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    met_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    because = models.CharField(max_length=400, blank=True)
    tried_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    problem = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="peer_state", condition=among("state", State)),
            models.CheckConstraint(
                name="peer_active_was_confirmed",
                condition=~Q(state__in=sorted(one.value for one in CONFIRMED)) | Q(confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject("peer", self.id)
