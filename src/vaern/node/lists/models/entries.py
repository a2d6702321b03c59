"""The entries of hash lists. A list has millions, so a row is small and has only what lists of entries are asked by."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped
from vaern.node.casework.scope import Released
from vaern.node.ledger.rules import Subject
from vaern.node.lists.models.lists import HashList
from vaern.node.lists.rules.entries import EntryState, ledger_id
from vaern.node.lists.rules.subsets import LONGEST, Stands
from vaern.node.organisations.models import among, choices
from vaern.records import Entry

if TYPE_CHECKING:
    import uuid


class OfList(Released):
    """Manager of what hangs on a list: seen by whoever sees the list, its owner or who received it."""

    def visible_to(self, organisation: uuid.UUID) -> Q:
        """Return the condition under which this organisation may see a row."""
        from django.apps import apps

        given = apps.get_model("casework", "Release").valid().filter(kind=HashList.KIND, recipient=organisation)
        return Q(list__organisation=organisation) | Q(list__in=given.values("record"))


class ListEntry(Scoped):
    """One entry of a list: what the source says, and what became of it here.

    Attributes:
        ident: its id within the list, as the source has it.
        change: number of its last change within the list, by which the list on disk follows.
        born: number of its first change, once it had another; None before.
        state: how it is with it.
        scheme, classification, series, victim_identified, licence, basis, jurisdiction, source, updated: of what the
            source says, that by which entries are looked for and told apart (`rules.subsets.Stands`).
        positive, negative: how many organisations say that it belongs on the list, and that it does not: the source's
            votes and those given here. A no that was settled does not count.
        classes_since: since when votes give it several classes of one scheme, and a person has yet to look; None where
            they do not (`rules.classes`).
        settled: the organisations whose no whoever keeps the list has settled, by name; None where nothing was.
        classes_settled: the classes that whoever keeps the list has looked at, each with who gave it and its scheme;
            None where none was.
        signals_mark: 64 bits by which its signals are told from others (`rules.entries.mark_of`).
        ends: the day from which it is no longer held; None for as long as its list.
        body: the whole entry as the source says it (`vaern.records.Entry`, MessagePack): all signals, also those that
            nobody here can compute, and all that no column has. Nothing of a source is lost on the way through.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {"body": (Whom.CHILD,), "series": (Whom.CHILD,), "ident": (Whom.CHILD,)},
        plain=("scheme", "classification", "licence", "basis", "jurisdiction", "source", "settled", "classes_settled"),
    )

    KIND: ClassVar[str] = "entry"

    if TYPE_CHECKING:
        list_id: uuid.UUID

    list = models.ForeignKey(  # who adds entries holds the row of their list: a check of each would only cost time
        HashList, on_delete=models.CASCADE, related_name="entries", db_index=False, db_constraint=False
    )
    ident = models.CharField(max_length=200)
    change = models.PositiveBigIntegerField()
    born = models.PositiveBigIntegerField(null=True)
    state = models.CharField(max_length=12, choices=choices(EntryState), default=EntryState.LIVE.value)
    scheme = models.CharField(max_length=200, default="")
    classification = models.CharField(max_length=200, default="")
    series = models.CharField(max_length=200, default="")
    victim_identified = models.BooleanField(null=True)
    licence = models.CharField(max_length=LONGEST, default="")
    basis = models.CharField(max_length=LONGEST, default="")
    jurisdiction = models.CharField(max_length=2, default="")
    source = models.CharField(max_length=200, default="")
    updated = models.DateTimeField(null=True)
    added_at = models.DateTimeField(default=timezone.now)
    ends = models.DateField(null=True)
    positive = models.PositiveSmallIntegerField(default=0)
    negative = models.PositiveSmallIntegerField(default=0)
    classes_since = models.DateTimeField(null=True)
    settled = models.JSONField(null=True)
    classes_settled = models.JSONField(null=True)
    signals_mark = models.BigIntegerField(null=True)
    body = models.BinaryField()

    objects = OfList()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="entry_ident", fields=["list", "ident"]),
            models.CheckConstraint(name="entry_state", condition=among("state", EntryState)),
            models.CheckConstraint(  # a no goes to a person, whichever way it came
                name="entry_no_is_disputed", condition=~Q(state=EntryState.LIVE.value) | Q(negative=0)
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="entry_change", fields=["list", "change"]),
            models.Index(
                name="entry_not_live", fields=["list", "state", "change"], condition=~Q(state=EntryState.LIVE.value)
            ),
            models.Index(
                name="entry_class", fields=["list", "classification", "change"], condition=~Q(classification="")
            ),
            models.Index(name="entry_series", fields=["list", "series", "change"], condition=~Q(series="")),
            *(  # by which a subset of few entries of a large list is found
                models.Index(name=f"entry_{terms}", fields=["list", terms, "change"], condition=~Q(**{terms: ""}))
                for terms in Stands._fields
            ),
            models.Index(name="entry_settled", fields=["list"], condition=Q(settled__isnull=False)),
            models.Index(
                name="entry_classes_since", fields=["list", "classes_since"], condition=Q(classes_since__isnull=False)
            ),
            models.Index(name="entry_classes_settled", fields=["list"], condition=Q(classes_settled__isnull=False)),
            models.Index(name="entry_ends", fields=["ends"], condition=Q(ends__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.ident

    @property
    def record(self) -> Entry:
        """The entry as the source says it."""
        return msgspec.msgpack.decode(bytes(self.body), type=Entry)

    @property
    def stands(self) -> Stands:
        """Under which terms its source says that it stands."""
        return Stands(self.licence, self.basis, self.jurisdiction)

    @property
    def subject(self) -> Subject:
        """The entry as a subject of the ledger."""
        return Subject(self.KIND, ledger_id(self.list_id, self.ident), self.list.organisation_id)
