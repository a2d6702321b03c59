"""Look-ups: under which policy an organisation's programs ask, what they asked, and what was found."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped, Visible
from vaern.node.lists.rules.feedback import AGREES, Claim, Outcome
from vaern.node.organisations.models import Organisation, Person, among, choices


class LookupPolicy(Scoped):
    """What an organisation's programs may conclude from a hit: how many votes of how many countries an act needs.

    Each version is a row; the newest counts.

    Attributes:
        service: what kind of service asks: hosting, interpersonal communication …
        country: the law of which country it is held to.
        acts: by act, `{"votes": 2, "countries": 2, "independent": true, "classes": {"scheme": ["A1"]}}`.
        coarse: it hears the act alone, and nothing of the entry.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT, plain=("service", "country", "acts"), because="an answer is explained by it"
    )

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField()
    service = models.CharField(max_length=20)
    country = models.CharField(max_length=2, default="")
    acts = models.JSONField(default=dict)
    coarse = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    objects = Visible()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="lookup_policy", fields=["organisation", "version"])]

    def __str__(self) -> str:
        return f"version {self.version}"


class SpoolMark(models.Model):
    """How far a file of the look-up service's spool was entered: moved in the transaction that enters its records."""

    PERSONAL: ClassVar = Personal(plain=("name",))

    name = models.CharField(max_length=120, primary_key=True)
    offset = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class LookupBatch(Scoped):
    """The calls of one key that were entered together, or one of a person: one entry of the ledger covers them.

    Attributes:
        key: of the caller; None of a person.
        by: who looked up by hand; None of a program.
        calls, signals, hits, entries: how many calls there were, of how many signals, with how many hits; how many
            entries of lists they fetched.
        at, until: when the first and the last of them was answered.
        root: of the Merkle tree (RFC 6962) over the leaves; the entry of the ledger has it.
        leaves: of each call the leaf that it has in that tree (`vaern.lookup.leaves`), a line each, in their order and
            compressed: whoever has what was asked can show that it was, and ask the same again.
        entry: number of the entry of the ledger.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, plain=("leaves", "root"))

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.UUIDField(null=True)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
    calls = models.PositiveIntegerField()
    signals = models.PositiveBigIntegerField()
    hits = models.PositiveIntegerField(default=0)
    entries = models.PositiveBigIntegerField(default=0)
    root = models.BinaryField(max_length=32)
    leaves = models.BinaryField()
    entry = models.BigIntegerField(null=True)
    ends = models.DateField()

    objects = Visible()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "-at", "id"]), models.Index(fields=["ends"])]

    def __str__(self) -> str:
        return f"{self.calls} calls"


class LookupState(models.Model):
    """Which lists an index stood for, so that a call can be made again; kept as long as a call was answered from it.

    Attributes:
        index: digest of the lists, as the answers have it.
        lists: of each name, release and sequence, in the order in which they were asked.
        names: of the lists; of a subset, that of its list.
    """

    PERSONAL: ClassVar = Personal(plain=("index", "lists", "names"))

    index = models.CharField(max_length=64, primary_key=True)
    lists = models.JSONField()
    names = ArrayField(models.CharField(max_length=200))
    ends = models.DateField(db_index=True)

    def __str__(self) -> str:
        return self.index


class LookupDay(models.Model):
    """How many calls were answered from some lists on a day, with a hit or without: what hits are held against."""

    PERSONAL: ClassVar = Personal()

    state = models.ForeignKey(LookupState, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    calls = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="lookup_day", fields=["state", "day"])]

    def __str__(self) -> str:
        return f"{self.day}: {self.calls}"


class LookupCall(Scoped):
    """One call that had hits, as the look-up service's spool has it.

    Attributes:
        call: its id, which the caller got.
        batch, position: in which batch, and where in it.
        purpose, reference: as the caller said them.
        protocol: in which words it asked: our own, HMA's …
        signals: how many by kind.
        index: digest of the state of the lists that it was answered from.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, plain=("purpose", "reference", "protocol", "signals", "index"))

    call = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(LookupBatch, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    at = models.DateTimeField()
    purpose = models.CharField(max_length=100, default="")
    reference = models.CharField(max_length=200, default="")
    protocol = models.CharField(max_length=20, default="")
    signals = models.JSONField(default=dict)
    hits = models.PositiveIntegerField(default=0)
    index = models.CharField(max_length=64)

    objects = Visible()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "-at", "call"])]

    def __str__(self) -> str:
        return str(self.call)


