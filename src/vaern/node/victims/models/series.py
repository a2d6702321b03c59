"""The series and its members: signals and metadata. There is no column for content, a name or a face."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.sealing import SealedField
from vaern.node.casework.models import Casework
from vaern.node.organisations.models import Member as Country
from vaern.node.organisations.models import Organisation, Owned, Person, among, choices
from vaern.node.reports.models import Item, Report
from vaern.node.scans.models import Finding, Scan
from vaern.node.victims.rules.series import State

if TYPE_CHECKING:
    import uuid

PLACE = "series place"
"""The purpose under which `Member.place` is sealed (`base.sealing`)."""

EXACT_KEYS = ("sha256", "sha1", "md5", "camera_key")
"""Columns of a member whose equality links, the strongest first."""

WEAK_KEYS = ("lens_key", "name_key", "folder_key", "place_key")
"""Columns of a member whose equality suggests and never links (docs/explanation/grouping.md says why)."""

SOURCES = ("finding", "report_item", "hash")
"""Where a member came from: a scan, a report, or a hash that somebody wrote down or sent."""


PLACED = ("opened", "by_hand", "moved", "split")
"""Why a member is where it is, beside a link: it opened the series, a person added it, moved it, or split it off."""


class Series(Casework):
    """One child or group, one place and time, known by a pseudonym only.

    One of another node that was disseminated to a desk of this one stands here as a copy, under the organisation that
    owns it there: it takes no part in grouping, meets nobody, and is counted nowhere. What its owner says of it counts.

    Attributes:
        code: how people call it: eight letters and digits, unique on the node, says nothing.
        confirmed: a person said that its members belong together; then nothing is glued to it without a person.
        working: who works on it.
        state_since: since when it is in its state; its clock runs from there.
        country: to which a person proposed it; None before that.
        accepted_by: the desk that accepted it, of that country.
        identified_on, identified_by: the day on which the child was identified, and whose people did it. Who the child
            is stays in their own register; a `Milestone` holds the number of the file there, sealed.
        safeguarded_on: the day on which the child was safe.
        excused: it was closed without that, or the identification was taken back, and a `Milestone` says why.
        members_total, members_known: how many members it has, and how many of them are on a list at hand.
        first_taken, last_taken: what its members' cameras say of when.
        absorbed_into: the series that took over its members; it is kept empty, so that the merge can be undone and an
            old code still leads somewhere.
        version: raised by every change of it or its members; a form that was filled in on an older one is refused.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, plain=("code",))

    KIND: ClassVar[str] = "series"
    READ_WITH: ClassVar[tuple[str, ...]] = (
        "organisation__member",
        "country",
        "accepted_by",
        "identified_by",
        "working",
        "absorbed_into",
    )

    if TYPE_CHECKING:
        working_id: uuid.UUID | None
        confirmed_by_id: uuid.UUID | None
        absorbed_into_id: uuid.UUID | None

    code = models.CharField(max_length=9, unique=True)
    synthetic = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=choices(State), default=State.NEW.value)
    confirmed = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    working = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    state_since = models.DateTimeField(default=timezone.now)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    identified_on = models.DateField(null=True)
    identified_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    safeguarded_on = models.DateField(null=True)
    excused = models.BooleanField(default=False)
    members_total = models.PositiveIntegerField(default=0)
    members_known = models.PositiveIntegerField(default=0)
    first_taken = models.DateTimeField(null=True)
    last_taken = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=timezone.now)
    absorbed_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="absorbed")
    version = models.PositiveIntegerField(default=1)

    class Meta(Casework.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(name="series_state", condition=among("state", State)),
            models.CheckConstraint(
                name="series_confirmed_by_a_person",
                condition=Q(confirmed=False) | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="series_absorbed_is_empty", condition=Q(absorbed_into__isnull=True) | Q(members_total=0)
            ),
            models.CheckConstraint(name="series_not_into_itself", condition=~Q(absorbed_into=F("id"))),
            models.CheckConstraint(name="series_known_are_members", condition=Q(members_known__lte=F("members_total"))),
            models.CheckConstraint(
                name="series_closed_safeguarded",
                condition=~Q(state=State.CLOSED.value)
                | Q(identified_on__isnull=True)
                | Q(safeguarded_on__isnull=False)
                | Q(excused=True),
            ),
            models.CheckConstraint(
                name="series_identified_has_a_day",
                condition=~Q(state__in=[State.IDENTIFIED.value, State.SAFEGUARDED.value])
                | Q(identified_on__isnull=False, identified_by__isnull=False),
            ),
            models.CheckConstraint(name="series_taken_in_order", condition=Q(last_taken__gte=F("first_taken"))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-changed_at", "id"]),
            models.Index(fields=["organisation", "state", "-changed_at", "id"]),
            models.Index(fields=["organisation", "state", "state_since", "id"]),
            models.Index(fields=["organisation", "-members_total", "id"]),
            models.Index(fields=["organisation", "review_date"]),
            models.Index(name="series_absorbed", fields=["absorbed_into"], condition=Q(absorbed_into__isnull=False)),
        ]

    @property
    def is_copy(self) -> bool:
        """Whether it is the copy of a series of another node."""
        return bool(self.organisation.node)

    @property
    def to_do(self) -> bool:
        """Whether there is something to do: it is open."""
        return State(self.state) is not State.CLOSED

    @property
    def worker(self) -> uuid.UUID | None:
        """Who works on it: whoever took it up."""
        return self.working_id

    def __str__(self) -> str:
        return self.code


class Look(Owned):
    """When somebody last looked at a series, so that what is new since then can be marked."""

    PERSONAL: ClassVar = Personal(Ends.RECORD)

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="looks")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    looked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="look_once", fields=["series", "person"])]

    def __str__(self) -> str:
        return f"look at {self.looked_at}"


