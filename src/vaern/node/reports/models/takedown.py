"""Takedown of locations: hosts, traces, notices, holds, checks, blocks."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.law.models import LawRow
from vaern.node.organisations.models import Organisation, Owned, Person, among, choices
from vaern.node.reports.models.report import Item, Report
from vaern.node.reports.rules.locations import LocationState


class Host(Owned):
    """A party that can be notified: a hosting provider, a site's owner, or a registrar.

    Attributes:
        kind: host, owner or registrar.
        abuse: mail address for notices.
        language: of its notices, `en` or `da`.
        country, network: where it is, as the last trace that led to it said.
        used_at: when it was last notified or changed; erased a year later if nothing refers to it.
    """

    PERSONAL: ClassVar = Personal(
        Ends.DATE,
        {"name": (Whom.CONTACT,), "abuse": (Whom.CONTACT,)},
        plain=(
            "kind",
            "language",
            "country",
            "network",
        ),
    )

    kind = models.CharField(max_length=10, default="host")
    name = models.CharField(max_length=200)
    abuse = models.EmailField(default="")
    language = models.CharField(max_length=5, default="en")
    country = models.CharField(max_length=2, default="")
    network = models.CharField(max_length=40, default="")
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="host_name", fields=["organisation", "kind", "name"]),
            models.CheckConstraint(name="host_kind", condition=Q(kind__in=["host", "owner", "registrar"])),
        ]

    def __str__(self) -> str:
        return self.name


class Location(Owned):
    """The takedown of one item that has a location.

    Attributes:
        host, owner, registrar: who can be notified, in the order of escalation.
        ip, network, country: of the last trace.
        traced_at, traced_by, evidence: when, by whom, on what (sealed, purpose `trace`).
        police_told_at: when the police was told of it.
        misses, missed_at: number of consecutive checks that found nothing, and the moment of the last.
        level: how far it was escalated: 0 nobody yet, 1 host, 2 owner, 3 registrar, 4 police channel.
        first_notified_at, offline_at: for the time to removal.
        reminded: number of reminders of the last notice; set by `takedown.queries`.
        to_check: the host says that it is gone and nobody found it there since; set by `takedown.queries`.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "ip": (Whom.SUSPECT,),
            "evidence": (
                Whom.SUSPECT,
                Whom.CONTACT,
            ),
        },
        plain=(
            "network",
            "country",
        ),
    )

    if TYPE_CHECKING:
        report_id: uuid.UUID
        reminded: int
        to_check: bool

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="location")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="locations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=choices(LocationState), default=LocationState.UNTRACED.value)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(Host, on_delete=models.PROTECT, null=True, related_name="+")
    registrar = models.ForeignKey(Host, on_delete=models.PROTECT, null=True, related_name="+")
    ip = models.GenericIPAddressField(null=True)
    network = models.CharField(max_length=40, default="")
    country = models.CharField(max_length=2, default="")
    traced_at = models.DateTimeField(null=True)
    traced_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = SealedField("trace", default=b"")
    police_told_at = models.DateTimeField(null=True)
    misses = models.PositiveSmallIntegerField(default=0)
    missed_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True)
    first_notified_at = models.DateTimeField(null=True)
    offline_at = models.DateTimeField(null=True)
    reappeared = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="location_state", condition=among("state", LocationState)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "next_step_at"]),
            models.Index(fields=["organisation", "created_at", "id"]),
            *(
                models.Index(
                    name=f"location_{name}", fields=["organisation", field], condition=Q(**{f"{field}__isnull": False})
                )
                for name, field in (("notified", "first_notified_at"), ("offline", "offline_at"))
            ),
            models.Index(name="location_next", fields=["next_step_at"], condition=Q(next_step_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"location of {self.report_id}"


class Notice(Owned):
    """One notice to one host about one location.

    Attributes:
        token_digest: keyed digest of the token in the portal's address.
        level: of escalation at which it was sent.
        anonymous: it does not name the organisation.
        cites: code of the text that it cites as binding its host, for a national text with its version
            (`takedown/citations.py`); "" if it cites nothing.
        flagger: the award on which it claims priority (`flagging`), in the version that counted; None: it claims none.
        opened_at: when the portal's page was first opened with its token.
        answer: removed, moved, need_more or "" while there is none; answer_at, answer_words (sealed, purpose `notice`).
        removed_at, moved_to: when the host removed it, or where it says that it went (sealed, purpose `notice`).
        answers: how often it was answered or amended.
        corrected_at: when its host was told that the notice no longer stands.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {"answer_words": (Whom.CONTACT,), "moved_to": (Whom.SUSPECT,)},
        plain=(
            "token_digest",
            "legal_ground",
            "cites",
            "answer",
        ),
    )

    if TYPE_CHECKING:
        flagger_id: int | None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="notices")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    host = models.ForeignKey(Host, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=1)
    token_digest = models.BinaryField(max_length=32, unique=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reminded = models.PositiveSmallIntegerField(default=0)
    anonymous = models.BooleanField(default=False)
    legal_ground = models.CharField(max_length=40, default="")
    cites = models.CharField(max_length=40, default="")
    flagger = models.ForeignKey(LawRow, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=10, default="")
    answer_at = models.DateTimeField(null=True)
    answer_words = SealedField("notice", default=b"")
    removed_at = models.DateTimeField(null=True)
    moved_to = SealedField("notice", default=b"")
    answers = models.PositiveSmallIntegerField(default=0)
    corrected_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="notice_answer", condition=Q(answer__in=["", "removed", "moved", "need_more"])),
            models.CheckConstraint(name="notice_answered", condition=Q(answer="") | Q(answer_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"notice to {self.host}"


class Hold(Owned):
    """A police hold: notices wait, with a reason, an owner and an end; it expires by itself and is counted.

    Attributes:
        words: why, sealed (purpose `hold`).
        ended_at, ended_by: before its time by a person, or at it by the node.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"words": (Whom.SUSPECT,)})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="holds")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = SealedField("hold")
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="hold_one_at_a_time", fields=["location"], condition=Q(ended_at__isnull=True)),
            models.CheckConstraint(name="hold_ends", condition=Q(ends_at__gt=F("started_at"))),
            models.CheckConstraint(
                name="hold_not_beyond_its_end", condition=Q(ended_at__isnull=True) | Q(ended_at__lte=F("ends_at"))
            ),
        ]
        indexes: ClassVar = [models.Index(name="hold_open", fields=["ends_at"], condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"hold until {self.ends_at}"


class Check(Owned):
    """What a person or a licensed checker found at a location at a moment."""

    PERSONAL: ClassVar = Personal(Ends.RECORD, plain=("tool",))

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="checks")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    there = models.BooleanField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    tool = models.CharField(max_length=100, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="check_once", fields=["location", "at"])]

    def __str__(self) -> str:
        return "there" if self.there else "missed"


class Block(Owned):
    """An entry of the blocking list, as a last resort, with a reason, a review date and an appeal.

    Attributes:
        reason: sealed (purpose `block`), shown to the appellant.
        renewed: number of times a person renewed it.
        appealed_at, appeal: sealed (purpose `block`); appeal_upheld once a person decided.
        wrong: its conclusion is now "no action"; set by `takedown.queries`.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {"reason": (Whom.SUSPECT,), "appeal": (Whom.CONTACT,)},
        plain=(
            "token_digest",
            "legal_ground",
        ),
    )

    if TYPE_CHECKING:
        wrong: bool

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="blocks")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    token_digest = models.BinaryField(max_length=32, unique=True)
    reason = SealedField("block")
    legal_ground = models.CharField(max_length=40, default="")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    review_date = models.DateField()
    renewed = models.PositiveSmallIntegerField(default=0)
    lifted_at = models.DateTimeField(null=True)
    appealed_at = models.DateTimeField(null=True)
    appeal = SealedField("block", default=b"")
    appeal_upheld = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="block_one_at_a_time", fields=["location"], condition=Q(lifted_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"block until {self.review_date}"
