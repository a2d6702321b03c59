"""Reports and their items: columns for sorting and searching, and one sealed column for all that the sender said."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, get_args

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Upper
from django.utils import timezone

from vaern.arrivals import Document, Offence
from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.casework.idempotency import MadeByRequest
from vaern.node.casework.models import Casework
from vaern.node.casework.standing import Fallen
from vaern.node.organisations.models import Organisation, Owned, Person, among, choices
from vaern.node.reports.rules.marks import Wished
from vaern.node.reports.rules.states import OPEN, State

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from vaern.node.casework.standing import Met

SEALED = "report"
"""The purpose under which `Report.sealed` and `Item.sealed` are sealed (`base.sealing`)."""

IS_OPEN = Q(state__in=sorted(state.value for state in OPEN))

STILL_DUE = Case(When(concluded_at=None, then=F("due_at")), default=None, output_field=models.DateTimeField())
"""By when a report has to be worked on; null once it is concluded: what remains has clocks of its own."""


class Report(MadeByRequest, Casework):
    """One report, owned by the desk that has to act on it.

    Attributes:
        code: its name for people: eight random letters and digits, unique on the node.
        document, sender, sender_reference, digest: what it came in, who sent it (None: the public, or the desk itself),
            the sender's identifier, and SHA-256 of what was sent, so that a repetition is recognised.
        request_line: its number in a request that sent several.
        tip_number: its number at NCMEC, or at a service that uses NCMEC's format; "" without one.
        sealed: the `Arrival` as JSON, sealed.
        faults: faults of the document that did not stop it, as stored by `base.faults`; without content.
        urgent: it has to be handled within minutes; never hidden by a low score.
        priority, priority_lines, completeness, completeness_lines, weights: two scores from 0 to 100, the lines that
            explain each (`triage`), and the version of the weights.
        claimed_by, claimed_until: who works on it.
        looked_at: when a person of its desk first opened or claimed it.
        touched_at: when a person last worked on it; None if nobody ever did.
        duplicate_of: the earlier report that it repeats.
        same_as: the earliest report of the same organisation that names the same account, mail address, telephone,
            network address or device; what that is, and whether it still holds, `base.ties` says.
        items_total, items_known, items_seen: number of items, of those on a loaded list, and of those in an earlier
            report, which need no viewing.
        items_new: number of the others; set only on a newly created object, never in the database.
        due_at: by when a person has to have worked on it; `still_due` says so until it is concluded.
        actionable: what was concluded; None while it is open. concluded_at: when, of a conclusion that stands.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "sealed": (
                Whom.REPORTER,
                Whom.CHILD,
                Whom.SUSPECT,
            )
        },
        plain=(
            "idempotency_key",
            "request_digest",
            "code",
            "document",
            "sender_reference",
            "digest",
            "tip_number",
            "offence",
            "legal_ground",
            "faults",
            "priority_lines",
            "completeness_lines",
            "weights",
        ),
    )

    KIND: ClassVar[str] = "report"
    READ_WITH: ClassVar[tuple[str, ...]] = ("organisation__member", "claimed_by")

    items_new: int

    if TYPE_CHECKING:
        sender_id: uuid.UUID | None
        claimed_by_id: uuid.UUID | None
        duplicate_of_id: uuid.UUID | None
        same_as_id: uuid.UUID | None

    code = models.CharField(max_length=9, unique=True)
    synthetic = models.BooleanField(default=False)
    document = models.CharField(max_length=16)
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    sender_reference = models.CharField(max_length=200, default="")
    digest = models.BinaryField(max_length=32)
    request_line = models.PositiveIntegerField(default=0)
    tip_number = models.CharField(max_length=19, default="")
    offence = models.CharField(max_length=20)
    incident_at = models.DateTimeField(null=True)
    preserved_until = models.DateTimeField(null=True)
    legal_ground = models.CharField(max_length=40, default="")
    sealed = SealedField(SEALED)
    faults = models.JSONField(default=list)

    state = models.CharField(max_length=20, choices=choices(State), default=State.ARRIVED.value)
    urgent = models.BooleanField(default=False)
    priority = models.PositiveSmallIntegerField(default=0)
    priority_lines = models.JSONField(default=list)
    completeness = models.PositiveSmallIntegerField(default=0)
    completeness_lines = models.JSONField(default=list)
    weights = models.CharField(max_length=20, default="")
    due_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(null=True)
    duplicate_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="duplicates")
    same_as = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="same")
    items_total = models.PositiveIntegerField(default=0)
    items_known = models.PositiveIntegerField(default=0)
    items_seen = models.PositiveIntegerField(default=0)
    actionable = models.BooleanField(null=True)
    concluded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta(Casework.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(name="report_state", condition=among("state", State)),
            models.CheckConstraint(name="report_document", condition=Q(document__in=get_args(Document))),
            models.CheckConstraint(name="report_offence", condition=Q(offence__in=get_args(Offence))),
            models.CheckConstraint(name="report_scores", condition=Q(priority__lte=100, completeness__lte=100)),
            models.CheckConstraint(name="report_not_its_own_duplicate", condition=~Q(duplicate_of=F("id"))),
            models.CheckConstraint(
                name="report_claim_ends", condition=Q(claimed_by__isnull=True) | Q(claimed_until__isnull=False)
            ),
            models.CheckConstraint(
                name="report_closed_has_a_day", condition=~Q(state=State.CLOSED.value) | Q(closed_at__isnull=False)
            ),
            models.UniqueConstraint(
                name="report_once",
                fields=["organisation", "sender", "sender_reference"],
                condition=~Q(sender_reference=""),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="report_once_by_content",
                fields=["organisation", "sender", "digest"],
                condition=Q(sender_reference="", sender__isnull=False),
            ),
            models.UniqueConstraint(
                name="report_once_by_request",
                fields=["organisation", "sender", "idempotency_key", "request_line"],
                condition=Q(idempotency_key__isnull=False),
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                name="report_work",
                fields=["organisation", "-urgent", "-priority", "created_at", "id"],
                condition=IS_OPEN,
            ),
            # The work list's filters by a value that may be rare, in the list's own order (`desk.queries`).
            *(
                models.Index(
                    name=f"report_work_{field}",
                    fields=["organisation", field, "-urgent", "-priority", "created_at", "id"],
                    condition=IS_OPEN,
                )
                for field in ("offence", "document", "sender")
            ),
            models.Index(
                name="report_work_same",
                fields=["organisation", "-urgent", "-priority", "created_at", "id"],
                condition=IS_OPEN & Q(same_as__isnull=False),
            ),
            models.Index(name="report_hand", fields=["organisation", "touched_at", "created_at"], condition=IS_OPEN),
            models.Index("organisation", STILL_DUE, name="report_due", condition=IS_OPEN),
            models.Index(  # as a search for it asks: case aside
                "organisation",
                Upper("sender_reference"),
                name="report_reference",
                condition=Q(sender__isnull=False) & ~Q(sender_reference=""),
            ),
            models.Index(name="report_tip", fields=["organisation", "tip_number"], condition=~Q(tip_number="")),
            # What the desk's numbers count: when things happened (`numbers.queries`).
            *(
                models.Index(
                    name=f"report_{field}", fields=["organisation", field], condition=Q(**{f"{field}__isnull": False})
                )
                for field in ("looked_at", "concluded_at", "closed_at")
            ),
            models.Index(fields=["organisation", "-created_at", "id"]),
            models.Index(fields=["organisation", "state", "-created_at", "id"]),
            models.Index(fields=["organisation", "review_date"]),
            models.Index(fields=["sender", "-created_at", "id"]),
        ]

    @property
    def still_due(self) -> datetime | None:
        """By when it has to be worked on; None once it is concluded, or set aside."""
        return self.due_at if self.concluded_at is None and self.to_do else None

    @property
    def to_do(self) -> bool:
        """Whether there is something to do: it is open."""
        return State(self.state) in OPEN

    @property
    def worker(self) -> uuid.UUID | None:
        """Who works on it: whoever claimed it, while the claim lasts."""
        lasts = self.claimed_until is not None and self.claimed_until > timezone.now()
        return self.claimed_by_id if lasts else None

    def __str__(self) -> str:
        return self.code