class LookupHit(Scoped):
    """One match that a look-up was answered with, so that a recall finds whoever heard of it."""

    PERSONAL: ClassVar = Personal(Ends.DATE, {"entry": (Whom.CHILD,)}, plain=("list", "release", "kind", "act"))

    answered = models.ForeignKey(LookupCall, on_delete=models.CASCADE, related_name="found")
    list = models.CharField(max_length=200)
    release = models.CharField(max_length=200)
    entry = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    distance = models.PositiveSmallIntegerField(default=0)
    act = models.CharField(max_length=10, default="")

    objects = Visible("answered__organisation")

    class Meta:
        indexes: ClassVar = [models.Index(name="lookup_hit_entry", fields=["list", "entry"])]

    def __str__(self) -> str:
        return f"{self.list} {self.entry}"


class LookupAlarm(Scoped):
    """That a program or a person hit so many distinct entries that they may be enumerating a list.

    Attributes:
        organisation, key: of the program, for who manages its key.
        by: the person, for oversight; None of a program.
        code: `enumeration`, since when a program is told acts alone and a person is refused; `stopped`, since when a
            program is refused that day, and a person has gone on asking.
    """

    PERSONAL: ClassVar = Personal(Ends.DATE, plain=("code",))

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.UUIDField(null=True)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    code = models.CharField(max_length=20)
    at = models.DateTimeField()
    ends = models.DateField()

    objects = Visible()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "-at", "id"]), models.Index(fields=["ends"])]

    def __str__(self) -> str:
        return self.code


class EntryFeedback(Scoped):
    """What an organisation says of an entry or of a hash, by a program or by a person, for the curators, who decide.

    Attributes:
        organisation, key: of the caller; a person has no key.
        by: who contests the entry; None for a program.
        list, entry: of what; "" where the caller did not say.
        kind, value: the signal.
        opinion: positive, negative, unsure, or "" for a hash that is handed in as new.
        claim, classification, words: what a person says is wrong, which class it should have, and why; "" of a program.
        reasons: codes or words of the caller.
        outcome, answer: what came of it, and what whoever keeps the list says to it; "" while it waits.
        answered_at, answered_by: when, and by whom.
        read_at: when the organisation that contested read the answer.
    """

    PERSONAL: ClassVar = Personal(
        Ends.DATE,
        {"entry": (Whom.CHILD,), "value": (Whom.CHILD,)},
        plain=("list", "kind", "opinion", "classification", "words", "reasons", "answer"),
    )

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.UUIDField(null=True)
    list = models.CharField(max_length=200, default="")
    entry = models.CharField(max_length=200, default="")
    kind = models.CharField(max_length=20, default="")
    value = models.BinaryField(default=b"")
    opinion = models.CharField(max_length=10, default="")
    claim = models.CharField(max_length=12, choices=choices(Claim), default="")
    classification = models.CharField(max_length=60, default="")
    words = models.CharField(max_length=500, default="")
    reasons = models.JSONField(default=dict)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=12, choices=choices(Outcome), default="")
    answer = models.CharField(max_length=500, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)
    ends = models.DateField()

    objects = Visible()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="feedback_claim", condition=Q(claim="") | among("claim", Claim)),
            models.CheckConstraint(
                name="feedback_outcome",
                condition=Q(outcome="", answered_at=None) | among("outcome", Outcome) & Q(answered_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="contested_once", fields=["organisation", "list", "entry"], condition=Q(outcome="") & ~Q(claim="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="feedback_entry", fields=["list", "entry"]),
            models.Index(name="feedback_open", fields=["list", "at"], condition=Q(outcome="") & ~Q(opinion=AGREES)),
            models.Index(fields=["organisation", "-at", "id"]),
            models.Index(fields=["ends"]),
        ]

    def __str__(self) -> str:
        return self.claim or self.opinion

    @property
    def is_open(self) -> bool:
        """Whether it waits for whoever keeps the list."""
        return not self.outcome and self.opinion != AGREES