class Member(Owned):
    """One file of a series, as signals and metadata.

    Attributes:
        source: one of `SOURCES`; scan and finding, or report and item, as long as these exist.
        md5, sha1, sha256: exact digests; None where not known.
        camera_key: keyed digest of make, model and body serial together; lens_key: of lens model and serial;
            name_key: of the pattern of its file's name; folder_key: of its folder or distribution path;
            place_key: of the cell of some hundred metres that it was taken in (`grouping.traits`).
        make, model, lens: as the camera wrote them.
        taken: when, as the camera wrote it; taken_local: it wrote no offset, and the clock is read as if it were UTC.
        place: coordinates, sealed.
        verdict: of the finding, or known, near or new by what a report's item has; "" of a bare hash.
        rule, because, distance: why it is here: the code of a link rule (`vaern.matching.grouping.RULES`), the member
            that it was linked to, and the bits between them; or one of `PLACED`.
        number: what its owner calls it, in the copy of a series of another node; None in a series of this one.
        added_by: a person; None: the node, following a link.
        graded: what a person at a workstation said of the file, scheme and value; "" for nothing.
        graded_words, graded_by, graded_at: who that was, in the document's words; who brought it in and answers for it.
        graded_said: what else that person said, by the name of the field (`workstations.said`).
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "md5": (Whom.CHILD,),
            "sha1": (Whom.CHILD,),
            "sha256": (Whom.CHILD,),
            "camera_key": (Whom.SUSPECT,),
            "lens_key": (Whom.SUSPECT,),
            "name_key": (Whom.SUSPECT,),
            "folder_key": (Whom.SUSPECT,),
            "place_key": (Whom.SUSPECT,),
            "make": (Whom.SUSPECT,),
            "model": (Whom.SUSPECT,),
            "lens": (Whom.SUSPECT,),
            "place": (
                Whom.SUSPECT,
                Whom.CHILD,
            ),
            "graded_said": (
                Whom.CHILD,
                Whom.SUSPECT,
            ),
        },
        plain=(
            "mime",
            "verdict",
            "rule",
            "graded",
            "graded_words",
        ),
    )

    if TYPE_CHECKING:
        series_id: uuid.UUID
        organisation_id: uuid.UUID
        scan_id: uuid.UUID | None
        finding_id: int | None
        report_id: uuid.UUID | None
        item_id: int | None
        because_id: int | None
        added_by_id: uuid.UUID | None

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="members", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=12, choices=[(source, source) for source in SOURCES])
    scan = models.ForeignKey(Scan, on_delete=models.SET_NULL, null=True, related_name="+")
    finding = models.OneToOneField(  # a scan's findings are erased a million at once: `grouping.retention` unlinks them
        Finding, on_delete=models.SET_NULL, null=True, related_name="+", db_constraint=False
    )
    report = models.ForeignKey(Report, on_delete=models.SET_NULL, null=True, related_name="+")
    item = models.OneToOneField(Item, on_delete=models.SET_NULL, null=True, related_name="+")
    md5 = models.BinaryField(max_length=16, null=True)
    sha1 = models.BinaryField(max_length=20, null=True)
    sha256 = models.BinaryField(max_length=32, null=True)
    camera_key = models.BinaryField(max_length=32, null=True)
    lens_key = models.BinaryField(max_length=32, null=True)
    name_key = models.BinaryField(max_length=32, null=True)
    folder_key = models.BinaryField(max_length=32, null=True)
    place_key = models.BinaryField(max_length=32, null=True)
    make = models.CharField(max_length=100, default="")
    model = models.CharField(max_length=100, default="")
    lens = models.CharField(max_length=100, default="")
    taken = models.DateTimeField(null=True)
    taken_local = models.BooleanField(default=False)
    place = SealedField(PLACE, default=b"")
    mime = models.CharField(max_length=100, default="")
    size = models.PositiveBigIntegerField(default=0)
    verdict = models.CharField(max_length=10, default="")
    rule = models.CharField(max_length=20)
    because = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="led_to")
    distance = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveBigIntegerField(null=True)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    graded = models.CharField(max_length=200, default="")
    graded_words = models.CharField(max_length=300, default="")
    graded_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    graded_at = models.DateTimeField(null=True)
    graded_said = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="member_source", condition=Q(source__in=SOURCES))]
        indexes: ClassVar = [
            models.Index(name="member_in_series", fields=["series", "id"]),
            models.Index(name="member_taken", fields=["series", "taken", "id"]),
            models.Index(name="member_new", fields=["series", "-added_at", "-id"]),
            models.Index(name="member_graded", fields=["series", "graded"], condition=~Q(graded="")),
            *(
                models.Index(
                    name=f"member_{key}",
                    fields=["organisation", key, "series", "id"],  # from each series that has it to the next one
                    condition=Q(**{f"{key}__isnull": False}),
                )
                for key in EXACT_KEYS + WEAK_KEYS
            ),
        ]

    def __str__(self) -> str:
        return f"member {self.id}"


class NearValue(Owned):
    """A perceptual signal of a member, by which near ones are found (`grouping.links`).

    Attributes:
        kind: pdq (32 bytes, as the picture stands), turned (32 bytes, another orientation), vpdq (frames of 40 bytes).
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, {"value": (Whom.CHILD,)}, plain=("kind",))

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="near_values")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    value = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="near_value", fields=["organisation", "id"]),
            models.Index(name="near_value_pdq", fields=["organisation", "value", "id"], condition=Q(kind="pdq")),
        ]

    def __str__(self) -> str:
        return self.kind


class Link(Owned):
    """A link of a member to one in another series: it is at home in its own, and shown as linked in the other.

    Only links that explain are kept: of each pair of member and other series the strongest.
    """

    PERSONAL: ClassVar = Personal(plain=("rule",))

    if TYPE_CHECKING:
        member_id: int
        other_id: int

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="links", db_index=False)
    other = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="linked_by")
    rule = models.CharField(max_length=20)
    distance = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="link_once", fields=["member", "other"]),
            models.CheckConstraint(name="link_to_another", condition=~Q(member=F("other"))),
        ]

    def __str__(self) -> str:
        return self.rule