class Item(Owned):
    """One thing that a report is about: a location, a file, or a file at a location.

    Attributes:
        number: in the report, from 1.
        added: the desk found it later; the sender of the report did not name it.
        sealed: its `arrivals.Location` and `arrivals.File` as JSON, sealed.
        url_key, host_key: keyed digests of the normalised URL and of its host (`base.addresses`); None without one.
        md5, sha1, sha256: exact digests; None where not sent.
        viewed: what a person at the sender opened of it (`arrivals.Viewed`).
        known_list, known_release, known_entry, known_distance, known_kind: the nearest hit on the loaded lists; every
            hit is an `ItemMatch`.
        known_checked_at: when that list was last compared with its source, as the item came.
        compared_at: of all lists that were asked, when the one was compared for which that was longest ago.
        unasked: lists that had stopped and were not asked, each with `list`, `checked` and `stopped` (ISO 8601).
        known_class: the classification on that list, scheme and value as it wrote them; "" without one.
        known_more: how many hits there are besides those that are kept.
        known_fallen, known_fallen_at: why that hit does not stand, and makes nothing known (`casework.standing`); ""
            while it does. Since when it does not.
        seen_in, seen_by: the earlier item that it repeats, and by what: url, md5, sha1, sha256, pdq or vpdq.
        same, same_by, same_at: a person's answer to a near hit: the same (True) or another (False); None until
            answered. Until then, and if it is another, the item counts as new (`base.known`).
        wished, wished_by, wished_bits: whether a survivor asks for its removal (`rules.marks.Wished`; "" if nobody
            does), by which kind of hash, and the distance in bits. Written by watchers (`base.watches`).
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "sealed": (
                Whom.CHILD,
                Whom.SUSPECT,
            ),
            "url_key": (Whom.SUSPECT,),
            "host_key": (Whom.SUSPECT,),
            "md5": (Whom.CHILD,),
            "sha1": (Whom.CHILD,),
            "sha256": (Whom.CHILD,),
        },
        plain=(
            "mime",
            "viewed",
            "known_list",
            "known_release",
            "known_entry",
            "known_kind",
            "known_class",
            "unasked",
            "seen_by",
            "wished",
            "wished_by",
        ),
    )

    if TYPE_CHECKING:
        report_id: uuid.UUID
        organisation_id: uuid.UUID
        seen_in_id: int | None

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="items")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    added = models.BooleanField(default=False)
    sealed = SealedField(SEALED)
    url_key = models.BinaryField(max_length=32, null=True)
    host_key = models.BinaryField(max_length=32, null=True)
    md5 = models.BinaryField(max_length=16, null=True)
    sha1 = models.BinaryField(max_length=20, null=True)
    sha256 = models.BinaryField(max_length=32, null=True)
    size = models.PositiveBigIntegerField(default=0)
    mime = models.CharField(max_length=100, default="")
    viewed = models.CharField(max_length=8, default="unknown")
    known_list = models.CharField(max_length=200, default="")
    known_release = models.CharField(max_length=200, default="")
    known_entry = models.CharField(max_length=200, default="")
    known_kind = models.CharField(max_length=10, default="")
    known_class = models.CharField(max_length=200, default="")
    known_distance = models.PositiveSmallIntegerField(null=True)
    known_checked_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)
    unasked = models.JSONField(default=list)
    known_more = models.PositiveIntegerField(default=0)
    known_fallen = models.CharField(max_length=12, choices=choices(Fallen), default="")
    known_fallen_at = models.DateTimeField(null=True)
    seen_in = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    seen_by = models.CharField(max_length=8, default="")
    same = models.BooleanField(null=True)
    same_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    same_at = models.DateTimeField(null=True)
    wished = models.CharField(max_length=10, default="")
    wished_by = models.CharField(max_length=6, default="")
    wished_bits = models.PositiveSmallIntegerField(default=0)

    why_fallen = ""
    """Why its nearest match fell, in words, where somebody asked (`standing.told`)."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="item_number", fields=["report", "number"]),
            models.CheckConstraint(name="item_wished", condition=Q(wished="", wished_by="") | among("wished", Wished)),
        ]
        indexes: ClassVar = [
            models.Index(name="item_url", fields=["organisation", "url_key", "id"], condition=Q(url_key__isnull=False)),
            models.Index(
                name="item_host", fields=["organisation", "host_key", "id"], condition=Q(host_key__isnull=False)
            ),
            models.Index(name="item_md5", fields=["organisation", "md5", "id"], condition=Q(md5__isnull=False)),
            models.Index(name="item_sha1", fields=["organisation", "sha1", "id"], condition=Q(sha1__isnull=False)),
            models.Index(
                name="item_sha256", fields=["organisation", "sha256", "id"], condition=Q(sha256__isnull=False)
            ),
            models.Index(name="item_wished", fields=["id"], condition=~Q(wished="")),
        ]

    def __str__(self) -> str:
        return f"item {self.number}"

    @property
    def fallen_with(self) -> Met | None:
        """With what its nearest match was made, and why that fell; None while it stands."""
        return (self.known_list, self.known_entry, self.known_fallen) if self.known_fallen else None


class NearSignal(Owned):
    """A perceptual signal of an item, by which later near ones are found (`intake.near`, `intake.videos`).

    Attributes:
        value: of a still its PDQ; of a video (`vpdq`) those of its comparable frames, one after another.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"value": (Whom.CHILD,)}, plain=("kind",))

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="near_signals")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    value = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="near_signal", fields=["organisation", "id"]),
            models.Index(name="near_pdq", fields=["organisation", "value", "id"], condition=Q(kind="pdq")),
            models.Index(name="near_video", fields=["id"], condition=Q(kind="vpdq")),
        ]

    def __str__(self) -> str:
        return self.kind
