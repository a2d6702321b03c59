"""Scans and their findings: hashes and metadata. There is no column for content, and none for a file's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped, Visible
from vaern.node.base.sealing import SealedField
from vaern.node.casework.idempotency import MadeByRequest
from vaern.node.casework.matches import MatchMade
from vaern.node.casework.models import Casework
from vaern.node.casework.standing import Fallen
from vaern.node.organisations.models import Person, among, choices
from vaern.node.scans.rules import COUNTED, ReviewOutcome, State
from vaern.records import VERDICTS

if TYPE_CHECKING:
    import uuid

    from vaern.node.casework.standing import Met


class Scan(MadeByRequest, Casework):
    """What one run of `vaern scan` found.

    Attributes:
        reference: how the organisation calls it; chosen by a person, unique in the organisation.
        run: the identifier in the examiner's `run.json`, so that a finding can be traced back to its file there.
        engine: version of the program that scanned.
        started_at, finished_at: on the examiner's clock.
        known … not_media: how many findings have each verdict; known and near by the matches that stand now.
        fallen: how many met only entries that do not stand; they are counted as nothing else (`known.counted`).
        same: how many of the near ones a person said to be the same as what they are near to.
        outcome: what a person concluded.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        plain=(
            "idempotency_key",
            "request_digest",
            "reference",
            "run",
            "engine",
        ),
    )

    KIND: ClassVar[str] = "scan"

    reference = models.CharField(max_length=100)
    run = models.CharField(max_length=64, default="")
    engine = models.CharField(max_length=40, default="")
    synthetic = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, choices=choices(State), default=State.RECEIVING.value)
    outcome = models.CharField(max_length=20, choices=choices(ReviewOutcome), default="")
    received_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    known = models.PositiveIntegerField(default=0)
    near = models.PositiveIntegerField(default=0)
    ignored = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    unreadable = models.PositiveIntegerField(default=0)
    unopened = models.PositiveIntegerField(default=0)
    not_media = models.PositiveIntegerField(default=0)
    fallen = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)

    class Meta(Casework.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(name="scan_state", condition=among("state", State)),
            models.CheckConstraint(name="scan_outcome", condition=Q(outcome="") | among("outcome", ReviewOutcome)),
            models.CheckConstraint(
                name="scan_reviewed_by_a_person",
                condition=~Q(state=State.REVIEWED.value)
                | (Q(reviewed_by__isnull=False, reviewed_at__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(name="scan_finishes_after_start", condition=Q(finished_at__gte=F("started_at"))),
            models.UniqueConstraint(name="scan_reference", fields=["organisation", "reference"]),
            models.UniqueConstraint(name="scan_request", fields=["organisation", "idempotency_key"]),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-created_at", "id"]),
            models.Index(fields=["organisation", "review_date"]),
            models.Index(fields=["-created_at", "id"]),
            models.Index(
                "organisation", OpClass(Upper("reference"), name="text_pattern_ops"), name="scan_reference_begins"
            ),
        ]

    @property
    def to_do(self) -> bool:
        """Whether there is something to do: nobody has decided on it."""
        return State(self.state) is not State.REVIEWED

    def __str__(self) -> str:
        return self.reference

    @property
    def known_or_same(self) -> int:
        """How many findings are known: exactly, or because a person said so of a near one."""
        return self.known + self.same

    @property
    def total(self) -> int:
        """How many findings it has."""
        return sum(getattr(self, column) for column in COUNTED.values())


class ListUse(Scoped):
    """A list that the scan was matched against.

    Attributes:
        checked_at: when it was last compared with its source, as the scan began; None for one that was not fetched.
        last_release, last_checked_at: of its last state, where it changed while the scan ran; "" and None otherwise.
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "name",
            "release",
            "purpose",
            "checksum",
            "last_release",
        )
    )

    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="lists")
    name = models.CharField(max_length=200)
    release = models.CharField(max_length=200)
    purpose = models.CharField(max_length=40, default="")
    entries = models.PositiveBigIntegerField(default=0)
    checksum = models.CharField(max_length=128, default="")
    checked_at = models.DateTimeField(null=True)
    last_release = models.CharField(max_length=200, default="")
    last_checked_at = models.DateTimeField(null=True)

    objects = Visible("scan__organisation")

    def __str__(self) -> str:
        return f"{self.name} {self.release}"


class Finding(Scoped):
    """What the scan says of one file. The file's name stays with the examiner: `number` leads to it there.

    Attributes:
        number: the line in the examiner's `findings.jsonl`; 1 is the first.
        md5, sha1, sha256: exact digests.
        perceptual: the other signals: `kind`, `value` in hexadecimal, `quality`, `orientation`, `region`, `frame`.
        matched_kind, distance, list, release, entry: of the nearest match, so that it can be replayed; every match is a
            `FindingMatch`.
        frame_of, seconds: of that match, as `casework.matches.MatchMade` has them.
        more: how many matches there are besides those that are kept.
        fallen, fallen_at: why the nearest does not stand, and makes nothing known (`casework.standing`); "" while it
            does. Since when it does not.
        checked_at: when that list was last compared with its source; without a match, that list of all for which it was
            longest ago. None where none was fetched.
        class_given: what that list says of the entry, scheme and value as it wrote them; "" where it says nothing.
        same, same_by, same_at: what a person said of a near match: the same (True), another, or nothing yet (None).
        graded: what a person at a workstation said of the file, scheme and value; "" for nothing.
        graded_words, graded_by, graded_at: who that was, in the document's words; who brought it in and answers for it.
        graded_said: what else that person said, by the name of the field (`workstations.said`).
        traits: sealed: device, place and local time; see `traits.traits_of`.
        taken: when the picture was taken, where the camera wrote an offset from UTC.
        serial_key, lens_key, name_key, folder_key: keyed digests (`traits.Traits`), by which equal ones are found.
    """

    PERSONAL: ClassVar = Personal(
        Ends.RECORD,
        {
            "md5": (Whom.CHILD,),
            "sha1": (Whom.CHILD,),
            "sha256": (Whom.CHILD,),
            "perceptual": (Whom.CHILD,),
            "graded_said": (
                Whom.CHILD,
                Whom.SUSPECT,
            ),
            "traits": (
                Whom.SUSPECT,
                Whom.CHILD,
            ),
            "serial_key": (Whom.SUSPECT,),
            "lens_key": (Whom.SUSPECT,),
            "name_key": (Whom.SUSPECT,),
            "folder_key": (Whom.SUSPECT,),
        },
        plain=(
            "mime",
            "matched_kind",
            "frame_of",
            "list",
            "release",
            "entry",
            "class_given",
            "graded",
            "graded_words",
        ),
    )

    if TYPE_CHECKING:
        scan_id: uuid.UUID

    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="findings")
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=[(verdict, verdict) for verdict in VERDICTS])
    mime = models.CharField(max_length=100, default="")
    size = models.PositiveBigIntegerField(default=0)
    md5 = models.BinaryField(max_length=16, null=True)
    sha1 = models.BinaryField(max_length=20, null=True)
    sha256 = models.BinaryField(max_length=32, null=True)
    perceptual = models.JSONField(default=list)
    matched_kind = models.CharField(max_length=10, default="")
    frame_of = models.CharField(max_length=5, default="")
    seconds = models.FloatField(null=True)
    distance = models.PositiveSmallIntegerField(null=True)
    list = models.CharField(max_length=200, default="")
    release = models.CharField(max_length=200, default="")
    entry = models.CharField(max_length=200, default="")
    class_given = models.CharField(max_length=200, default="")
    checked_at = models.DateTimeField(null=True)
    more = models.PositiveIntegerField(default=0)
    fallen = models.CharField(max_length=12, choices=choices(Fallen), default="")
    fallen_at = models.DateTimeField(null=True)
    same = models.BooleanField(null=True)
    same_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    same_at = models.DateTimeField(null=True)
    graded = models.CharField(max_length=200, default="")
    graded_words = models.CharField(max_length=300, default="")
    graded_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    graded_at = models.DateTimeField(null=True)
    graded_said = models.JSONField(default=dict)
    traits = SealedField("scans.finding.traits", default=b"")
    taken = models.DateTimeField(null=True)
    serial_key = models.BinaryField(max_length=32, null=True)
    lens_key = models.BinaryField(max_length=32, null=True)
    name_key = models.BinaryField(max_length=32, null=True)
    folder_key = models.BinaryField(max_length=32, null=True)

    why_fallen = ""
    """Why its nearest match fell, in words, where somebody asked (`standing.told`)."""

    objects = Visible("scan__organisation")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="finding_number", fields=["scan", "number"]),
            models.CheckConstraint(name="finding_number_from_1", condition=Q(number__gte=1)),
            models.CheckConstraint(name="finding_verdict", condition=Q(verdict__in=VERDICTS)),
            models.CheckConstraint(
                name="finding_harmless_is_bare",
                condition=~Q(verdict__in=["ignored", "not media"])
                | Q(
                    md5=None,
                    sha1=None,
                    sha256=None,
                    perceptual=[],
                    matched_kind="",
                    traits=b"",
                    taken=None,
                    serial_key=None,
                    lens_key=None,
                    name_key=None,
                    folder_key=None,
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["scan", "verdict", "number"]),
            # For the search by a digest: from the scans that somebody may see.
            *(
                models.Index(name=f"finding_{kind}", fields=["scan", kind], condition=Q(**{f"{kind}__isnull": False}))
                for kind in ("md5", "sha1", "sha256")
            ),
            models.Index(name="finding_graded", fields=["scan", "graded"], condition=~Q(graded="")),
            models.Index(name="finding_serial", fields=["serial_key"], condition=Q(serial_key__isnull=False)),
            models.Index(name="finding_lens", fields=["lens_key"], condition=Q(lens_key__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"finding {self.number}"

    @property
    def fallen_with(self) -> Met | None:
        """With what its nearest match was made, and why that fell; None while it stands."""
        return (self.list, self.entry, self.fallen) if self.fallen else None


class FindingMatch(MatchMade):
    """One match of a finding with an entry of a list; the nearest is among them."""

    PERSONAL: ClassVar = Personal(Ends.RECORD, plain=MatchMade.PLAIN)

    finding = models.ForeignKey(  # a scan's findings are erased a million at once, their matches before them
        Finding, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )

    objects = Visible("finding__scan__organisation")

    class Meta(MatchMade.Meta):
        constraints: ClassVar = [models.UniqueConstraint(name="finding_match", fields=["finding", "list", "entry"])]
        indexes: ClassVar = [models.Index(name="finding_match_entry", fields=["list", "entry"])]
