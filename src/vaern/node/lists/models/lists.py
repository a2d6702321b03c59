"""Hash lists: what one is, under which terms it may be used, and how far the lists on disk are."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from vaern.losing import LOST, LOST_PERCENT
from vaern.node.base.personal import Ends, Personal
from vaern.node.casework.models import Casework
from vaern.node.lists.rules import floods
from vaern.node.lists.rules.lists import SAME_DISTANCE, Holds, Purpose, Tells, Wishes
from vaern.node.lists.rules.proposals import Proposes
from vaern.node.lists.rules.subsets import Stands
from vaern.node.organisations.models import among, choices


class HashList(Casework):
    """A list of known material, or of what is no hash: addresses, domains, digests of keywords, wallets.

    Attributes:
        name: in addresses, folders and answers; unique in the node, and never changed.
        title: as people call it.
        holds: what its entries are.
        purpose: what a hit means.
        wishes: which wishes of survivors its entries are made of (`lists.survivors`), and never by hand; "" for none.
        scheme: in which votes on a class are given: "NCMEC", "VICS 2.0 UK"; "" where only yes or no is asked.
        source: who makes it.
        jurisdiction: under whose law it was classified; "" where that differs from entry to entry.
        basis: the legal basis on which it is held.
        licence, licence_words: its licence of use: a code that its entries and packages carry, and what it says.
        licence_kinds: kinds of organisation that may use it; none for all.
        pass_on: whether a recipient may pass it on.
        hosted: every program with a key for look-ups may be matched against it, without its organisation holding it.
        tells: what such a program hears of a hit.
        distance: bits by which a PDQ value may differ for a near hit.
        flood_hits, flood_factor, flood_callers: from where on hits on an entry are a flood (`rules.floods.Bounds`).
        lost_count, lost_percent: how much a file may take away before a second person agrees (`losing.Bounds`).
        csv_mapping: how tables that come in are read (`formats.csv_mapping`); empty: by their headers alone.
        change: number of the last change of an entry. Every entry has the number of its own last change.
        published: up to which change the list on disk is.
        checked: up to which change its entries were compared with what speaks against them.
        read, read_against: up to which change they were, all of them, while files were read; and with what as it was
            then (`lists.base.against.states`).
        followed: up to which change the matches with it follow its entries (`lists.base.standing`).
        live … ended: how many entries are in each state.
        led_to, led_to_on: how many things of each kind (`rules.effects.EffectKind`) rest on its matches, as they were
            counted on that day; None before the first night.
        stands_change, stands_at: as of which change it was counted under which terms its entries stand (`ListStands`),
            and when; None before the first time.
        proposes, proposed_at: how often it proposes a signed release by itself ("": never), and when one was proposed.
        freshness: how old what it has of an earlier source is (`vaern.matching.Freshness`), until it is fetched whole
            from another; None where nobody fetched it, or it is kept by hand.
        figures: its error rates are published.
        figures_closed: the first day of the last month whose hits are counted for good (`rules.figures`).
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        plain=(
            "name",
            "title",
            "scheme",
            "source",
            "jurisdiction",
            "basis",
            "licence",
            "licence_words",
            "licence_kinds",
            "csv_mapping",
            "led_to",
            "read_against",
            "freshness",
        ),
    )

    KIND: ClassVar[str] = "list"

    name = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=100)
    synthetic = models.BooleanField(default=False)
    holds = models.CharField(max_length=20, choices=choices(Holds), default=Holds.FILES.value)
    purpose = models.CharField(max_length=20, choices=choices(Purpose), default=Purpose.KNOWN.value)
    wishes = models.CharField(max_length=10, choices=choices(Wishes), default="")
    scheme = models.CharField(max_length=60, default="")
    source = models.CharField(max_length=200, default="")
    jurisdiction = models.CharField(max_length=2, default="")
    basis = models.CharField(max_length=500, default="")
    licence = models.CharField(max_length=60, default="")
    licence_words = models.CharField(max_length=2_000, default="")
    licence_kinds = ArrayField(models.CharField(max_length=20), default=list)
    pass_on = models.BooleanField(default=False)
    hosted = models.BooleanField(default=False)
    tells = models.CharField(max_length=10, choices=choices(Tells), default=Tells.VERDICT.value)
    distance = models.PositiveSmallIntegerField(default=SAME_DISTANCE)
    flood_hits = models.PositiveIntegerField(default=floods.HITS)
    flood_factor = models.PositiveIntegerField(default=floods.FACTOR)
    flood_callers = models.PositiveSmallIntegerField(default=floods.CALLERS)
    lost_count = models.PositiveIntegerField(default=LOST)
    lost_percent = models.PositiveSmallIntegerField(default=LOST_PERCENT)
    csv_mapping = models.JSONField(default=dict)
    change = models.PositiveBigIntegerField(default=0)
    published = models.PositiveBigIntegerField(default=0)
    checked = models.PositiveBigIntegerField(default=0)
    read = models.PositiveBigIntegerField(default=0)
    read_against = models.JSONField(default=dict)
    followed = models.PositiveBigIntegerField(default=0)
    live = models.PositiveBigIntegerField(default=0)
    disputed = models.PositiveBigIntegerField(default=0)
    quarantined = models.PositiveBigIntegerField(default=0)
    recalled = models.PositiveBigIntegerField(default=0)
    ended = models.PositiveBigIntegerField(default=0)
    led_to = models.JSONField(default=dict)
    led_to_on = models.DateField(null=True)
    stands_change = models.PositiveBigIntegerField(null=True)
    stands_at = models.DateTimeField(null=True)
    proposes = models.CharField(max_length=10, choices=choices(Proposes), default="")
    proposed_at = models.DateTimeField(null=True)
    freshness = models.JSONField(null=True)
    figures = models.BooleanField(default=False)
    figures_closed = models.DateField(null=True)

    class Meta(Casework.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(name="list_holds", condition=among("holds", Holds)),
            models.CheckConstraint(name="list_purpose", condition=among("purpose", Purpose)),
            models.CheckConstraint(
                name="list_wishes",
                condition=Q(wishes="")
                | among("wishes", Wishes) & Q(purpose=Purpose.SURVIVORS.value, holds=Holds.FILES.value),
            ),
            models.CheckConstraint(name="list_proposes", condition=Q(proposes="") | among("proposes", Proposes)),
            models.CheckConstraint(name="list_tells", condition=among("tells", Tells)),
            models.CheckConstraint(name="list_distance", condition=Q(distance__lte=256)),
            models.CheckConstraint(name="list_published", condition=Q(published__lte=models.F("change"))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "name"]),
            models.Index(fields=["organisation", "review_date"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def stands(self) -> Stands:
        """Under which terms an entry stands that does not say."""
        return Stands(self.licence, self.basis, self.jurisdiction)

    @property
    def matched(self) -> int:
        """How many entries are matched against (`rules.entries.MATCHED`)."""
        return self.live + self.disputed

    @property
    def total(self) -> int:
        """How many entries it has, in all states."""
        return self.live + self.disputed + self.quarantined + self.recalled + self.ended

    @property
    def to_do(self) -> bool:
        """Whether entries wait for a person."""
        return bool(self.disputed or self.quarantined)
